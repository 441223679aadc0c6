"""What stands in a week of a station: its entries, and what else comes to its clusters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from loa.dispatch import queries as dispatching
from loa.dispatch import rules as dispatch_rules
from loa.kernel.scope import Scope, is_within
from loa.orgs.models import Unit
from loa.orgs.rules import Level, ancestor_paths
from loa.schedules import hours, planning, programme, saying, settling
from loa.schedules.models import Entry, EntryVersion, HoursOverride
from loa.schedules.rules.entries import EntryState
from loa.schedules.rules.slots import ZONE, midnight

_WHY = "programmes of units above reach clusters of the unit that was asked about"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing in a week. `version` is None for what is no entry; `day` is whose occurrence it is."""

    title: str
    start_at: datetime
    end_at: datetime
    state: str
    version: EntryVersion | None = None
    day: date | None = None
    unit_name: str = ""
    is_own: bool = True
    meets: bool = False
    decided: str = ""
    breaks: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of the week."""

    on: date
    items: Sequence[Item]


def entries_of(scope: Scope, unit: Unit, *, first: date) -> list[Entry]:
    """Return the entries that come to a unit's clusters: its own, those below in reach, and those of units above."""
    own = programme.visible(scope).filter(unit__path__within=unit.path)
    above = Entry.objects.unscoped(_WHY).filter(unit__path__in=ancestor_paths(unit.path)[:-1]).select_related("unit")
    return [*own.exclude(ended_on__lte=first), *above.exclude(ended_on__lte=first).order_by("pk")]


def open_versions(entries: Sequence[Entry]) -> list[EntryVersion]:
    """Return what is written or waits for these entries."""
    found = EntryVersion.objects.unscoped("of entries in reach").filter(
        entry__in=[entry.pk for entry in entries], state__in=[EntryState.DRAFT, EntryState.SUBMITTED]
    )
    return list(found.select_related("entry__unit", "bulletin__current", "clip").order_by("at", "pk"))


def days(scope: Scope, unit: Unit, entries: Sequence[Entry], *, first: date, now: datetime) -> list[Day]:
    """Return the seven days from one on, each with what begins on it in order of time, and what runs into another.

    What breaks hour rules says whose decision that is, or, while it is written or waits, what it would break.
    """
    until = first + timedelta(days=7)
    held = programme.approved_of(entries)
    of_version: dict[EntryVersion, dict[date, datetime]] = {}
    for entry in entries:
        for one in programme.wanted(held[entry.pk], from_on=first, until_on=until).values():
            of_version.setdefault(one.version, {})[one.day] = one.start_at
    for version in open_versions(entries):
        begin = max(first, version.from_on)
        if begin < until and is_within(version.entry.unit.path, unit.path):
            of_version[version] = programme.coming(version, from_on=begin, until_on=until)
    excused = hours.decisions([version.audit_name for version in of_version if settling.is_decided(version)])
    items = [
        item for version, coming in of_version.items() for item in _items(version, unit, coming, excused, now=now)
    ]  # fmt: skip
    items += _others(scope, unit, first=first, until=until)
    of: dict[date, list[Item]] = {first + timedelta(days=count): [] for count in range(7)}
    for item in sorted(items, key=lambda one: (one.start_at, one.title)):
        of[item.start_at.astimezone(ZONE).date()].append(item)
    return [Day(on=on, items=_met(there)) for on, there in of.items()]


def _items(
    version: EntryVersion,
    unit: Unit,
    coming: Mapping[date, datetime],
    excused: Mapping[str, HoursOverride],
    *,
    now: datetime,
) -> list[Item]:
    """Return the days of a version, each with what hour rules say of it."""
    kept = excused.get(version.audit_name)
    is_open = version.state != EntryState.APPROVED
    broken = planning.breaking_on(version, coming, now=now) if coming and (is_open or kept is not None) else {}
    return [
        replace(
            _item(version, unit, day, at, state=version.state),
            decided=saying.decided(kept) if kept is not None and day in broken else "",
            breaks=saying.named(broken.get(day, [])) if is_open else (),
        )
        for day, at in coming.items()
    ]


def _item(version: EntryVersion, unit: Unit, day: date, at: datetime, *, state: str) -> Item:
    place = version.entry.unit
    return Item(
        title=version.title,
        start_at=at,
        end_at=at + timedelta(minutes=version.frame_min),
        state=state,
        version=version,
        day=day,
        unit_name="" if place.pk == unit.pk else place.name,
        is_own=place.path == unit.path or place.path.startswith(f"{unit.path}/"),
    )


def _others(scope: Scope, unit: Unit, *, first: date, until: date) -> list[Item]:
    """Return what is on the air in the week and belongs to no entry: bulletins with a time of their own.

    Above the communes only those of the unit and from above: what each commune airs by itself stands in its own week.
    """
    if not scope.can(dispatching.VIEW, f"{unit.path}#{Entry.scope_channel}"):
        return []
    coming = dispatching.beginning(scope, unit, day_start=midnight(first), day_end=midnight(until))
    if unit.level not in {Level.COMMUNE, Level.HAMLET}:
        coming = coming.filter(unit__path__in=ancestor_paths(unit.path))
    planned = list(coming.filter(state__in=dispatch_rules.STANDING))
    mine = programme.of_airings([one.pk for one in planned])
    return [
        Item(
            title=one.title,
            start_at=one.start_at,
            end_at=one.start_at + timedelta(milliseconds=one.clip_duration_ms),
            state="single",
            unit_name="" if one.unit_id == unit.pk else one.unit.name,
            is_own=False,
        )
        for one in planned
        if one.pk not in mine
    ]


def _met(items: Sequence[Item]) -> list[Item]:
    """Mark what begins while another still has its frame."""
    found: list[Item] = []
    until: datetime | None = None
    for item in items:
        meets = until is not None and item.start_at < until
        found.append(replace(item, meets=meets))
        until = item.end_at if until is None else max(until, item.end_at)
    return found
