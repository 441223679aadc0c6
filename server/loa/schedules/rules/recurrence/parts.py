"""What a rule says, once it is read."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""As RFC 5545 names them, in the order of `date.weekday()`."""


class Freq(StrEnum):
    """The period a rule counts in. What comes more often than daily is several times of one day, not a rule."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class Calendar(StrEnum):
    """By which calendar months and days are counted: RSCALE of RFC 7529, which knows no name for Viet Nam's."""

    GREGORIAN = "GREGORIAN"
    VIETNAMESE = "X-VIETNAMESE"


class Skip(StrEnum):
    """What happens in a month without the day: nothing, or its last day instead."""

    OMIT = "OMIT"
    BACKWARD = "BACKWARD"


@dataclass(frozen=True, slots=True, order=True)
class Weekday:
    """A day of the week, 0 to 6 from Monday, of every week (`nth` 0) or the nth of its month or year."""

    day: int
    nth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule without its start. `until` is the last local day on which it may come; empty parts ask nothing."""

    freq: Freq
    interval: int = 1
    count: int | None = None
    until: date | None = None
    months: frozenset[int] = frozenset()
    leap_months: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    weekdays: frozenset[Weekday] = frozenset()
    positions: frozenset[int] = frozenset()
    week_start: int = 0
    calendar: Calendar = Calendar.GREGORIAN
    skip: Skip = Skip.OMIT
