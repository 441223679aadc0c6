"""What a proposed hour rule would break of what is planned in the next days."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from loa.dispatch import queries as dispatching
from loa.schedules import bounds, hours, rules
from loa.schedules.models import HourRule
from loa.schedules.rules.hours import Breach, Timed

DAY = timedelta(days=1)
DAYS = 7
"""How far ahead a rule is held against the plan: as far as devices hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One airing that stands and would break the rule.

    `leaves` is one of the programme that was let break the present rule: that was for this rule, not for the next.
    """

    title: str
    start_at: datetime
    breaches: Sequence[Breach]
    leaves: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would break from the rule's first day, or from now, over seven days; `digest` names it in the decision."""

    start_at: datetime
    end_at: datetime
    planned: int
    lines: Sequence[Line]
    digest: str


def day_shown(rule: HourRule, *, now: datetime) -> date:
    """Return the day from which a rule is shown: its first, or today; one that lies out of reach still has a page."""
    today = timezone.localdate(now, rules.ZONE)
    first: date = rule.during.lower
    return min(max(first, today), today + bounds.AHEAD_MOST)


def preview(rule: HourRule, *, now: datetime) -> Preview:
    """Hold a rule, loaded with `unit`, against what stands; what breaks the present rules already is not its doing."""
    first = day_shown(rule, now=now)
    start_at, end_at = max(now, rules.midnight(first)), rules.midnight(first + DAYS * DAY)
    planned = dispatching.ordinary(rule.unit.path, start_at=start_at, end_at=end_at)
    items = [
        Timed(key=hours.key_of(one.source), start_at=one.start_at, end_at=one.start_at + one.duration)
        for one in planned
    ]
    before = {one: one.law for one in hours.broken(rule.unit, items, now=now)}
    after = [one for one in hours.broken(rule.unit, items, now=now, instead=rule) if _is_its_doing(one, before)]
    lines = [
        Line(title=one.title, start_at=one.start_at, breaches=those, leaves=any(it in before for it in those))
        for one in planned
        if (those := [breach for breach in after if breach.key == hours.key_of(one.source)])
    ]
    told = json.dumps([[one.key, one.rule.value, one.on.isoformat()] for one in after])
    return Preview(
        start_at=start_at,
        end_at=end_at,
        planned=len(planned),
        lines=lines,
        digest=hashlib.sha256(told.encode()).hexdigest(),
    )


def _is_its_doing(one: Breach, before: Mapping[Breach, str]) -> bool:
    """Tell whether a breach is new, or was let be of an entry under a rule that says something else."""
    return one not in before or (one.key.startswith("occurrence:") and one.law != before[one])
