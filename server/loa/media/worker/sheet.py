"""The first sheet of a spreadsheet as a table of words: only what its cells say, nothing reckoned."""

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from loa.media.rules import Kind
from loa.media.worker import office
from loa.media.worker.refused import Refused

ROWS_MOST = 20_001
COLUMNS_MOST = 60
CELL_LONGEST = 30_000
_PART_BYTES = 256 * 1024
_PLACE = re.compile(r"^([A-Z]{1,3})[0-9]+$")


def take(source: Path, result: Path) -> dict[str, object]:
    """Write the rows of the first sheet as JSON; a formula stands as `=`. Raises `Refused` as for any XLSX."""
    if office.check(source) is not Kind.XLSX:
        raise Refused("not_document")
    with zipfile.ZipFile(source) as archive:
        names = archive.namelist()
        shared = _strings(archive.read("xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in names else []
        sheets = sorted(name for name in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name))
        if not sheets:
            raise Refused("document_damaged")
        first = "xl/worksheets/sheet1.xml" if "xl/worksheets/sheet1.xml" in sheets else sheets[0]
        table = _table(archive.read(first), shared)
    result.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
    return {"rows": len(table)}


def _strings(told: bytes) -> list[str]:
    found: list[str] = []
    parts: list[str] = []

    def end(name: str, words: str) -> None:
        if name == "t":
            parts.append(words)
        elif name == "si":
            found.append("".join(parts)[:CELL_LONGEST])
            parts.clear()

    _read(told, lambda _name, _about: None, end)
    return found


def _table(told: bytes, shared: list[str]) -> list[list[str]]:
    table: list[list[str]] = []
    cell: dict[str, str] = {}

    def begin(name: str, about: dict[str, str]) -> None:
        if name == "row":
            if len(table) >= ROWS_MOST:
                raise Refused("too_heavy")
            table.append([])
        elif name == "c":
            cell.clear()
            cell.update(place=about.get("r", ""), kind=about.get("t", ""), said="")

    def end(name: str, words: str) -> None:
        if name == "f":
            cell["formula"] = "="
        elif name in {"v", "t"} and cell:
            cell["said"] = cell.get("said", "") + words
        elif name == "c" and table:
            _put(table[-1], cell, shared)

    _read(told, begin, end)
    return table


def _put(row: list[str], cell: dict[str, str], shared: list[str]) -> None:
    found = _PLACE.match(cell.get("place", ""))
    at = len(row)
    if found is not None:
        at = 0
        for letter in found[1]:
            at = at * 26 + ord(letter) - 64
        at -= 1
    if at >= COLUMNS_MOST or at < len(row):
        return
    said = cell.get("said", "")
    if cell.get("kind") == "s":
        said = shared[int(said)] if said.isdecimal() and int(said) < len(shared) else ""
    row.extend([""] * (at - len(row)))
    row.append(cell.get("formula") or said[:CELL_LONGEST])


def _read(told: bytes, begin: Callable[[str, dict[str, str]], None], end: Callable[[str, str], None]) -> None:
    words: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def started(name: str, about: dict[str, str]) -> None:
        words.clear()
        begin(name.rpartition(" ")[2], about)

    def ended(name: str) -> None:
        end(name.rpartition(" ")[2], "".join(words))
        words.clear()

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = words.append
    try:
        for first in range(0, len(told), _PART_BYTES):
            parser.Parse(told[first : first + _PART_BYTES], False)
        parser.Parse(b"", True)
    except expat.ExpatError as odd:
        raise Refused("document_damaged") from odd
