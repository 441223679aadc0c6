"""How far from today a day may lie, and how many clusters one word may wake: what lies beyond was never meant."""

from collections.abc import Iterable
from datetime import date, timedelta

from loa.schedules.bound_refusals import DaysOutOfReach, NeverHeard, TooManyToWake
from loa.schedules.models import EntryVersion
from loa.schedules.wishes import Wish

BACK_MOST = timedelta(days=366 * 20)
"""A rule is followed thirty years from its first day, so that ten are left of the longest."""
AHEAD_MOST = timedelta(days=366 * 5)
WAKES_MOST = 1_000_000
"""More clusters than a country has; the database counts to two thousand million."""


def days(given: Iterable[date], *, today: date) -> None:
    """Raise `DaysOutOfReach` unless all lie at most twenty years back and five ahead."""
    first, last = today - BACK_MOST, today + AHEAD_MOST
    if not all(first <= day <= last for day in given):
        raise DaysOutOfReach(first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")


def wish(given: Wish, *, today: date) -> None:
    """Raise `DaysOutOfReach` for a wish that names a day no programme has."""
    moved = (day for own, at in given.moves.items() for day in (own, at.date()))
    begins = () if given.from_on is None else (given.from_on,)
    days([given.start_on, *begins, *given.left_out, *given.extra, *moved], today=today)


def heard(version: EntryVersion) -> None:
    """Raise `NeverHeard` for a version, with its days, that names none from the day on from which it holds."""
    moved = (date.fromisoformat(at[:10]) for _day, at in version.moves)
    last = max([version.last_on, *version.extra, *moved])
    if last < version.from_on:
        raise NeverHeard(last=f"{last:%d/%m/%Y}")


def wakes(count: int | None) -> None:
    """Raise `TooManyToWake` for a number of clusters nobody has."""
    if count is not None and not 0 <= count <= WAKES_MOST:
        raise TooManyToWake(most=WAKES_MOST)
