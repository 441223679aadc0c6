"""What two hour rules allow together: the limit of a unit above on that of one below. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from typing import TypeVar

from loa.schedules.rules.hours import DAY_MINUTES, HourRule, Window

_Limit = TypeVar("_Limit", int, timedelta)


def narrowed(rule: HourRule, *, by: HourRule) -> HourRule:
    """Return a rule that allows what both allow: the limit of a unit above on that of one below."""
    days = {*rule.special, *by.special}
    quiet_from, quiet_until = longer_night(rule, by)
    return replace(
        rule,
        windows={day: _common(rule.windows.get(day, ()), by.windows.get(day, ())) for day in range(7)},
        special={day: _common(rule.on(day), by.on(day)) for day in days},
        sessions_most=_least(rule.sessions_most, by.sessions_most),
        session_longest=_least(rule.session_longest, by.session_longest),
        quiet_from=quiet_from,
        quiet_until=quiet_until,
    )


def after_noon(clock: time) -> int:
    """Return the minutes from noon to a clock time: a night is a stretch of them that does not wrap."""
    return (clock.hour * 60 + clock.minute - 12 * 60) % DAY_MINUTES


def longer_night(rule: HourRule, by: HourRule) -> tuple[time, time]:
    """Return the quiet hours that cover those of both."""
    nights = [one for one in (rule, by) if one.quiet_from != one.quiet_until] or [rule]
    start = min((one.quiet_from for one in nights), key=after_noon)
    return start, max((one.quiet_until for one in nights), key=after_noon)


def _common(windows: Sequence[Window], others: Sequence[Window]) -> Sequence[Window]:
    """Return the stretches that lie in both."""
    cut = [(max(one.start, other.start), min(one.end, other.end)) for one in windows for other in others]
    return tuple(sorted(Window(start, end) for start, end in cut if start < end))


def _least(one: _Limit | None, other: _Limit | None) -> _Limit | None:
    """Return the lower of two limits; None is no limit."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)
