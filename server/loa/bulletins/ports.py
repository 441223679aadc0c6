"""What this room asks of rooms above: it knows words, not when they are heard."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol  # Any: Django's own expressions

from django.db.models import QuerySet
from django.db.models.expressions import Combinable


class AiredFinder(Protocol):
    """Tells which of these bulletins have begun to air at least once by a moment."""

    def __call__(self, bulletin_ids: Collection[uuid.UUID], *, now: datetime) -> set[uuid.UUID]:
        """Return their ids."""


_finder: list[AiredFinder] = []


def find_aired_with(finder: AiredFinder) -> None:
    """Name the one who knows; room schedules takes this place."""
    _finder[:] = [finder]


def aired(bulletin_ids: Collection[uuid.UUID], *, now: datetime) -> set[uuid.UUID]:
    """Return those of these bulletins that have begun to air."""
    return _finder[0](bulletin_ids, now=now) if _finder else set()


class AiringsFinder(Protocol):
    """Tells of the airings of bulletins, as a query for the database to join."""

    def __call__(
        self, bulletin_id: Combinable, since: datetime | None, until: datetime | None, *, now: datetime
    ) -> "QuerySet[Any]":
        """Return the airings of a bulletin that began in the half-open span and not after now."""


_airings: list[AiringsFinder] = []


def find_airings_with(finder: AiringsFinder) -> None:
    """Name the one who knows; room schedules takes this place."""
    _airings[:] = [finder]


def aired_in(
    bulletin_id: Combinable, since: datetime | None, until: datetime | None, *, now: datetime
) -> "QuerySet[Any]":
    """Return the airings of a bulletin that began in the span."""
    return _airings[0](bulletin_id, since, until, now=now)


class AiringsCounter(Protocol):
    """Tells how often bulletins were on the air, and when last."""

    def __call__(
        self, bulletin_ids: Collection[uuid.UUID], *, now: datetime
    ) -> Mapping[uuid.UUID, tuple[int, datetime]]:
        """Return count and last start of those that were."""


_counter: list[AiringsCounter] = []


def count_airings_with(counter: AiringsCounter) -> None:
    """Name the one who knows; room schedules takes this place."""
    _counter[:] = [counter]


def airings_of(bulletin_ids: Collection[uuid.UUID], *, now: datetime) -> Mapping[uuid.UUID, tuple[int, datetime]]:
    """Return how often each of these bulletins was on the air and when it last began; those never aired are absent."""
    return _counter[0](bulletin_ids, now=now) if _counter else {}


class AskedFinder(Protocol):
    """Tells until when a bulletin is asked for."""

    def __call__(self, bulletin_id: uuid.UUID) -> datetime | None:
        """Return the last time at which it is to air; None when no time was named."""


_asked: list[AskedFinder] = []


def find_asked_with(finder: AskedFinder) -> None:
    """Name the one who knows; room schedules takes this place."""
    _asked[:] = [finder]


def last_asked(bulletin_id: uuid.UUID) -> datetime | None:
    """Return the last time at which a bulletin is to air, as far as somebody named one."""
    return _asked[0](bulletin_id) if _asked else None


class ReachFinder(Protocol):
    """Tells whether what is asked for a bulletin goes beyond one commune."""

    def __call__(self, bulletin_id: uuid.UUID) -> bool:
        """Return whether it does."""


_reach: list[ReachFinder] = []


def find_reach_with(finder: ReachFinder) -> None:
    """Name the one who knows; room schedules takes this place."""
    _reach[:] = [finder]


def is_far(bulletin_id: uuid.UUID) -> bool:
    """Tell whether a bulletin is to be heard beyond one commune."""
    return _reach[0](bulletin_id) if _reach else False
