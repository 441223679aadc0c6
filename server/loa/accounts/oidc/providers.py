"""The providers an operator named in a file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any  # Any: the file is JSON
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import get_language

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
"""What a token may be signed with: keys of the provider alone, never a secret both know."""


class BadProviders(RuntimeError):
    """The file cannot be read as what it should be: for the operator, when a process first needs it."""


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
    path = Path(file)
    return _read(path, path.stat().st_mtime_ns)


def of_issuer(issuer: str) -> Provider | None:
    """Return the provider with this issuer, if it is still named."""
    return next((one for one in named().values() if one.issuer == issuer), None)


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
        found = [_provider(entry, path.parent) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise BadProviders(f"{path}: {wrong}") from wrong
    if len({one.slug for one in found}) != len(found) or len({one.issuer for one in found}) != len(found):
        raise BadProviders(f"{path}: two providers with one slug or issuer")
    return {one.slug: one for one in found}


def _provider(entry: Mapping[str, Any], folder: Path) -> Provider:
    if not is_safe(entry["issuer"]) or slugify(entry["slug"]) != entry["slug"] or not entry["slug"]:
        raise BadProviders(f"{entry.get('slug')}: {entry.get('issuer')}")
    strong = entry.get("second_factor", {})
    return Provider(
        slug=entry["slug"],
        issuer=entry["issuer"],
        client_id=entry["client_id"],
        client_secret=(folder / entry["client_secret_file"]).read_text(encoding="utf-8").strip(),
        names={"vi": entry["name_vi"], "en": entry["name_en"]},
        scopes=" ".join(dict.fromkeys(["openid", *entry.get("scopes", [])])),
        strong_acr=frozenset(strong.get("acr", ())),
        strong_amr=frozenset(strong.get("amr", ())),
    )


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
