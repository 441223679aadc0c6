"""Finds the fonts, which come as a package, and serves the weights the pages use."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import fontpkg_be_vietnam_pro
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage

PREFIX = "fonts"
FOLDER = Path(fontpkg_be_vietnam_pro.ROOT) / "files"
WEIGHTS = ("Regular", "Medium", "SemiBold", "Bold")
FILES = tuple(f"BeVietnamPro-{weight}.ttf" for weight in WEIGHTS)


class FontFinder(BaseFinder):
    """Offer `fonts/BeVietnamPro-<weight>.ttf` for the four weights in use."""

    def __init__(self, *_args: object, **_options: object) -> None:
        self.storage = FileSystemStorage(location=FOLDER)
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]  # the staticfiles protocol

    def check(self, **_options: object) -> list[CheckMessage]:
        """Find nothing to complain about: the package is pinned."""
        return []

    def find(self, path: str, find_all: bool = False, **_options: object) -> list[str] | str | None:  # type: ignore[override]  # noqa: FBT001, FBT002  # Django's signature
        """Return where a font lies; an empty list when it is not ours."""
        name = path.removeprefix(f"{PREFIX}/")
        if path == f"{PREFIX}/{name}" and name in FILES:
            return [str(FOLDER / name)] if find_all else str(FOLDER / name)
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:  # noqa: ARG002  # as above
        """Yield each font with the storage that reads it."""
        for name in FILES:
            yield name, self.storage
