"""Addresses of static files that change when the file does, so that browsers may keep them for a year."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class VersionedStorage(StaticFilesStorage):
    """Add the first letters of the content's digest to each address."""

    def url(self, name: str | None) -> str:
        """Return the address of a static file, with its version."""
        return f"{super().url(name)}?v={_version(name or '', debug=settings.DEBUG)}"


@lru_cache(maxsize=256)
def _known_version(name: str) -> str:
    return _digest(name)


def _version(name: str, *, debug: bool) -> str:
    return _digest(name) if debug else _known_version(name)


def _digest(name: str) -> str:
    found = finders.find(name)
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:10] if found else "0"
