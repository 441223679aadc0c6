"""The form of the sound page: a list of parts that a browser sends whole each time, and what its buttons do to it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.http import QueryDict

from loa.media import edits
from loa.media.edits import Edit, Part
from loa.media.models import Clip

WORDS_LONGEST = 300
GAINS_DB = (-6.0, -3.0, 0.0, 3.0, 6.0)
GAPS_MS = (0, 300, 700, 1_500)
UNDER_DB = (-24.0, -18.0, -12.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A part as the page shows it: `words` is the sentence it says, empty when nobody knows."""

    part: Part
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What lies on the desk."""

    lines: Sequence[Line] = ()
    gap_ms: int = 0
    intro: str = ""
    outro: str = ""
    under: str = ""
    under_db: float = -18.0
    clips: Mapping[str, Clip] = field(default_factory=dict)

    @property
    def edit(self) -> Edit:
        """Return the edit list."""
        return Edit(
            parts=tuple(line.part for line in self.lines),
            gap_ms=self.gap_ms,
            intro=self.intro,
            outro=self.outro,
            under=self.under,
            under_db=self.under_db,
        )


def begin(clip: Clip | None, edit: Edit | None) -> Desk:
    """Return the desk for the sound a bulletin has: the list it was made by, the whole clip, or nothing."""
    if edit is not None:
        return Desk(
            lines=[Line(part=part) for part in edit.parts], gap_ms=edit.gap_ms, intro=edit.intro, outro=edit.outro,
            under=edit.under, under_db=edit.under_db,
        )  # fmt: skip
    return Desk(lines=[whole(clip)] if clip is not None else [])


def whole(clip: Clip, words: str = "") -> Line:
    """Return all of a clip as one part."""
    return Line(part=Part(sha256=clip.sha256, from_ms=0, to_ms=clip.duration_ms), words=words[:WORDS_LONGEST])


def read(posted: QueryDict) -> Desk:
    """Return the desk that a form describes. What is no number becomes what `edits.check` refuses."""
    count = min(_whole_number(posted.get("count")), edits.PARTS_MOST + 1)
    return Desk(
        lines=[_line(posted, number) for number in range(count)],
        gap_ms=_whole_number(posted.get("gap")),
        intro=posted.get("intro", "")[:64],
        outro=posted.get("outro", "")[:64],
        under=posted.get("under", "")[:64],
        under_db=_number(posted.get("under_db", "-18")),
    )


def moved(desk: Desk, action: str) -> Desk:
    """Return the desk after `up-3`, `down-3` or `drop-3`; the same for anything else."""
    verb, _, told = action.partition("-")
    lines, place = list(desk.lines), _whole_number(told) if told.isdecimal() else -1
    if not 0 <= place < len(lines):
        return desk
    other = {"up": place - 1, "down": place + 1}.get(verb, -1)
    if verb == "drop":
        del lines[place]
    elif 0 <= other < len(lines):
        lines[place], lines[other] = lines[other], lines[place]
    return replace(desk, lines=lines)


def retaken(desk: Desk, place: int, clip: Clip) -> Desk:
    """Return the desk with another take of one part; its gain and gate stay."""
    lines = list(desk.lines)
    old = lines[place]
    part = replace(old.part, sha256=clip.sha256, from_ms=0, to_ms=clip.duration_ms)
    lines[place] = replace(old, part=part)
    return replace(desk, lines=lines)


def _line(posted: QueryDict, number: int) -> Line:
    part = Part(
        sha256=posted.get(f"clip-{number}", "")[:64],
        from_ms=_milliseconds(posted.get(f"from-{number}")),
        to_ms=_milliseconds(posted.get(f"to-{number}")),
        gain_db=_number(posted.get(f"gain-{number}", "0")),
        is_gated=posted.get(f"gate-{number}") == "on",
    )
    return Line(part=part, words=posted.get(f"words-{number}", "")[:WORDS_LONGEST])


def _number(told: str | None) -> float:
    try:
        found = float((told or "").strip().replace(",", "."))
    except ValueError:
        return math.nan
    return found if math.isfinite(found) else math.nan


def _milliseconds(told: str | None) -> int:
    """Return seconds as people write them, with comma or point, in ms; −1 for what is no number."""
    found = _number(told)
    return -1 if math.isnan(found) or abs(found) > 100_000 else round(found * 1000)


def _whole_number(told: str | None) -> int:
    return int(told) if told is not None and told.isdecimal() and len(told) < 7 else 0
