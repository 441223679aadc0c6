"""Which days are days off in Viet Nam: weekends and public holidays, also those of the lunar calendar."""

import functools
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

_NAMES = {"vi": "vi", "en": "en_US"}


def is_off(day: date) -> bool:
    """Tell whether nobody works on a day: a weekend or holiday, unless it is made up for by working then."""
    return not _calendar(day.year, "vi").is_working_day(day)


def ahead(start_on: date, *, days: int, language: str) -> Mapping[date, str]:
    """Return the public holidays of so many days from one on, in order, each by its name in a language."""
    span = [start_on + timedelta(days=count) for count in range(days)]
    named = ((day, _calendar(day.year, _NAMES.get(language, "vi")).get(day)) for day in span)
    return {day: name for day, name in named if name}


@functools.lru_cache(maxsize=32)
def _calendar(year: int, language: str) -> "HolidayBase":
    import holidays as calendars  # noqa: PLC0415 - slow to load, and most processes never count days

    return calendars.country_holidays("VN", years=year, language=language)
