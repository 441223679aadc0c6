"""The providers an operator named in a file."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any  # Any: the file is JSON
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import get_language

logger = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
"""What a token may be signed with: keys of the provider alone, never a secret both know."""

NEEDED = ("slug", "issuer", "client_id", "client_secret_file", "name_vi", "name_en")
"""What an entry of the file has to hold, as words."""


class Fault(StrEnum):
    """What can be wrong with the file."""

    UNREADABLE = "unreadable"
    NO_JSON = "no_json"
    NO_LIST = "no_list"
    MISSING = "missing"
    BAD_SLUG = "bad_slug"
    UNSAFE_ISSUER = "unsafe_issuer"
    NO_SECRET = "no_secret"  # noqa: S105 - a kind of fault
    TWICE = "twice"


class BadProviders(RuntimeError):
    """The file cannot be read as what it should be: for the operator, when a process first needs it."""

    def __init__(self, path: Path, fault: Fault, about: str = "") -> None:
        super().__init__(f"{path}: {fault} {about}".rstrip())
        self.path, self.fault, self.about = path, fault, about


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider: who it is, how it knows us, and what of its words counts as a second factor."""

    slug: str
    issuer: str
    client_id: str
    client_secret: str
    names: Mapping[str, str]
    scopes: str = "openid"
    strong_acr: frozenset[str] = frozenset()
    strong_amr: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Return its name in the language of the moment."""
        return self.names.get((get_language() or "vi")[:2]) or next(iter(self.names.values()))


def named() -> Mapping[str, Provider]:
    """Return the providers by slug; none without a file."""
    file = settings.LOA_OIDC_PROVIDERS_FILE
    if not file:
        return {}
    return read(Path(file))


def read(path: Path) -> Mapping[str, Provider]:
    """Return the providers of a file by slug; raises `BadProviders`, naming the first fault."""
    try:
        changed = path.stat().st_mtime_ns
    except OSError as wrong:
        raise BadProviders(path, Fault.UNREADABLE, str(wrong.strerror)) from wrong
    return _read(path, changed)


def offered() -> Mapping[str, Provider]:
    """Return the providers by slug; none while the file is broken, for then people sign in by their password."""
    try:
        return named()
    except BadProviders as wrong:
        logger.exception("providers cannot be used", extra={"file": str(wrong.path), "fault": wrong.fault.value})
        return {}


def of_issuer(issuer: str) -> Provider | None:
    """Return the provider with this issuer, if it is still named."""
    return next((one for one in offered().values() if one.issuer == issuer), None)


def is_safe(address: object) -> bool:
    """Tell whether an address is asked at all: by https, or without on this machine."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or ""))


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Mapping[str, Provider]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise BadProviders(path, Fault.UNREADABLE, str(wrong.strerror)) from wrong
    except (ValueError, RecursionError) as wrong:
        raise BadProviders(path, Fault.NO_JSON) from wrong
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadProviders(path, Fault.NO_LIST)
    found = [_provider(entry, path) for entry in entries]
    if len({one.slug for one in found}) != len(found) or len({one.issuer for one in found}) != len(found):
        raise BadProviders(path, Fault.TWICE)
    return {one.slug: one for one in found}


def _provider(entry: Mapping[str, Any], path: Path) -> Provider:
    missing = [name for name in NEEDED if not isinstance(entry.get(name), str) or not entry[name]]
    if missing:
        raise BadProviders(path, Fault.MISSING, ", ".join(missing))
    if slugify(entry["slug"]) != entry["slug"]:
        raise BadProviders(path, Fault.BAD_SLUG, entry["slug"])
    if not is_safe(entry["issuer"]):
        raise BadProviders(path, Fault.UNSAFE_ISSUER, entry["issuer"])
    strong, scopes = entry.get("second_factor", {}), entry.get("scopes", [])
    if not isinstance(strong, dict) or not _are_words(scopes, strong.get("acr", []), strong.get("amr", [])):
        raise BadProviders(path, Fault.MISSING, "scopes, second_factor")
    try:
        secret = (path.parent / entry["client_secret_file"]).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as wrong:
        raise BadProviders(path, Fault.NO_SECRET, entry["client_secret_file"]) from wrong
    return Provider(
        slug=entry["slug"],
        issuer=entry["issuer"],
        client_id=entry["client_id"],
        client_secret=secret,
        names={"vi": entry["name_vi"], "en": entry["name_en"]},
        scopes=" ".join(dict.fromkeys(["openid", *scopes])),
        strong_acr=frozenset(strong.get("acr", ())),
        strong_amr=frozenset(strong.get("amr", ())),
    )


def _are_words(*lists: object) -> bool:
    return all(isinstance(one, list) and all(isinstance(word, str) for word in one) for one in lists)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
