"""Files under their digest: written once, whole or not at all, never changed."""

import errno
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from loa.media import refusals

MAX_BYTES = 64 * 1024 * 1024
RESERVE_BYTES = 64 * 1024 * 1024
"""Room left on the disk for the database, which needs it more."""

JSON_MARK = ".json"
"""A link of this ending stands beside a file of JSON, so that a plain web server can name its type."""

DOCUMENTS = ".documents"
"""The shelf of papers and pictures, which nobody gets by digest alone: no web server reaches it, a page asks for the
right first."""

VOICES = ".voices"
"""The shelf of voices that were added: read by the caged child alone."""

UPLOADS = ".uploads"
"""What came in and waits for somebody's word: unpacked, not looked into yet."""

EXPORTS = ".exports"
"""Archives that were written out and wait to be fetched."""

_PASSABLE = 0o711
"""A web server finds a file whose digest it was asked for; nobody else of the machine can list what there is."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One file of the store. `fault` is empty when its content is what its name says."""

    sha256: str
    size_bytes: int
    fault: str


def is_digest(text: str) -> bool:
    """Tell whether this is a SHA-256 as the store writes it."""
    return _DIGEST.fullmatch(text) is not None


def path(sha256: str, *, shelf: str = "") -> Path:
    """Return where the file of a digest lies, present or not."""
    if not is_digest(sha256):
        raise ValueError("not a SHA-256 digest")
    return Path(settings.MEDIA_FOLDER) / shelf / sha256[:2] / sha256[2:4] / sha256


def has(sha256: str, *, shelf: str = "") -> bool:
    """Tell whether the store holds this digest."""
    return path(sha256, shelf=shelf).is_file()


def put(content: bytes) -> str:
    """Store content and return its SHA-256; returns only when it is safe on the disk. Raises `StorageFull`."""
    if len(content) > MAX_BYTES:
        raise refusals.TooLarge
    sha256 = hashlib.sha256(content).hexdigest()
    if has(sha256):
        return sha256
    with _room_for(len(content)), workplace() as folder:
        draft = folder / "draft"
        draft.write_bytes(content)
        _settle(draft, path(sha256), is_json=content[:1] in {b"{", b"["})
    return sha256


def adopt(file: Path, *, shelf: str = "", most_bytes: int = MAX_BYTES) -> str:
    """Take over a finished file and return its SHA-256. The file is gone from where it was."""
    size_bytes = file.stat().st_size
    if size_bytes > most_bytes:
        raise refusals.TooLarge
    with file.open("rb") as stream:
        first = stream.read(1)
        stream.seek(0)
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    with _room_for(0), workplace() as folder:
        draft = folder / "draft"
        shutil.move(file, draft)
        if shelf:
            (Path(settings.MEDIA_FOLDER) / shelf).mkdir(mode=0o700, exist_ok=True)
        _settle(draft, path(sha256, shelf=shelf), is_json=not shelf and first in {b"{", b"["})
    return sha256


def closed_folder(shelf: str) -> Path:
    """Return a folder on the store's own disk that no web server reaches; what lies there is the caller's."""
    folder = Path(settings.MEDIA_FOLDER) / shelf
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def demand_room(size_bytes: int) -> None:
    """Raise `StorageFull` unless the disk has this much to spare."""
    with _room_for(size_bytes):
        return


@contextmanager
def workplace() -> Iterator[Path]:
    """Lend a folder on the store's own disk, emptied afterwards."""
    drafts = Path(settings.MEDIA_FOLDER) / ".drafts"
    with _room_for(0):
        drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=drafts))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def close() -> None:
    """Let nobody list the folders of the store that an earlier version left open; what is closed is not looked at."""
    root = Path(settings.MEDIA_FOLDER)
    if not root.is_dir() or not stat.S_IMODE(root.stat().st_mode) & 0o066:
        return
    inner = [folder for form in ("[0-9a-f][0-9a-f]", "[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]") for folder in root.glob(form)]
    hidden = [folder for folder in root.glob(".*") if folder.is_dir()]
    for folder in (*inner, *hidden, root):
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) & (0o700 if folder in hidden else _PASSABLE))


def verify() -> Iterator[Checked]:
    """Yield every file of the store with what is wrong with it; reads everything."""
    for shelf in ("", DOCUMENTS, VOICES):
        yield from _verify(Path(settings.MEDIA_FOLDER) / shelf, shelf=shelf)


def _verify(root: Path, *, shelf: str) -> Iterator[Checked]:
    for file in sorted(root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
        if file.is_symlink():
            continue
        if not is_digest(file.name) or path(file.name, shelf=shelf) != file:
            yield Checked(sha256=file.name, size_bytes=0, fault="misplaced")
            continue
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        yield Checked(sha256=file.name, size_bytes=file.stat().st_size, fault="" if found == file.name else "changed")


def _settle(draft: Path, final: Path, *, is_json: bool) -> None:
    """Bring a draft to its place. A link fails where a rename would overwrite; both are atomic."""
    with draft.open("rb") as stream:
        os.fsync(stream.fileno())
    draft.chmod(0o644)
    for folder in (final.parent.parent, final.parent):
        folder.mkdir(mode=_PASSABLE, exist_ok=True)
    if is_json and not final.with_name(final.name + JSON_MARK).is_symlink():
        final.with_name(final.name + JSON_MARK).symlink_to(final.name)
    if not final.exists():
        os.link(draft, final)
    for folder in (final.parent, final.parent.parent, final.parent.parent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _room_for(size_bytes: int) -> Iterator[None]:
    root = Path(settings.MEDIA_FOLDER)
    try:
        root.mkdir(mode=_PASSABLE, parents=True, exist_ok=True)
        if shutil.disk_usage(root).free < size_bytes + RESERVE_BYTES:
            raise refusals.StorageFull
        yield
    except OSError as failure:
        if failure.errno in _FULL:
            raise refusals.StorageFull from failure
        raise
