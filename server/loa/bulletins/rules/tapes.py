"""What a spreadsheet says of old tapes and papers: its columns by any of their names, and what is wrong in a row."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import PurePosixPath

from loa.bulletins.rules import folding, words

FILES_MOST = 20_000
PAPERS = frozenset({".pdf", ".docx", ".xlsx", ".jpg", ".jpeg", ".png", ".webp"})
COLUMNS: Mapping[str, Sequence[str]] = {
    "name": ("ten tep", "tep", "ten file", "file", "file name", "filename", "name"),
    "title": ("tieu de", "ten bai", "ten ban tin", "title"),
    "aired_on": ("ngay phat", "ngay phat song", "ngay", "date", "aired on"),
    "category": ("linh vuc", "chuyen muc", "field", "category"),
    "byline": ("tac gia", "nguoi viet", "author", "byline"),
    "remark": ("ghi chu", "note", "remark"),
    "text": ("noi dung", "text"),
}
"""What each column may be called, folded; the first name is the one of the template."""

TEMPLATE = ("tên tệp", "tiêu đề", "ngày phát", "lĩnh vực", "tác giả", "ghi chú", "nội dung")
_FIRST_DAY = date(1899, 12, 30)
_SERIALS = range(10_000, 80_000)
_FORMS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")


class Fault(StrEnum):
    """What may be wrong with a row or its file, before anything is opened."""

    NAME = "tape_name"
    MISSING = "tape_missing"
    TWICE = "tape_twice"
    DATE = "tape_date"
    CATEGORY = "tape_category"
    FORMULA = "tape_formula"
    TITLE = "tape_title"
    TEXT = "tape_text"
    EMPTY = "tape_empty"
    SIZE = "tape_size"
    DAMAGED = "tape_damaged"
    LINE = "tape_line"
    DROPPED = "tape_dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a spreadsheet says of one file; `fault` is empty when all of it can be."""

    name: str
    title: str = ""
    aired_on: date | None = None
    category: str = ""
    byline: str = ""
    remark: str = ""
    text: str = ""
    fault: str = ""


class NoNameColumn(ValueError):
    """No column says which file a row is about."""


def rows(table: Sequence[Sequence[str]]) -> list[Row]:
    """Return what the rows below the head say. Raises `NoNameColumn`. Empty rows are passed over."""
    head = next((number for number, cells in enumerate(table) if any(map(_column, cells))), None)
    if head is None or "name" not in (places := {_column(cell): at for at, cell in enumerate(table[head])}):
        raise NoNameColumn
    return [_row(cells, places) for cells in table[head + 1 :] if any(cell.strip() for cell in cells)]


def kept_name(name: str) -> str:
    """Return a name as folders have it, NFC with slashes; empty when it leads elsewhere or hides signs."""
    plain = unicodedata.normalize("NFC", name.strip()).replace("\\", "/")
    parts = plain.split("/")
    if not plain or len(plain) > 400 or plain.startswith("/") or any(part in {"", ".", ".."} for part in parts):
        return ""
    odd = any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn"} for sign in plain)
    return "" if odd or (len(plain) > 1 and plain[1] == ":") else plain


def title_of(name: str) -> str:
    """Return what a file without a title is called: its name without folder and ending."""
    return words.line(PurePosixPath(name).stem.replace("_", " "))[: words.TITLE_LONGEST] or name[:100]


def day(text: str) -> date | None:
    """Return the day that people or a spreadsheet write. Raises `ValueError`; nothing written is None."""
    plain = text.strip()
    if not plain:
        return None
    if plain.replace(".0", "").isdecimal() and int(float(plain)) in _SERIALS:
        return _FIRST_DAY + timedelta(days=int(float(plain)))
    for form in _FORMS:
        try:
            found = datetime.strptime(plain.split(" ")[0].split("T")[0], form).date()  # noqa: DTZ007 - a day, no moment
        except ValueError:
            continue
        if found.year >= 1930:
            return found
    raise ValueError(plain)


def _column(cell: str) -> str:
    folded = folding.folded(cell)
    return next((column for column, names in COLUMNS.items() if folded in {folding.folded(n) for n in names}), "")


def _row(cells: Sequence[str], places: Mapping[str, int]) -> Row:
    said = {column: (cells[at] if at < len(cells) else "") for column, at in places.items() if column}
    kept = {column: words.body(said.get(column, "")) for column in COLUMNS}
    name, fault = kept_name(said["name"]), ""
    if any(cell.startswith("=") for cell in said.values()):
        fault = Fault.FORMULA
    elif not name:
        fault = Fault.NAME
    elif len(words.line(kept["title"])) > words.TITLE_LONGEST:
        fault = Fault.TITLE
    elif len(kept["text"]) > words.TEXT_LONGEST:
        fault = Fault.TEXT
    try:
        aired_on = day(kept["aired_on"])
    except (ValueError, OverflowError):
        aired_on, fault = None, fault or Fault.DATE
    return Row(
        name=name or words.line(said["name"])[:200],
        title=words.line(kept["title"])[: words.TITLE_LONGEST],
        aired_on=aired_on,
        category=words.line(kept["category"])[:160],
        byline=words.line(kept["byline"])[:120],
        remark=kept["remark"][: words.NOTE_LONGEST],
        text=kept["text"][: words.TEXT_LONGEST],
        fault=fault,
    )
