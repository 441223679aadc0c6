"""Which days are holidays at a unit: those of the country, and what it and the units above have set."""

from datetime import date

from loa.bulletins.models import OwnDay
from loa.kernel import holidays
from loa.orgs.rules import ancestor_paths


def holidays_at(path: str, *, from_on: date, until_on: date) -> frozenset[date]:
    """Return the public holidays of `from_on <= day < until_on` at a unit, with days off it has set for itself.

    What a unit has set goes first, then what the nearest above has; a holiday on which it says it works is none.
    """
    if from_on >= until_on:
        return frozenset()
    public = set(holidays.ahead(from_on, days=(until_on - from_on).days, language="vi"))
    said = OwnDay.objects.unscoped("a programme rests when its unit, or one above it, does").filter(
        unit__path__in=ancestor_paths(path), day__gte=from_on, day__lt=until_on
    )
    for _path, day, is_off in sorted(said.values_list("unit__path", "day", "is_off"), key=lambda one: len(one[0])):
        (public.add if is_off else public.discard)(day)
    return frozenset(public)
