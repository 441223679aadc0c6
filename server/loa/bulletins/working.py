"""On which days somebody can be expected to decide at a unit."""

from collections.abc import Callable
from datetime import date, timedelta

from loa.bulletins.models import OwnDay
from loa.kernel import holidays
from loa.orgs.rules import ancestor_paths

_WHY = "a bulletin has until when its unit, or one above it, works"
_AHEAD = timedelta(days=120)
"""Longer than any deadline: 200 working hours are 22 working days, and Tết."""


def off_at(path: str, *, start_on: date) -> Callable[[date], bool]:
    """Return what tells whether the unit at a path is off on a day from one on.

    What it has set for itself goes first, then what the nearest unit above has, then the calendar.
    """
    said = OwnDay.objects.unscoped(_WHY).filter(
        unit__path__in=ancestor_paths(path), day__gte=start_on, day__lt=start_on + _AHEAD
    )
    nearest = sorted(said.values_list("unit__path", "day", "is_off"), key=lambda one: len(one[0]))
    own = {day: is_off for _path, day, is_off in nearest}
    return lambda day: own[day] if day in own else holidays.is_off(day)
