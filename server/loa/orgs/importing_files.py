"""The cells of a list of units in a CSV or JSON file, or what makes it unreadable. Pure."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any  # Any: JSON as it came

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST_ROWS = 20_000
REQUIRED = frozenset({"code", "name", "level", "parent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What is wrong with a line, and what to do; line 0 is the file."""

    line: int
    sentence: str | Promise
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the sentence in the language of the moment."""
        told = str(self.sentence) % self.facts
        return told if not self.line else str(_("Line %(line)s: %(told)s")) % {"line": self.line, "told": told}


class Unreadable(Exception):
    """The file as a whole, or from a line on, cannot be read."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(str(wrong.line))
        self.wrong = wrong


def cells(written: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the number and the cells of each line; raises `Unreadable`."""
    return _json(written) if written.lstrip()[:1] in {"[", "{"} else _csv(written)


def _csv(written: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    if "\0" in written:
        raise _unreadable(_("The file is not a list. Please save it as “CSV UTF-8”."))
    head = written.split("\n", 1)[0]
    table = csv.reader(io.StringIO(written), delimiter=max(";,\t", key=head.count), strict=True)
    try:
        names = [name.strip().casefold() for name in next(table, [])]
        _demand_columns(names)
        for cells in table:
            if any(cell.strip() for cell in cells):
                yield table.line_num, dict(zip(names, (cell.strip() for cell in cells), strict=False))
            if table.line_num > MOST_ROWS + 1:
                raise _unreadable(_("The file has more than %(most)s lines."), most=MOST_ROWS)
    except csv.Error as broken:
        raise _unreadable(
            _("This line cannot be read. Please look for quotes without an end."), table.line_num
        ) from broken


def _json(written: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        kept = json.loads(written)
    except (ValueError, RecursionError) as broken:
        line = getattr(broken, "lineno", 0)
        raise _unreadable(_("The file begins like JSON and is not: please look at this line."), line) from broken
    listed = kept.get("units") if isinstance(kept, dict) else kept
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise _unreadable(_("The file has to be a list of units, each with its code, name, level and parent."))
    if len(listed) > MOST_ROWS:
        raise _unreadable(_("The file has more than %(most)s lines."), most=MOST_ROWS)
    if listed:
        _demand_columns(list(listed[0]))
    yield from ((place, _plain(one)) for place, one in enumerate(listed, start=1))


def _plain(one: Mapping[str, Any]) -> Mapping[str, str]:  # Any: as it came
    """Return the cells of a JSON unit as a table has them; predecessors may be a list."""
    cells = {}
    for name, value in one.items():
        parts = value if isinstance(value, list) else [value]
        cells[name] = " ".join("" if part is None else str(part) for part in parts).strip()
    return cells


def _demand_columns(names: Sequence[str]) -> None:
    missing = sorted(REQUIRED - set(names))
    if missing:
        raise _unreadable(
            _("The first line has to name the columns; missing: %(columns)s."), columns=", ".join(missing)
        )


def _unreadable(sentence: str | Promise, line: int = 0, **facts: object) -> Unreadable:
    return Unreadable(Wrong(line=line, sentence=sentence, facts=facts))
