"""A dated list of units as a file: reading it line by line, and comparing it with the tree there is. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.kernel import text
from loa.orgs import importing_files
from loa.orgs.importing_files import Unreadable, Wrong
from loa.orgs.planning import Standing

LONGEST_BYTES = 1_500_000
"""With what a form says around it, less than a request may have."""
COLUMNS = ("code", "name", "level", "parent", "valid_from", "predecessors")
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")
_PART = re.compile(r"(?P<code>[A-Za-z0-9_.-]+)(?::(?P<share>\d{1,6}/\d{1,6}|\d{1,3}(?:[.,]\d{1,6})?%))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A unit of the list. `parent` is empty for the top; a share is None when the file names none."""

    line: int
    code: str
    name: str
    level: str
    parent: str
    valid_from: date | None = None
    predecessors: Sequence[tuple[str, Fraction | None]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a file says: its units, or what is wrong with it."""

    rows: Sequence[Row] = ()
    wrong: Sequence[Wrong] = ()

    @property
    def day(self) -> date | None:
        """Return the last day from which a unit of the list is valid: from then on the whole list is."""
        return max((row.valid_from for row in self.rows if row.valid_from), default=None)


def read(source: bytes, *, levels: Mapping[str, str]) -> Read:
    """Return what a CSV or JSON file says. `levels` maps every word for a level, folded, to its code."""
    if len(source) > LONGEST_BYTES:
        return _failed(_("The file is too large. Please import one province at a time."))
    try:
        written = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _failed(_("The file is not in UTF-8. Please save it as “CSV UTF-8”."))
    try:
        lines = list(importing_files.cells(written))
    except Unreadable as reason:
        return Read(wrong=[reason.wrong])
    if not lines:
        return _failed(_("The file has no units."))
    rows: list[Row] = []
    wrong: list[Wrong] = []
    for line, cells in lines:
        found = _row(line, cells, levels)
        (wrong if isinstance(found, Wrong) else rows).append(found)  # type: ignore[arg-type]  # each to its own
    latest, twice = _latest(rows)
    wrong += twice
    return Read(rows=latest, wrong=sorted(wrong or _places(latest), key=lambda one: one.line))


def lost_zeros(rows: Sequence[Row], tree: Mapping[str, Standing]) -> list[Wrong]:
    """Return the lines whose code lost the zeros it begins with in a spreadsheet."""
    return [
        Wrong(
            line=row.line,
            sentence=_(
                "The code “%(code)s” lost the zeros it begins with. Please keep the column as text: “%(full)s”."
            ),
            facts={"code": row.code, "full": row.code.zfill(width)},
        )
        for row in rows
        for width in (2, 3, 5)
        if row.code.isdigit() and len(row.code) < width and row.code not in tree and row.code.zfill(width) in tree
    ]


def _failed(sentence: str | Promise, line: int = 0, **facts: object) -> Read:
    return Read(wrong=[Wrong(line=line, sentence=sentence, facts=facts)])


def _row(line: int, cells: Mapping[str, str], levels: Mapping[str, str]) -> Row | Wrong:
    code, name = cells.get("code", ""), text.stored(cells.get("name", "")).strip()
    parent, level = cells.get("parent", ""), levels.get(text.folded(cells.get("level", "")).strip(), "")
    for written in (code, parent) if parent else (code,):
        if not _CODE.fullmatch(written):
            told = _("“%(code)s” is no code. A code has letters without accents, digits, dots and dashes, 32 at most.")
            return Wrong(line=line, sentence=told, facts={"code": written[:40]})
    if not name or len(name) > 120:
        return Wrong(
            line=line, sentence=_("The unit %(code)s needs a name of at most 120 letters."), facts={"code": code}
        )
    if not level:
        told = _("Nobody knows the level “%(level)s”. Please write one of: %(known)s.")
        known = ", ".join(sorted(set(levels.values())))
        return Wrong(line=line, sentence=told, facts={"level": cells.get("level", "")[:40], "known": known})
    valid_from = _day(cells.get("valid_from", ""))
    if isinstance(valid_from, str):
        told = _("“%(day)s” is no day. Please write it as 2025-07-01 or 01/07/2025.")
        return Wrong(line=line, sentence=told, facts={"day": valid_from[:40]})
    predecessors = _predecessors(cells.get("predecessors", ""))
    if predecessors is None:
        told = _(
            "The predecessors cannot be read. Please write their codes with spaces between, such as: 08707 08713:1/2."
        )
        return Wrong(line=line, sentence=told)
    return Row(
        line=line, code=code, name=name, level=level, parent=parent, valid_from=valid_from, predecessors=predecessors
    )


def _day(written: str) -> date | str | None:
    """Return the day, None for an empty cell, or the cell itself when it is neither."""
    if not written:
        return None
    for form in _DAY_FORMS:
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007 - a day without a time
        except ValueError:
            continue
    return written


def _predecessors(written: str) -> list[tuple[str, Fraction | None]] | None:
    found: list[tuple[str, Fraction | None]] = []
    for part in re.split(r"[\s|+;]+", written.strip()):
        if not part:
            continue
        match = _PART.fullmatch(part)
        share = _share(match["share"]) if match and match["share"] else None
        if match is None or (share is not None and not 0 < share <= 1):
            return None
        found.append((match["code"], share))
    return found


def _share(written: str) -> Fraction:
    if written.endswith("%"):
        return Fraction(written[:-1].replace(",", ".")) / 100
    above, _slash, below = written.partition("/")
    return Fraction(int(above), int(below)) if int(below) else Fraction()


def _latest(rows: Sequence[Row]) -> tuple[list[Row], list[Wrong]]:
    """Return what holds in the end: of several lines about a unit the one with the latest day."""
    told: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        told[row.code].append(row)
    latest: list[Row] = []
    twice: list[Wrong] = []
    for code, mine in told.items():
        mine.sort(key=lambda row: row.valid_from or date.min)
        latest.append(mine[-1])
        if len(mine) > 1 and mine[-1].valid_from == mine[-2].valid_from:
            sentence = _("The unit %(code)s is in the file twice for the same day. Please keep one line.")
            twice.append(Wrong(line=max(mine[-1].line, mine[-2].line), sentence=sentence, facts={"code": code}))
    return latest, twice


def _places(rows: Sequence[Row]) -> Iterator[Wrong]:
    """Yield the lines that stand below themselves."""
    above = {row.code: row.parent for row in rows}
    for row in rows:
        seen: set[str] = set()
        at = row.code
        while at in above and at not in seen:
            seen.add(at)
            at = above[at]
        if at == row.code and at in seen:
            yield Wrong(line=row.line, sentence=_("The unit %(code)s stands below itself."), facts={"code": row.code})
