"""Texts with blanks to fill in: `{tên}`, `{ngày họp:ngày}`, `{liên hệ?}`, and `[[…]]` for what may be left out.

The words of a blank are its label. After `:` stands what belongs in it: `ngày` a date, `giờ` a time, `số` a number,
`nơi` a place; else words. `?` says that it may stay empty; a passage in `[[…]]` goes with any of its blanks empty.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from loa.bulletins.rules.kinds import Kind

BLANKS_MOST = 20
LABEL_LONGEST = 60
ANSWER_LONGEST = 300

_BLANK = re.compile(r"\{([^{}:?\n]{1,60})(?::([a-zàáâãèéêìíòóôõùúăđĩũơưạ-ỹ]{1,10}))?(\?)?\}")
_OPTIONAL = re.compile(r"\[\[((?:(?!\[\[|\]\]).)*)\]\]", re.DOTALL)
_NUMBER = re.compile(r"\d{1,12}(?:[.,]\d{1,3}){0,4}")
_EMPTY_LINES = re.compile(r"\n{3,}")


class Holds(StrEnum):
    """What belongs in a blank."""

    WORDS = "words"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    PLACE = "place"


_HOLDS: Mapping[str, Holds] = {"ngày": Holds.DATE, "giờ": Holds.TIME, "số": Holds.NUMBER, "nơi": Holds.PLACE}


class BlankFault(StrEnum):
    """Why an answer does not fit its blank."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NO_NUMBER = "no_number"
    NO_DATE = "no_date"
    NO_TIME = "no_time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A template as commands take it. One of third parties is a fixed form."""

    code: str
    kind: Kind
    name: str
    title: str
    text: str
    is_third_party: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """One blank of a text."""

    label: str
    holds: Holds
    is_required: bool


def blanks(*texts: str) -> list[Blank]:
    """Return the blanks of texts in reading order, each once; what says it is needed anywhere is needed."""
    found: dict[str, Blank] = {}
    for text in texts:
        for label, holds, may_be_empty in _BLANK.findall(text):
            name, former = label.strip(), found.get(label.strip())
            found[name] = Blank(
                label=name,
                holds=_HOLDS.get(holds, former.holds if former else Holds.WORDS),
                is_required=not may_be_empty if former is None else former.is_required,
            )
    return list(found.values())


def faults(
    wanted: Sequence[Blank], answers: Mapping[str, str], *, longest: int = ANSWER_LONGEST
) -> dict[str, BlankFault]:
    """Return what is wrong with answers as a person typed them, by label."""
    wrong: dict[str, BlankFault] = {}
    for blank in wanted:
        said = answers.get(blank.label, "").strip()
        if not said:
            if blank.is_required:
                wrong[blank.label] = BlankFault.MISSING
        elif len(said) > longest:
            wrong[blank.label] = BlankFault.TOO_LONG
        elif blank.holds == Holds.NUMBER and not _NUMBER.fullmatch(said):
            wrong[blank.label] = BlankFault.NO_NUMBER
        elif blank.holds == Holds.DATE and _date(said) is None:
            wrong[blank.label] = BlankFault.NO_DATE
        elif blank.holds == Holds.TIME and _time(said) is None:
            wrong[blank.label] = BlankFault.NO_TIME
    return wrong


def filled(text: str, answers: Mapping[str, str]) -> str:
    """Return the text with its blanks filled; the answers have no faults."""
    kinds = {blank.label: blank.holds for blank in blanks(text)}

    def said(label: str) -> str:
        return _as_written(kinds[label], answers.get(label, "").strip())

    def passage(found: re.Match[str]) -> str:
        inside = found.group(1)
        has_all = all(said(label.strip()) for label, _holds, _empty in _BLANK.findall(inside))
        return inside if has_all else ""

    whole = _BLANK.sub(lambda found: said(found.group(1).strip()), _OPTIONAL.sub(passage, text))
    lines = [line.strip() for line in whole.split("\n")]
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _as_written(holds: Holds, said: str) -> str:
    """Return a date as 02/12/2026 and a time as 7 giờ 30, as people write them."""
    day, moment = _date(said) if holds == Holds.DATE else None, _time(said) if holds == Holds.TIME else None
    if day is not None:
        return f"{day.day:02d}/{day.month:02d}/{day.year}"
    if moment is not None:
        return f"{moment.hour} giờ {moment.minute:02d}" if moment.minute else f"{moment.hour} giờ"
    return said


def _date(said: str) -> date | None:
    for pattern in (
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
        r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})",
    ):
        found = re.fullmatch(pattern, said, re.ASCII)
        if found:
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return None
    return None


def _time(said: str) -> time | None:
    found = re.fullmatch(r"(\d{1,2})(?:\s*(?::|h|giờ)\s*(\d{2})?)?", said.casefold(), re.ASCII)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
