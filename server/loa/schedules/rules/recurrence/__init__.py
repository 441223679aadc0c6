"""When something comes again: RFC 5545 rules over local days, with Viet Nam's lunar calendar, in bounded time."""

from loa.schedules.rules.recurrence.parsing import COUNT_MOST, BadRule, Fault, parse, text
from loa.schedules.rules.recurrence.parts import Calendar, Freq, Rule, Skip, Weekday
from loa.schedules.rules.recurrence.series import WINDOW_MOST, Series, days, next_day, series

__all__ = [
    "COUNT_MOST",
    "WINDOW_MOST",
    "BadRule",
    "Calendar",
    "Fault",
    "Freq",
    "Rule",
    "Series",
    "Skip",
    "Weekday",
    "days",
    "next_day",
    "parse",
    "series",
    "text",
]
