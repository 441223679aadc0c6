"""A PDF looked through object by object: nothing in it may act, hide files or be a second file."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any  # Any: objects of a PDF have any shape

import pikepdf

from loa.media.worker.refused import Refused

_OBJECTS_MOST = 300_000
_DEEPEST = 60
_TAIL_BYTES = 1024
_ARCHIVES_TAIL_BYTES = 66_000

_ACTING = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound",
     "/RichMediaExecute", "/SetOCGState3D", "/GoTo3DView"}
)  # fmt: skip
_ACTING_KEYS = frozenset({"/JS", "/JavaScript", "/RichMediaContent", "/XFA"})
_CARRYING_KEYS = frozenset({"/EmbeddedFiles", "/EF"})
_BY_ITSELF = ("/OpenAction", "/AA")
_RAW = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia)\b")
_ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")


def check(source: Path) -> None:
    """Raise `Refused` unless the paper is whole, open, and only to be read."""
    content = source.read_bytes()
    _check_alone(content)
    try:
        with pikepdf.open(source, suppress_warnings=True) as paper:
            for found in _dictionaries(paper):
                _look_at(found)
            len(paper.pages)
    except pikepdf.PasswordError as locked:
        raise Refused("locked_paper") from locked
    except (pikepdf.PdfError, ValueError, RecursionError) as odd:
        raise Refused("document_damaged") from odd
    _check_former(content)


def _check_alone(content: bytes) -> None:
    """Refuse what follows the end, and an archive around the paper."""
    if b"PK\x05\x06" in content[-_ARCHIVES_TAIL_BYTES:]:
        raise Refused("hidden_content")
    if b"%%EOF" not in content[-_TAIL_BYTES:]:
        raise Refused("document_damaged")
    if content[content.rindex(b"%%EOF") + 5 :].strip(b"\r\n\t \0"):
        raise Refused("hidden_content")


def _check_former(content: bytes) -> None:
    """Look at the bytes too: an object that a later one replaced is still there for a reader that looks otherwise."""
    plain = _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), content)
    if (found := _RAW.search(plain)) is not None:
        raise Refused("embedded_files" if found[1].startswith(b"Embedded") else "active_paper")


def _dictionaries(paper: pikepdf.Pdf) -> Iterator[Any]:
    """Yield every dictionary, also those inside others and in packed objects."""
    seen = 0
    waiting: list[tuple[Any, int]] = [(paper.trailer, 0)]
    waiting += [(each, 0) for each in paper.objects]
    while waiting:
        each, depth = waiting.pop()
        seen += 1
        if seen > _OBJECTS_MOST or depth > _DEEPEST:
            raise Refused("overblown")
        if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            yield each
            inner = [value for _, value in each.items()]
        elif isinstance(each, pikepdf.Array):
            inner = list(each)
        else:
            continue
        waiting += [(value, depth + 1) for value in inner if _is_inside(value)]


def _is_inside(value: Any) -> bool:
    """Tell whether a value stands in its holder and nowhere else: what stands elsewhere comes by itself."""
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream) and not value.is_indirect


def _look_at(found: Any) -> None:
    keys = set(found.keys())
    if keys & _CARRYING_KEYS or str(found.get("/Type", "")) == "/EmbeddedFile":
        raise Refused("embedded_files")
    if keys & _ACTING_KEYS or str(found.get("/S", "")) in _ACTING or str(found.get("/Subtype", "")) == "/RichMedia":
        raise Refused("active_paper")
    for key in _BY_ITSELF:
        if key in keys and _leads_out(found[key], depth=0):
            raise Refused("active_paper")


def _leads_out(action: Any, *, depth: int) -> bool:
    """Tell whether what happens by itself is more than turning to a page of this paper."""
    if depth > _DEEPEST:
        return True
    if isinstance(action, pikepdf.Array):  # a destination, or actions one after the other
        return any(
            _leads_out(each, depth=depth + 1)
            for each in action
            if isinstance(each, pikepdf.Dictionary) and "/S" in each
        )
    if not isinstance(action, pikepdf.Dictionary):
        return False
    kind = str(action.get("/S", ""))
    if kind:
        follows = action.get("/Next")
        return kind not in {"/GoTo", "/Named"} or (follows is not None and _leads_out(follows, depth=depth + 1))
    return any(
        _leads_out(each, depth=depth + 1)
        for _, each in action.items()
        if isinstance(each, pikepdf.Dictionary) and "/S" in each
    )
