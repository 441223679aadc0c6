"""Which days a rule names, counted from its start: work that grows with the days asked for and nothing else."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from loa.schedules.rules.recurrence import lunar
from loa.schedules.rules.recurrence.matching import is_named, possible_from
from loa.schedules.rules.recurrence.parsing import BadRule, Fault, text
from loa.schedules.rules.recurrence.parts import Calendar, Freq, Rule

WINDOW_MOST = timedelta(days=400)
AHEAD_MOST = timedelta(days=366 * 30)
"""How far a rule is followed from its start to find its last day, or to find that it never comes."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Local days: those of the rule from `start_on` to `last_on`, both included, and `extra`, less `left_out`."""

    start_on: date
    last_on: date
    rule: Rule | None
    extra: frozenset[date] = frozenset()
    left_out: frozenset[date] = frozenset()


def series(
    rule: Rule | None,
    *,
    start_on: date,
    extra: frozenset[date] = frozenset(),
    left_out: frozenset[date] = frozenset(),
) -> Series:
    """Return a rule from its first day on, with the last day it may come; once on `start_on` without a rule.

    Days left out count for COUNT, as RFC 5545 has it. `BadRule` when it never comes in thirty years. Up to 20 ms.
    """
    end = lunar.LAST if start_on > lunar.LAST - AHEAD_MOST else start_on + AHEAD_MOST
    if rule is None:
        last = start_on
    elif rule.calendar is Calendar.VIETNAMESE and start_on < lunar.FIRST:
        raise BadRule(Fault.NEVER, text(rule))
    else:
        last = min(rule.until or end, end)
        if rule.count is not None:
            last = _nth(rule, start_on, last, rule.count)
        if next(_named(rule, start_on, start_on, last), None) is None:
            raise BadRule(Fault.NEVER, text(rule))
    return Series(start_on=start_on, last_on=last, rule=rule, extra=extra, left_out=left_out)


def days(given: Series, *, from_on: date, until_on: date) -> list[date]:
    """Return the days of a series with `from_on <= day < until_on`, at most 400 days apart, in order."""
    if until_on - from_on > WINDOW_MOST:
        raise ValueError(f"{from_on} to {until_on}")
    first, last = max(from_on, given.start_on), min(until_on - _DAY, given.last_on)
    found = {day for day in given.extra if from_on <= day < until_on}
    if given.rule is None:
        found |= {given.start_on} if first <= given.start_on <= last else set()
    elif first <= last:
        found.update(_named(given.rule, given.start_on, first, last))
    return sorted(found - given.left_out)


def next_day(given: Series, *, from_on: date) -> date | None:
    """Return the first day of a series that is not before `from_on`; None when it is over."""
    begin, last = from_on, max([given.last_on, *given.extra])
    while begin <= last:
        if found := days(given, from_on=begin, until_on=begin + WINDOW_MOST):
            return found[0]
        begin += WINDOW_MOST
    return None


def _nth(rule: Rule, start_on: date, last: date, count: int) -> date:
    for number, day in enumerate(_named(rule, start_on, start_on, last), start=1):
        if number == count:
            return day
    return last


def _named(rule: Rule, start_on: date, first: date, last: date) -> Iterator[date]:
    """Yield the days of the rule from `first` to `last`, both included."""
    step = timedelta(days=rule.interval) if rule.freq is Freq.DAILY else _DAY
    day = first + timedelta(days=-(first - start_on).days % step.days)
    while day <= last:
        if (later := possible_from(rule, start_on, day)) > day:
            day = later + timedelta(days=-(later - start_on).days % step.days)
            continue
        if is_named(rule, start_on, day) and (
            not rule.positions or day in _chosen(rule, start_on, *_period(rule, day))
        ):
            yield day
        day += step


@lru_cache(maxsize=20_000)
def _chosen(rule: Rule, start_on: date, first: date, last: date) -> frozenset[date]:
    """Return the days that BYSETPOS takes of those the rule names in one period."""
    named = [day for number in range((last - first).days + 1) if is_named(rule, start_on, day := first + number * _DAY)]
    at = {position - 1 if position > 0 else len(named) + position for position in rule.positions}
    return frozenset(named[number] for number in at if 0 <= number < len(named))


def _period(rule: Rule, day: date) -> tuple[date, date]:
    if rule.freq is Freq.WEEKLY:
        first = day - timedelta(days=(day.weekday() - rule.week_start) % 7)
        return first, first + timedelta(days=6)
    if rule.freq is Freq.MONTHLY:
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    return date(day.year, 1, 1), date(day.year, 12, 31)
