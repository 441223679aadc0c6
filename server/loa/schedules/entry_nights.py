"""What two people agree to at night: whom a version of an entry wakes, and at which times."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from loa.schedules import hours, programme
from loa.schedules.models import EntryVersion
from loa.schedules.refusals import QuietHours
from loa.schedules.rules import entries as rules
from loa.schedules.rules.hours import Timed
from loa.schedules.rules.slots import ZONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Nights:
    """When a version sounds in the quiet hours, as whoever approves it reads it.

    `count` clusters are woken. `each` is the local time of all that comes by its rule, where that lies in them, and
    `moved` are the single days that are moved into them.
    """

    count: int
    each: time | None
    moved: Sequence[datetime]

    @property
    def times(self) -> list[time]:
        """Return the local times of day to which somebody agrees."""
        found = {at.astimezone(ZONE).time() for at in self.moved}
        return sorted(found if self.each is None else {*found, self.each})


def timed(version: EntryVersion, *, now: datetime) -> list[Timed]:
    """Return the frames of a version's first week, and of each day it moves, as hour rules judge them.

    A day that is moved has a time of its own and may lie beyond any preview: it is judged by whoever approves it.
    """
    soon = programme.coming_soon(version, now=now) | dict(programme.moves_ahead(version, now=now))
    frame = timedelta(minutes=version.frame_min)
    return [
        Timed(key=occurrence_key(version.entry_id, day), start_at=at, end_at=at + frame)
        for day, at in sorted(soon.items())
    ]


def occurrence_key(entry_id: uuid.UUID, day: date) -> str:
    """Return what hour rules call an occurrence: what its airing has as its source, less the turn."""
    return f"occurrence:{rules.occurrence_id(entry_id, day)}"


def ahead(version: EntryVersion, *, now: datetime) -> Nights | None:
    """Return when a version sounds in the quiet hours, and whom it wakes; None when it sounds outside of them."""
    items = timed(version, now=now)
    woken = _woken(version, items)
    if not woken:
        return None
    moved = {at for _day, at in programme.moves_ahead(version, now=now)}
    quiet = [one.start_at for one in items if _woken(version, [one])]
    by_rule = any(at not in moved for at in quiet)
    return Nights(
        count=len(woken), each=version.at if by_rule else None, moved=sorted(at for at in quiet if at in moved)
    )


def demand(version: EntryVersion, items: Sequence[Timed], *, wakes: int | None) -> None:
    """Raise `QuietHours` when items of a version wake, on all its stations together, more clusters than `wakes`."""
    woken = _woken(version, items)
    if woken and (wakes is None or len(woken) > wakes):
        raise QuietHours


def agreed(version: EntryVersion, start_at: datetime) -> int | None:
    """Return how many clusters may be woken at a moment, as it was agreed for its time of day; None is nobody's word.

    Versions that were approved before times were kept were agreed to for the time of the rule.
    """
    times = [version.at] if version.wakes_at is None else version.wakes_at
    return version.wakes if start_at.astimezone(ZONE).time() in times else None


def _woken(version: EntryVersion, items: Sequence[Timed]) -> set[uuid.UUID]:
    chosen = programme.clusters(version)
    found: set[uuid.UUID] = set()
    for unit in programme.stations(version):
        found |= hours.woken_by(unit, items, device_ids=chosen)
    return found
