"""A PDF as lines: its pages' text, with the breaks of the page's width taken out again."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from loa.media.worker.refused import Refused

_PAGES_MOST = 200
_NUMBER = re.compile(r"\s*(?:trang\s*)?[-–]?\s*\d{1,3}(?:\s*/\s*\d{1,3})?\s*[-–]?\s*", re.IGNORECASE)
_BEGINS = re.compile(r"\s*(?:[-–•+*●▪]\s|\d{1,2}[.)]\s|[a-zđ]\)\s|[IVX]{1,5}\.\s|(?:Điều|Chương|Mục|Phần)\s+[\dIVX])")
_ENDS = re.compile(r"[.:;!?…”\"]\s*$")
_FULL_SHARE = 0.75


def lines(source: Path) -> list[str]:
    """Return the lines of a paper that was looked through before."""
    try:
        reader = PdfReader(source)
        if len(reader.pages) > _PAGES_MOST:
            raise Refused("text_too_much")
        pages = [(page.extract_text() or "").split("\n") for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, AttributeError) as odd:
        raise Refused("document_damaged") from odd
    kept = [line.strip() for page in pages for line in _without_number(page)]
    return list(_flowing(kept))


def _without_number(page: Sequence[str]) -> Sequence[str]:
    """Return a page's lines without the number at its head or foot."""
    found = [line for line in page if line.strip()]
    if found and _NUMBER.fullmatch(found[0]):
        found = found[1:]
    if found and _NUMBER.fullmatch(found[-1]):
        found = found[:-1]
    return found


def _flowing(kept: Sequence[str]) -> Iterator[str]:
    """Yield paragraphs: a line goes on when it is as wide as the page, or the next begins in small letters."""
    width = max((len(line) for line in kept), default=0) * _FULL_SHARE
    present, last = "", ""
    for line in kept:
        is_full = len(last) >= width and not last.isupper()
        if present and (_BEGINS.match(line) or _ENDS.search(last) or not (is_full or line[:1].islower())):
            yield present
            present = ""
        present, last = f"{present} {line}".strip(), line
    if present:
        yield present
