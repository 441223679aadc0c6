"""Days by Viet Nam's lunar calendar (UTC+7, which now and then parts from China's by a day or a month)."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import lunar_vn

FIRST, LAST = date(1900, 2, 1), date(2100, 11, 30)
"""The days that `lunar-vn` knows, less a month at each end for who looks around."""


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of a lunar month, `length` days long; a leap month has the number of the one before it."""

    year: int
    month: int
    is_leap: bool
    day: int
    length: int


@lru_cache(maxsize=4_000)
def lunar(day: date) -> LunarDay:
    """Return a day as the lunar calendar names it; `ValueError` outside `FIRST` to `LAST`."""
    if not FIRST <= day <= LAST:
        raise ValueError(day)
    found = lunar_vn.solar_to_lunar(day)
    thirtieth = lunar_vn.solar_to_lunar(day + timedelta(days=30 - found.day))
    return LunarDay(found.year, found.month, found.leap, found.day, 30 if thirtieth.day == 30 else 29)
