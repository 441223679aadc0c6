"""Dictionaries as CSV files: handed out, and taken in again."""

import csv
import io
from collections.abc import Iterable

from loa.media import refusals
from loa.media.models import Pronunciation
from loa.media.speakable import Word, word
from loa.media.speakable.dictionary import SPOKEN_LONGEST, WORDS_MOST, WRITTEN_LONGEST

FILE_LONGEST_BYTES = 1024 * 1024
_COLUMNS = ("written", "spoken", "exact_case")
_FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet would carry out; it stands behind an apostrophe in the file."""


def to_csv(entries: Iterable[Pronunciation]) -> str:
    """Return the entries as a file a spreadsheet opens."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(_COLUMNS)
    rows.writerows((_inert(entry.written), _inert(entry.spoken), int(entry.is_exact_case)) for entry in entries)
    return "\ufeff" + out.getvalue()


def from_csv(content: bytes) -> list[Word]:
    """Return the words of a file. Raises `NotWordList`, `TooManyWords`, `UnfitLine`."""
    if len(content) > FILE_LONGEST_BYTES:
        raise refusals.NotWordList
    try:
        text = content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except (UnicodeDecodeError, csv.Error) as why:
        raise refusals.NotWordList from why
    if not rows or not {"written", "spoken"} <= set(rows[0]):
        raise refusals.NotWordList
    if len(rows) > WORDS_MOST:
        raise refusals.TooManyWords(most=WORDS_MOST)
    return [_word(row, line=line) for line, row in enumerate(rows, start=1)]


def _word(row: dict[str, str | None], *, line: int) -> Word:
    written, spoken = (_bare(row.get(name) or "") for name in ("written", "spoken"))
    if len(written) > WRITTEN_LONGEST * 2 or len(spoken) > SPOKEN_LONGEST * 2:
        why = refusals.UnfitWriting(longest=WRITTEN_LONGEST)
        raise refusals.UnfitLine(line=line, written=written[:WRITTEN_LONGEST], why=str(why))
    return word(written, spoken, is_exact_case=(row.get("exact_case") or "").strip() == "1")


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _bare(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell
