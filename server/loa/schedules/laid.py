"""Which hour rules hold where, on which day: a unit's own, else the nearest above, within the limits of those above."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Q

from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.models import Unit
from loa.orgs.rules import Level, ancestor_paths
from loa.schedules.models import HourRule, HoursOverride
from loa.schedules.rules import RuleState
from loa.schedules.rules import hours as pure
from loa.schedules.rules.hours import ANY_HOUR, Window
from loa.schedules.rules.narrowing import narrowed
from loa.schedules.rules.nights import CORE, Night, kept_quiet, night

VIEW = "schedules.view"
_DAY = timedelta(days=1)
FREE: Sequence[Level] = (Level.CENTRE, Level.PROVINCE)
"""Who may let the middle of the night be less quiet; units below them only as far as they do."""
_WHY = "rules bind whoever asks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A unit whose rules are asked: one that is meant, or one below it with rules of its own."""

    path: str
    name: str


class Laid:
    """The rules in force around some units in a stretch of days, read once."""

    def __init__(self, rows: Iterable[HourRule]) -> None:
        """Take rules loaded with `unit`."""
        self._rows: dict[str, list[HourRule]] = {}
        for row in rows:
            self._rows.setdefault(row.unit.path, []).append(row)
        self._known: dict[tuple[str, date], pure.HourRule] = {}

    @property
    def places(self) -> list[Place]:
        """Return the units that have rules of their own."""
        return [Place(path=path, name=rows[0].unit.name) for path, rows in sorted(self._rows.items())]

    def on(self, path: str, day: date) -> pure.HourRule:
        """Return what holds for what begins at a unit on a day, the days beside it included."""
        rule = self._day(path, day)
        beside = {other: self._day(path, other) for other in (day - _DAY, day + _DAY)}
        special = {other: of.on(other) for other, of in beside.items() if of.on(other) != rule.on(other)}
        return replace(rule, special=special) if special else rule

    def _day(self, path: str, day: date) -> pure.HourRule:
        """Return the unit's own rule, else the nearest above, narrowed by those above it that are limits."""
        known = self._known.get((path, day))
        if known is not None:
            return known
        found: pure.HourRule | None = None
        for above in reversed(ancestor_paths(path)):
            row = self._row(above, day)
            if row is None:
                continue
            if found is None:
                found = rule(row)
            elif row.is_limit:
                found = narrowed(found, by=rule(row))
        self._known[path, day] = ANY_HOUR if found is None else kept_quiet(found, self.core(path, day))
        return self._known[path, day]

    def core(self, path: str, day: date) -> Night:
        """Return the part of a night that is quiet whatever a unit lays down, as far as its province says."""
        rows = (self._row(above, day) for above in reversed(ancestor_paths(path)))
        free = next((row for row in rows if row is not None and row.unit.level in FREE), None)
        return CORE if free is None else CORE.common(night(rule(free)))

    def _row(self, path: str, day: date) -> HourRule | None:
        """Return the rule a unit laid down for a day: that of the day itself before the lasting one."""
        there = [row for row in self._rows.get(path, ()) if day in _Days(row)]
        return next((row for row in there if row.is_special), there[0] if there else None)


class _Days:
    """The days of a rule, half-open; an open end is none."""

    def __init__(self, row: HourRule) -> None:
        self._first, self._end = row.during.lower, row.during.upper

    def __contains__(self, day: date) -> bool:
        return bool(self._first <= day and (self._end is None or day < self._end))


def rule(row: HourRule) -> pure.HourRule:
    """Return what a row says, as the rules know it."""
    return pure.HourRule(
        windows={int(day): tuple(Window(*span) for span in spans) for day, spans in row.windows.items()},
        sessions_most=row.sessions_most,
        session_longest=None if row.session_minutes is None else timedelta(minutes=row.session_minutes),
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
    )


def rule_of(unit: Unit, on: date) -> pure.HourRule:
    """Return the rule that holds at a unit for what begins on a local day."""
    return laid([unit.path], first=on, last=on, below=False).on(unit.path, on)


def laid(
    paths: Sequence[str],
    *,
    first: date,
    last: date,
    below: bool = True,
    lasting: bool = False,
    instead: HourRule | None = None,
) -> Laid:
    """Read the rules in force of these units, of those above and, unless told otherwise, below.

    With `lasting` as if there were no special days, with `instead` as if that proposal were laid down already.
    """
    reach = Q(unit__path__in={above for path in paths for above in ancestor_paths(path)})
    if below:
        for path in paths:
            reach |= Q(unit__path__startswith=f"{path}/")
    found: ScopedQuerySet[HourRule] = HourRule.objects.unscoped(_WHY).filter(
        reach, state=RuleState.IN_FORCE, during__overlap=(first - _DAY, last + 2 * _DAY)
    )
    if lasting:
        found = found.filter(is_special=False)
    rows = list(found.select_related("unit").order_by("unit__path", "pk"))
    if instead is not None:
        rows = [row for row in rows if row.unit_id != instead.unit_id or row.is_special != instead.is_special]
        rows.append(instead)
    return Laid(rows)


def rules_of(scope: Scope, unit: Unit) -> list[HourRule]:
    """Return what was ever proposed for a unit, with who did and who decided, latest days first."""
    found: ScopedQuerySet[HourRule] = HourRule.objects.within(scope, VIEW).filter(unit_id=unit.pk)
    return list(found.select_related("unit", "proposed_by", "decided_by").order_by("-during", "-proposed_at", "-pk"))


def get(scope: Scope, rule_id: uuid.UUID) -> HourRule:
    """Return one rule; `NotFound` when it is absent or outside the scope."""
    found: ScopedQuerySet[HourRule] = HourRule.objects.within(scope, VIEW).filter(pk=rule_id)
    one = found.select_related("unit", "proposed_by", "decided_by").first()
    if one is None:
        raise NotFound
    return one


def proposed_hours(scope: Scope) -> ScopedQuerySet[HourRule]:
    """Return the proposals this person may lay down, those that begin first on top; never one's own."""
    found: ScopedQuerySet[HourRule] = HourRule.objects.within(scope, "schedules.lay_down_hours")
    own = int(scope.actor.id) if scope.actor.id.isdecimal() else None
    waiting = found.filter(state=RuleState.PROPOSED).exclude(proposed_by=own)
    return waiting.select_related("unit", "proposed_by").order_by("during", "pk")


def overrides(scope: Scope) -> ScopedQuerySet[HoursOverride]:
    """Return what was let sound against hour rules where the scope sees it, latest first."""
    found: ScopedQuerySet[HoursOverride] = HoursOverride.objects.within(scope, VIEW)
    return found.select_related("unit", "by").order_by("-at", "-pk")
