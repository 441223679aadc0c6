"""Entries of a programme: what comes again, on which days at which minute, and the digest of what was agreed. Pure."""

import hashlib
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from loa.dispatch.rules import is_frozen
from loa.schedules.rules import recurrence
from loa.schedules.rules.recurrence import Rule, Series
from loa.schedules.rules.slots import ZONE
from loa_protocol.plan import LateRule, ResumeRule

ENTRY_TITLE_LONGEST = 120
FRAME_LONGEST = timedelta(hours=2)
MOVED_MOST = timedelta(days=14)
"""How far one day of a series may be moved."""
DAYS_MOST = 120
"""How many days one version may leave out, add, or move: more is another rule."""
HORIZON_DAYS = 9
"""So many days are on the plan, today among them: a device holds all it carries out alone."""
WAITS_DAYS_MOST = 366
"""How far ahead a version may begin to hold."""

_DAY = timedelta(days=1)


class EntryKind(StrEnum):
    """What an entry plays."""

    BULLETIN = "bulletin"
    MUSIC = "music"
    RELAY = "relay"
    ANSWERS = "answers"


class EntryState(StrEnum):
    """How far a version of an entry has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    DROPPED = "dropped"


class OccurrenceState(StrEnum):
    """What became of one day of an entry: it is an airing, could not be one, or is no longer wanted."""

    PLANNED = "planned"
    HELD = "held"
    DROPPED = "dropped"


class Fate(StrEnum):
    """What becomes of a day of an entry when it is looked at: of what is on the plan, and of what should be."""

    STAYS = "stays"
    """What is on the plan is about to air, or what should be there would begin too soon: it is for the next time."""
    GOES = "goes"
    """It leaves the plan, if it is there."""
    MEETS = "meets"
    """Something is there and something should be: it stays if it is the same, and makes way otherwise."""
    COMES = "comes"
    TOO_LATE = "too_late"
    """It would begin inside the freeze horizon."""
    PAST = "past"
    """It should have begun by now, which is never made up for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When an entry comes: `at` local time on the days of a rule, or once on `start_on` without one.

    `last_on` is the last day the rule may name. `moves` puts the occurrence of a day on another day or minute; the
    occurrence keeps the name of its own day.
    """

    at: time
    frame: timedelta
    rule: Rule | None
    start_on: date
    last_on: date
    left_out: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()
    moves: Mapping[date, datetime] = field(default_factory=dict)
    skips_holidays: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """All that a second person agrees to; two versions that say the same have one digest."""

    unit_path: str
    kind: str
    title: str
    content: str
    stations: Sequence[str]
    devices: Sequence[str]
    at: str
    frame_min: int
    rule: str
    start_on: str
    left_out: Sequence[str]
    extra: Sequence[str]
    moves: Sequence[tuple[str, str]]
    skips_holidays: bool
    late_rule: str
    from_on: str
    first_days: Sequence[str]


def occurrences(
    timing: Timing, *, from_on: date, until_on: date, holidays: Collection[date] = ()
) -> dict[date, datetime]:
    """Return the moments that begin on a local day with `from_on <= day < until_on`, by the day whose they are.

    A moved occurrence is found on the day it was moved to. An extra day comes also on a holiday: somebody named it.
    """
    days = recurrence.days(_series(timing), from_on=from_on, until_on=until_on)
    named = {day for day in days if day not in timing.moves and (day not in holidays or not timing.skips_holidays)}
    named |= {day for day in timing.extra if from_on <= day < until_on} - timing.left_out - set(timing.moves)
    found = {day: datetime.combine(day, timing.at, tzinfo=ZONE) for day in named}
    found |= {day: at for day, at in timing.moves.items() if from_on <= at.astimezone(ZONE).date() < until_on}
    return dict(sorted(found.items()))


def fate(planned_at: datetime | None, wished_at: datetime | None, *, now: datetime) -> Fate:
    """Return what becomes of a day: `planned_at` is when what is on the plan begins, `wished_at` what should be.

    The clock and every preview ask here.
    """
    if planned_at is not None and is_frozen(planned_at, now=now):
        return Fate.STAYS
    if wished_at is None:
        return Fate.GOES
    if planned_at is not None:
        return Fate.STAYS if is_frozen(wished_at, now=now) else Fate.MEETS
    if wished_at <= now:
        return Fate.PAST
    return Fate.TOO_LATE if is_frozen(wished_at, now=now) else Fate.COMES


def occurrence_id(entry: uuid.UUID, day: date) -> uuid.UUID:
    """Return the name of an entry's occurrence of a day: the same whatever time the rule gives it by then."""
    return uuid.uuid5(entry, day.isoformat())


def last_day(rule: Rule | None, start_on: date) -> date:
    """Return the last day a rule may name; raise `BadRule` when it never comes. Up to 20 ms: once for each version."""
    return recurrence.series(rule, start_on=start_on).last_on


def sha256(agreed: Agreed) -> str:
    """Return the digest by which an approval names what the person saw, in hex."""
    told = json.dumps(asdict(agreed), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def moment(start_at: datetime) -> str:
    """Return a moment as a digest has it."""
    return start_at.astimezone(UTC).isoformat()


def late_rule(kind: EntryKind) -> LateRule:
    """Return what a device does that comes late: words are heard from their beginning, music where it is by then."""
    return LateRule.JOIN if kind in {EntryKind.MUSIC, EntryKind.RELAY} else LateRule.START


def resume_rule(kind: EntryKind) -> ResumeRule:
    """Return what a device does that was interrupted: words go on where they were broken off, music does not."""
    return ResumeRule.RESUME if kind in {EntryKind.BULLETIN, EntryKind.ANSWERS} else ResumeRule.SKIP


@lru_cache(maxsize=20_000)
def _parsed(text: str) -> Rule:
    return recurrence.parse(text)


def rule_of(text: str) -> Rule | None:
    """Return the rule of a text; None for an empty one. `BadRule`."""
    return _parsed(text) if text else None


def _series(timing: Timing) -> Series:
    gone = timing.left_out | frozenset(timing.extra)
    return Series(start_on=timing.start_on, last_on=timing.last_on, rule=timing.rule, left_out=gone)
