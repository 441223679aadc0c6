"""What a paper or picture is, by its first bytes; then whoever knows the kind looks through it."""

import re
import shutil
import zipfile
from pathlib import Path

from loa.media.rules import Kind
from loa.media.worker.refused import Refused

_HEAD_BYTES = 4096
_OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")
_DRAWING = re.compile(rb"<\s*(?:[a-z0-9_-]{1,20}:)?svg\b", re.IGNORECASE)


def take(source: Path, result: Path) -> dict[str, object]:
    """Look through a file and lay what may be kept at `result`: papers as they came, pictures encoded anew."""
    kind = kind_of(source)
    if kind in {Kind.JPEG, Kind.PNG, Kind.WEBP}:
        from loa.media.worker import picture  # noqa: PLC0415 - only what this file needs is loaded beside it

        picture.make(source, result, kind)
    else:
        if kind is Kind.PDF:
            from loa.media.worker import paper  # noqa: PLC0415 - as above

            paper.check(source)
        else:
            from loa.media.worker import office  # noqa: PLC0415 - as above

            kind = office.check(source)
        shutil.copyfile(source, result)
    return {"kind": kind.value, "size_bytes": result.stat().st_size}


def kind_of(source: Path) -> Kind:
    """Return what the first bytes say; an office file is `DOCX` until looked into. Raises `Refused`."""
    with source.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    plain = {b"%PDF-": Kind.PDF, b"PK\x03\x04": Kind.DOCX, b"\xff\xd8\xff": Kind.JPEG, b"\x89PNG\r\n\x1a\n": Kind.PNG}
    for mark, kind in plain.items():
        if head.startswith(mark):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head.startswith(_OLE2):
        raise Refused("old_office")
    raise Refused("drawing_refused" if _DRAWING.search(_plain_text(head)) else "not_document")


def check_single(source: Path, *, markup_too: bool) -> None:
    """Raise `Refused` when the file is also an archive, a PDF or a page: what it is would depend on who reads."""
    content = source.read_bytes()
    if zipfile.is_zipfile(source) or b"%PDF-" in content[1:]:
        raise Refused("hidden_content")
    if markup_too and re.search(rb"<script[\s>]|<\?php\s|<html[\s>]|<!doctype\s+html", content, re.IGNORECASE):
        raise Refused("hidden_content")


def _plain_text(head: bytes) -> bytes:
    """Return text of two bytes a letter as one, so that a drawing is known in any of its encodings."""
    return head.replace(b"\0", b"") if head[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in head[:4] else head
