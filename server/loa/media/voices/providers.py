"""The providers of voices an operator named in a file."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any  # Any: the file is JSON
from urllib.parse import urlsplit

from django.conf import settings

from loa.media.rules import GENDERS, Region

_SLUG = re.compile(r"[a-z0-9-]{1,12}")
_VOICE = re.compile(r"[A-Za-z0-9_.-]{1,14}")
_LONGEST_S = 60
_USUAL_FIELDS = {"text": "{text}", "voice": "{voice}", "speed": "{speed}"}


class BadProviders(RuntimeError):
    """The file cannot be read as what it should be: for the operator, when a process first needs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedVoice:
    """A voice by the name the provider knows it by."""

    name: str
    labels: Mapping[str, str]
    region: Region
    gender: str

    def label(self, language: str) -> str:
        """Return what people see."""
        return self.labels.get(language) or self.labels["vi"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Where to ask, how, and with which key. `fields` is the JSON to send, with `{text}`, `{voice}`, `{speed}`."""

    slug: str
    url: str
    names: Mapping[str, str]
    version: str
    fields: Mapping[str, Any]
    voices: Sequence[OfferedVoice]
    timeout: timedelta
    terms: str
    ca_file: Path | None
    key_header: str
    key_prefix: str
    key: str = field(repr=False)

    def name(self, language: str) -> str:
        """Return its name in a language."""
        return self.names.get(language) or self.names["vi"]

    def headers(self) -> Mapping[str, str]:
        """Return the header that carries the key, if it wants one."""
        return {self.key_header: f"{self.key_prefix}{self.key}"} if self.key else {}


def named() -> Mapping[str, Provider]:
    """Return the providers by slug; none without a file."""
    if not settings.LOA_VOICE_PROVIDERS_FILE:
        return {}
    path = Path(settings.LOA_VOICE_PROVIDERS_FILE)
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Mapping[str, Provider]:
    try:
        found = [_provider(entry, path.parent) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise BadProviders(f"{path}: {type(wrong).__name__} {wrong}") from wrong
    if len({one.slug for one in found}) != len(found):
        raise BadProviders(f"{path}: two providers with one slug")
    return {one.slug: one for one in found}


def _provider(entry: Mapping[str, Any], folder: Path) -> Provider:
    if not _is_safe(entry["url"]) or _SLUG.fullmatch(entry["slug"]) is None:
        raise BadProviders(f"{entry['slug']}: {entry['url']}")
    key_file, ca_file = entry.get("key_file"), entry.get("ca_file")
    return Provider(
        slug=entry["slug"],
        url=entry["url"],
        names={"vi": entry["name_vi"], "en": entry["name_en"]},
        version=str(entry.get("version", "1")),
        fields=entry.get("fields", _USUAL_FIELDS),
        voices=[_voice(told) for told in entry["voices"]],
        timeout=timedelta(seconds=min(_LONGEST_S, float(entry.get("timeout_s", 15)))),
        terms=str(entry.get("terms", "")),
        ca_file=folder / ca_file if ca_file else None,
        key_header=entry.get("key_header", "Authorization"),
        key_prefix=entry.get("key_prefix", "Bearer "),
        key=(folder / key_file).read_text(encoding="utf-8").strip() if key_file else "",
    )


def _voice(told: Mapping[str, Any]) -> OfferedVoice:
    if _VOICE.fullmatch(told["name"]) is None or told.get("gender", "") not in GENDERS:
        raise BadProviders(f"voice {told['name']}")
    return OfferedVoice(
        name=told["name"],
        labels={"vi": told["label_vi"], "en": told["label_en"]},
        region=Region(told.get("region", "")),
        gender=told.get("gender", ""),
    )


def _is_safe(address: object) -> bool:
    """Tell whether an address is asked at all: by https, or without on this machine."""
    parts = urlsplit(str(address))
    return parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or ""))


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
