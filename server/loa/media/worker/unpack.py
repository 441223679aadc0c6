"""A ZIP of many files into a folder: each entry bounded and only under a harmless name; what is odd is left out."""

import json
import stat
import struct
import zipfile
import zlib
from pathlib import Path

from loa.media.worker.refused import Refused

ENTRIES_MOST = 5_000
_PART_BYTES = 1024 * 1024
_PASSED_OVER = ("__MACOSX/", "Thumbs.db", "desktop.ini", ".DS_Store")


def take(source: Path, result: Path, *, total_most: int, file_most: int) -> dict[str, object]:
    """Unpack into the folder `result`; beside it, a list of what was left out and why, as JSON.

    Raises `Refused` when it is no ZIP, is locked, or swells beyond `total_most` bytes altogether.
    """
    result.mkdir()
    left_out: list[tuple[str, str]] = []
    seen: set[str] = set()
    left, count = total_most, 0
    try:
        with zipfile.ZipFile(source) as archive:
            entries = [entry for entry in archive.infolist() if not _is_passed_over(entry)]
            if len(entries) > ENTRIES_MOST:
                raise Refused("overblown")
            if any(entry.flag_bits & 0x1 for entry in entries):
                raise Refused("locked_paper")
            for entry in entries:
                fault = _fault(entry, seen, file_most=file_most)
                if fault:
                    left_out.append((entry.filename[:400], fault))
                    continue
                left -= _write(archive, entry, result, left=left, file_most=file_most, left_out=left_out)
                count += 1
    except (zipfile.BadZipFile, struct.error, NotImplementedError, RuntimeError, ValueError) as odd:
        # what zipfile says of a directory that it cannot follow
        raise Refused("document_damaged") from odd
    result.with_name(f"{result.name}.json").write_text(json.dumps(left_out, ensure_ascii=False), encoding="utf-8")
    return {"files": count}


def _is_passed_over(entry: zipfile.ZipInfo) -> bool:
    """Tell whether an entry is a folder, or what a computer keeps for itself."""
    name = entry.filename.rpartition("/")[2]
    return entry.is_dir() or entry.filename.startswith(_PASSED_OVER) or name in _PASSED_OVER or name.startswith("._")


def _fault(entry: zipfile.ZipInfo, seen: set[str], *, file_most: int) -> str:
    """Return why an entry is left out before it is read; empty when it may be."""
    name = entry.orig_filename
    parts = name.split("/")
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    if is_link or any(part in {"", ".", ".."} or len(part.encode()) > 240 for part in parts) or len(parts) > 12:
        return "name"
    if any(sign in name for sign in "\\:") or not name.isprintable():
        return "name"
    folded = name.casefold()
    if folded in seen or any("/".join(parts[:depth]).casefold() in seen for depth in range(1, len(parts))):
        return "twice"
    seen.add(folded)
    return "size" if entry.file_size > file_most else ""


def _write(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    folder: Path,
    *,
    left: int,
    file_most: int,
    left_out: list[tuple[str, str]],
) -> int:
    """Write one entry in parts and return its true size; what is broken or larger than it says is taken away again."""
    file, size = folder.joinpath(*entry.filename.split("/")), 0
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as stream, file.open("xb") as out:
            while size <= min(left, file_most) and (part := stream.read(_PART_BYTES)):
                size += len(part)
                out.write(part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        # NotImplementedError is a way of packing that zipfile does not know: this file's fault, not its neighbors'
        _leave_out(file, entry, "damaged", left_out)
        return size
    if size > left:
        raise Refused("overblown")
    if size > file_most:
        _leave_out(file, entry, "size", left_out)
    return size


def _leave_out(file: Path, entry: zipfile.ZipInfo, fault: str, left_out: list[tuple[str, str]]) -> None:
    if not file.is_dir():
        file.unlink(missing_ok=True)
    left_out.append((entry.filename[:400], fault))
