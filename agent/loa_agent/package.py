"""Unpacking a release beside the one that runs: whole and looked through, or not at all."""

import contextlib
import os
import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath

from loa_agent import choice
from loa_protocol import release
from loa_protocol.refusal import Reason, Refused
from loa_protocol.release import Release

SPARE_BYTES = 32 * 1024 * 1024
"""Room that stays free beside an unpacked release: evidence needs it more."""

_DRAFT = ".unpacking"
_BLOCK = 256 * 1024


class NoRoom(Exception):
    """The disk cannot take the release now."""


def folder_of(found: Release) -> str:
    """Return the name of the folder of a release: its version, and which package that was."""
    return f"{found.version}-{found.sha256[:12]}"


def unpack(package: Path, found: Release, *, home: Path) -> Path:
    """Return the folder of a release, unpacked from a package whose digest was checked.

    Raises `Refused` for a package that is none, `NoRoom` when the disk is full. What was begun is begun anew.
    """
    target = home / choice.FOLDER / folder_of(found)
    if target.is_dir():
        return target
    draft = target.with_name(_DRAFT)
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(mode=0o700, parents=True)
        with zipfile.ZipFile(package) as archive:
            _demand_room(home, _checked(archive))
            for entry in archive.infolist():
                _take(archive, entry, draft)
        if not (draft / "loa_agent" / "__main__.py").is_file():
            raise Refused(Reason.MALFORMED, "package")
        choice.sync_folder(draft)
        draft.replace(target)
        choice.sync_folder(target.parent)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError) as broken:
        # all that zipfile says of bytes that are no archive, of a way of packing it does not know, of a password, of
        # names it cannot write, and of an early end; what the disk says is the next branch
        raise Refused(Reason.MALFORMED, "package") from broken
    except OSError as full:
        raise NoRoom(str(full)) from full
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def tidy(home: Path) -> None:
    """Remove every release but the one that runs and the one to go back to."""
    kept = choice.read(home)
    names = {kept.run, None if kept.trial is None else kept.trial.former}
    with contextlib.suppress(OSError):
        for folder in (home / choice.FOLDER).iterdir():
            if folder.is_dir() and folder.name not in names:
                shutil.rmtree(folder, ignore_errors=True)


def _checked(archive: zipfile.ZipFile) -> int:
    """Return what an archive comes to; refuse one that would write elsewhere, link, or have no end."""
    entries = archive.infolist()
    if len(entries) > release.FILES_MOST:
        raise Refused(Reason.TOO_LARGE, "files")
    total = 0
    for entry in entries:
        path = PurePosixPath(entry.filename)
        mode = entry.external_attr >> 16
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or not path.parts:
            raise Refused(Reason.MALFORMED, "path")
        if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) and stat.S_IFMT(mode):
            raise Refused(Reason.MALFORMED, "kind")
        total += entry.file_size
    if total > release.UNPACKED_MAX_BYTES:
        raise Refused(Reason.TOO_LARGE, "package")
    return total


def _demand_room(home: Path, size_bytes: int) -> None:
    if shutil.disk_usage(home).free < size_bytes + SPARE_BYTES:
        raise NoRoom("the disk is full")


def _take(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, draft: Path) -> None:
    place = draft / entry.filename
    if entry.is_dir():
        place.mkdir(parents=True, exist_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    left = entry.file_size
    with archive.open(entry) as packed, place.open("xb") as file:
        while block := packed.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise Refused(Reason.TOO_LARGE, entry.filename)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
