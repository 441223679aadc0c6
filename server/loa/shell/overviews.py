"""What an upper unit sees of the units below it: exceptions first, each figure with the rows it opens into."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any  # Any: rows of several rooms

from django.utils import timezone

from loa.devices import below as devices
from loa.dispatch import coming, days
from loa.dispatch.days import Figures
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.schedules import rules as schedule_rules
from loa.schedules import troubles

VIEW = "dispatch.view"
CHANNEL = "loudspeaker"
AHEAD = timedelta(days=8)
"""How far ahead what was held back is told: as far as the clock puts entries on the plan."""


class Period(StrEnum):
    """Of which days plays are counted; all but the second end today."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    MONTH = "month"


class Kind(StrEnum):
    """What is out of order, the most urgent first."""

    SILENT = "silent"
    """Sound was planned, and nothing proves that it was heard."""
    OFFLINE = "offline"
    REFUSED = "refused"
    """Orders that devices refused, and reports that cannot be so."""
    FAULTS = "faults"
    UNANSWERED = "unanswered"
    HELD = "held"
    OVERRIDES = "overrides"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One unit as it stands. `troubles` are the kinds of which there are any, in their order."""

    unit: Unit
    figures: Figures
    devices: Counter[str]
    troubles: Sequence[tuple[Kind, int]]
    today: int
    tomorrow: int

    @property
    def enrolled(self) -> int:
        """Return how many devices should be at work."""
        return sum(count for word, count in self.devices.items() if word in devices.ENROLLED)

    @property
    def away(self) -> int:
        """Return how many devices are out of contact for longer than their unit allows."""
        return sum(self.devices[word] for word in devices.AWAY)

    @property
    def in_contact_pct(self) -> float | None:
        """Return how many of the devices are in contact, in percent; None when there is none."""
        return 100 * (self.enrolled - self.away) / self.enrolled if self.enrolled else None

    @property
    def minutes_each(self) -> float | None:
        """Return how many minutes were heard for each device."""
        return self.figures.heard_ms / 60_000 / self.enrolled if self.enrolled else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A unit with everything below it, and the units right below: those with trouble first, the worst on top."""

    whole: Line
    below: Sequence[Line]

    @property
    def troubled(self) -> list[Line]:
        """Return the units where something is out of order, the most kinds first."""
        found = [line for line in self.below if line.troubles]
        return sorted(found, key=lambda line: (_weight(line), line.unit.sort_order, line.unit.path))

    @property
    def calm(self) -> list[Line]:
        """Return the units where nothing is."""
        return [line for line in self.below if not line.troubles]


def span(period: Period, *, today: date) -> tuple[date, date]:
    """Return the first and the last day of a period."""
    match period:
        case Period.TODAY:
            return today, today
        case Period.YESTERDAY:
            return today - timedelta(days=1), today - timedelta(days=1)
        case Period.WEEK:
            return today - timedelta(days=6), today
        case Period.MONTH:
            return today - timedelta(days=29), today


def overview(scope: Scope, unit: Unit, *, start_on: date, end_on: date, now: datetime) -> Overview:
    """Return how a unit and the units right below it stand; plays of these days, on today's map.

    What a person may not see of it is left out, as if there were none. The caller has checked the right at the unit.
    """
    today = timezone.localdate(now)
    children = list(orgs.descendants(unit).filter(parent=unit, closed_on=None))
    known = {child.code for child in children}
    figures = days.below(scope, unit, start_on=start_on, end_on=end_on, map_on=today)
    standings = devices.counts(scope, unit, now=now) if _may(scope, "devices.view", unit) else {}
    counted = orgs.by_child(unit, _rows(scope, unit, now=now))
    kinds = _kinds(figures, standings, counted)

    def line(of: Unit, codes: frozenset[str] | None) -> Line:
        return Line(
            unit=of,
            figures=days.total(one for code, one in figures.items() if codes is None or code in codes),
            devices=sum((one for code, one in standings.items() if codes is None or code in codes), Counter()),
            troubles=[(kind, count) for kind, by in kinds.items() if (count := _sum(by, codes))],
            today=_sum(counted[_TODAY], codes),
            tomorrow=_sum(counted[_TOMORROW], codes),
        )

    lines = [line(child, frozenset({child.code})) for child in children]
    own = frozenset({code for by in (figures, standings, *kinds.values()) for code in by} - known)
    if (
        children
        and own
        and (itself := line(unit, own))
        and (itself.enrolled or itself.figures.meant or itself.troubles)
    ):
        lines.insert(0, itself)
    return Overview(whole=line(unit, None), below=lines)


def _rows(scope: Scope, unit: Unit, *, now: datetime) -> dict[str, tuple[ScopedQuerySet[Any], str]]:
    """Return what is counted by row, as far as this person may see it; each with the lookup of its unit's path."""
    day = timezone.localdate(now)
    today, tomorrow, after = (schedule_rules.midnight(day + number * _DAY) for number in range(3))
    rows: dict[str, tuple[ScopedQuerySet[Any], str]] = {
        _TODAY: (coming.planned(scope, unit, start_at=today, end_at=tomorrow), _PATH),
        _TOMORROW: (coming.planned(scope, unit, start_at=tomorrow, end_at=after), _PATH),
    }
    if _may(scope, "devices.view", unit):
        rows[Kind.FAULTS] = devices.faults_overdue(scope, unit, now=now), "device__unit__path"
    if _may(scope, "bulletins.view", unit):
        rows[Kind.UNANSWERED] = troubles.unanswered(scope, unit), _PATH
    if _may(scope, troubles.VIEW, unit):
        until = today + AHEAD
        rows[Kind.HELD] = troubles.held_back(scope, unit, start_at=today, end_at=until), "entry__unit__path"
        rows[_TURNED_DOWN] = troubles.refused(scope, unit, start_at=today, end_at=until), _PATH
        rows[Kind.OVERRIDES] = troubles.overrides(scope, unit, start_at=today, end_at=after), _PATH
    return rows


def _kinds(
    figures: Mapping[str, Figures], standings: Mapping[str, Counter[str]], counted: Mapping[str, Mapping[str, int]]
) -> dict[Kind, Mapping[str, int]]:
    """Return how much of each kind is out of order, by the code of the unit right below."""
    found: dict[Kind, Mapping[str, int]] = {
        Kind.SILENT: {code: one.silent + one.missed + one.untold for code, one in figures.items()},
        Kind.OFFLINE: {code: sum(one[word] for word in devices.AWAY) for code, one in standings.items()},
        Kind.REFUSED: {code: one.refused + one.odd for code, one in figures.items()},
    }
    found |= {kind: counted[kind] for kind in Kind if kind in counted}
    if _TURNED_DOWN in counted:
        found[Kind.HELD] = Counter(counted[Kind.HELD]) + Counter(counted[_TURNED_DOWN])
    return found


def _may(scope: Scope, permission: str, unit: Unit) -> bool:
    return scope.can(permission, f"{unit.path}#{CHANNEL}")


def _sum(by: Mapping[str, int], codes: frozenset[str] | None) -> int:
    return sum(count for code, count in by.items() if codes is None or code in codes)


def _weight(line: Line) -> tuple[int, ...]:
    """Return what orders units: by the most urgent kind they have, then by how much of it."""
    order = list(Kind)
    counts = dict(line.troubles)
    return tuple(-counts.get(kind, 0) for kind in order)


_DAY = timedelta(days=1)
_PATH = "unit__path"
_TODAY, _TOMORROW, _TURNED_DOWN = "today", "tomorrow", "turned_down"
