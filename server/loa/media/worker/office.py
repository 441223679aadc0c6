"""An office file opened as the archive it is: its build, its swelling, and what in it would act or fetch."""

import re
import struct
import zipfile
import zlib
from pathlib import Path
from xml.parsers import expat

from loa.media.rules import Kind
from loa.media.worker.refused import Refused

_ENTRIES_MOST = 4_000
_UNPACKED_MOST = 200 * 1024 * 1024
_SWELLING_FROM = 8 * 1024 * 1024
_SWELLING_MOST = 100
_END_BYTES = 22
_PART_BYTES = 256 * 1024
_TYPES = "[Content_Types].xml"
_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": Kind.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": Kind.XLSX,
}
_PROGRAMS = re.compile(r"vbaProject|vbaData|macroEnabled|activeX|ms-office\.ui|macrosheet", re.IGNORECASE)
_CARRIED = re.compile(r"(^|/)embeddings/|oleObject|(^|/)afchunk", re.IGNORECASE)
_OUTSIDE = re.compile(r"(^|/)externalLinks/", re.IGNORECASE)
_FOREIGN = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"MZ",
    b"\x7fELF",
    b"Rar!",
    b"7z\xbc\xaf",
    bytes.fromhex("d0cf11e0"),
    b"%PDF-",
)
_HARMLESS_LINKS = ("http://", "https://", "mailto:", "#")
_FETCHING_FIELDS = re.compile(r"\b(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT)\b", re.IGNORECASE)


def check(source: Path) -> Kind:
    """Return what the office file is. Raises `Refused` unless it is well built, bounded and only to be read."""
    size = source.stat().st_size
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            _check_build(source, archive, entries, size=size)
            kind = _kind(archive)
            for entry in entries:
                _check_name(entry)
            left = _UNPACKED_MOST
            for entry in entries:
                left -= _check_content(archive, entry, left=left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, struct.error) as odd:
        # all that zipfile says of broken bytes; NotImplementedError is a way of packing that no office program uses
        raise Refused("document_damaged") from odd
    except (KeyError, RuntimeError) as odd:
        raise Refused("archive_trick") from odd
    return kind


def _check_build(source: Path, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], *, size: int) -> None:
    """Check the archive before anything is unpacked: count, size, places, and that nothing stands around it."""
    declared = sum(entry.file_size for entry in entries)
    if len(entries) > _ENTRIES_MOST or declared > _UNPACKED_MOST:
        raise Refused("overblown")
    if declared > _SWELLING_FROM and declared > _SWELLING_MOST * size:
        raise Refused("overblown")
    names = {entry.filename.casefold() for entry in entries}
    if len(names) != len(entries) or any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused("archive_trick")
    if any(entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for entry in entries):
        raise Refused("archive_trick")
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    if not ordered or ordered[0].header_offset != 0 or archive.comment:
        raise Refused("hidden_content")
    _check_tail(source, size=size)
    ends = [entry.header_offset for entry in ordered[1:]] + [archive.start_dir]
    with source.open("rb") as stream:
        for entry, end in zip(ordered, ends, strict=True):
            stream.seek(entry.header_offset + 26)
            name_bytes, extra_bytes = struct.unpack("<HH", stream.read(4))
            if entry.header_offset + 30 + name_bytes + extra_bytes + entry.compress_size > end:
                raise Refused("overblown")  # entries that share bytes: one megabyte unpacks to gigabytes
            if entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437") != stream.read(name_bytes):
                raise Refused("archive_trick")  # another name in the list than at the place


def _check_tail(source: Path, *, size: int) -> None:
    with source.open("rb") as stream:
        stream.seek(size - _END_BYTES)
        if stream.read(4) != b"PK\x05\x06":
            raise Refused("hidden_content")


def _check_name(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    parts = name.split("/")
    if ".." in parts or name.startswith("/") or any(sign in name for sign in "\\:\0") or not name.isprintable():
        raise Refused("archive_trick")
    if _PROGRAMS.search(name):
        raise Refused("macros")
    if _CARRIED.search(name):
        raise Refused("embedded_files")
    if _OUTSIDE.search(name):
        raise Refused("outside_links")


def _kind(archive: zipfile.ZipFile) -> Kind:
    """Return the kind the list of content types tells; programs and other applications are refused by it."""
    if _TYPES not in archive.namelist():
        raise Refused("not_document")
    if archive.getinfo(_TYPES).file_size > 1024 * 1024:
        raise Refused("overblown")
    told = archive.read(_TYPES)
    listed = [found.get("ContentType", "") for _, found in _elements(told)]
    if any(_PROGRAMS.search(kind) for kind in listed):
        raise Refused("macros")
    kinds = {_MAIN[kind] for kind in listed if kind in _MAIN}
    if len(kinds) != 1:
        raise Refused("not_document")
    return kinds.pop()


def _check_content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, left: int) -> int:
    """Unpack one entry in parts and look at it; return its true size."""
    kept, size = bytearray(), 0
    is_text = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    with archive.open(entry) as stream:
        while part := stream.read(_PART_BYTES):
            size += len(part)
            if size > left:
                raise Refused("overblown")
            if is_text or len(kept) < 8:
                kept += part if is_text else part[:8]
    if bytes(kept[:8]).startswith(_FOREIGN):
        raise Refused("embedded_files")
    if is_text:
        _check_text(entry.filename.lower(), bytes(kept))
    elif entry.filename.lower().endswith((".svg", ".html", ".htm", ".mht", ".js", ".exe", ".emf.gz")):
        raise Refused("embedded_files")
    return size


def _check_text(name: str, told: bytes) -> None:
    elements = _elements(told)
    if name.endswith(".rels"):
        for _, found in elements:
            _check_relation(found)
        return
    for tag, found in elements:
        if tag in {"ddeLink", "oleLink", "altChunk"}:
            raise Refused("outside_links")
        if tag == "fldSimple" and _FETCHING_FIELDS.search(" ".join(found.values())):
            raise Refused("outside_links")
    fields = "".join(re.findall(r"<(?:\w+:)?instrText[^>]*>([^<]*)<", told.decode("utf-8", "replace")))
    if _FETCHING_FIELDS.search(fields):
        raise Refused("outside_links")


def _check_relation(found: dict[str, str]) -> None:
    """A relation leads to another part of the file, or is a link that a person clicks; all else is refused."""
    kind = found.get("Type", "").rpartition("/")[2]
    if _PROGRAMS.search(found.get("Type", "")):
        raise Refused("macros")
    if kind in {"oleObject", "package", "aFChunk", "control"}:
        raise Refused("embedded_files")
    if found.get("TargetMode", "").casefold() == "external":
        target = found.get("Target", "").strip().casefold()
        if kind != "hyperlink" or not target.startswith(_HARMLESS_LINKS):
            raise Refused("outside_links")


def _elements(told: bytes) -> list[tuple[str, dict[str, str]]]:
    """Return every element with its attributes, without prefixes. A document type, and so every entity, is refused."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, facts: found.append(
        (tag.rpartition(":")[2], {name.rpartition(":")[2]: value for name, value in facts.items()})
    )
    parser.StartDoctypeDeclHandler = _refuse_entities
    try:
        parser.Parse(told, True)
    except expat.ExpatError as odd:
        raise Refused("document_damaged") from odd
    return found


def _refuse_entities(*_names: object) -> None:
    raise Refused("archive_trick")
