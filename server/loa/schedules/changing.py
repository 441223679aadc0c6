"""What the clock is about to change on the plan of a cluster: what comes, what goes, and what is held back and why."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q

from loa.devices.queries import DeviceFacts
from loa.dispatch import plans
from loa.dispatch import rules as dispatch_rules
from loa.dispatch.refusals import AboutToAir
from loa.kernel.errors import DomainError
from loa.kernel.scope import is_within
from loa.media.rules import ClipFacts
from loa.orgs.rules import ancestor_paths
from loa.schedules import programme, settling
from loa.schedules.models import Entry, EntryVersion, Occurrence
from loa.schedules.programme import Wanted
from loa.schedules.rules import entries as rules
from loa.schedules.rules.entries import EntryKind, Fate, OccurrenceState
from loa.schedules.rules.slots import ZONE, midnight
from loa_protocol.plan import Clip, PlannedAiring, Priority

_WHY = "what comes to clusters this scope sees"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A day that is no airing, and the code of what refuses it."""

    title: str
    start_at: datetime
    code: str


@dataclass(slots=True)
class Changes:
    """What becomes of a plan. `gone` are airings by id, `excused` are versions that let them break hour rules."""

    coming: dict[str, PlannedAiring] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    entry_of: dict[str, uuid.UUID] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    excused: dict[str, str] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)


def of_plan(device: DeviceFacts, *, first: date, days: int, now: datetime) -> Changes:
    """Return what the clock will do in some days of all that is approved, and what it held back."""
    above = Q(unit__path__in=ancestor_paths(device.unit_path))
    entries = list(Entry.objects.unscoped(_WHY).filter(above).exclude(ended_on__lte=first).select_related("unit"))
    there = programme.standing_of(entries, from_at=midnight(first))
    found = Changes()
    for entry_id, held in programme.approved_of(entries).items():
        wanted = programme.wanted(held, from_on=first, until_on=first + timedelta(days=days))
        _look(device, found, wanted, there[entry_id], until=midnight(first + timedelta(days=days)), now=now)
    return found


def of_version(device: DeviceFacts, version: EntryVersion, *, first: date, days: int, now: datetime) -> Changes:
    """Return what the clock would do of its entry if a version that is written or waits were approved."""
    entry = version.entry
    there = programme.standing_of([entry], from_at=midnight(first))[entry.pk]
    wanted = programme.wanted(
        [version, *programme.approved_of([entry])[entry.pk]], from_on=first, until_on=first + timedelta(days=days)
    )  # fmt: skip
    found = Changes()
    _look(
        device, found, wanted, there, until=midnight(first + timedelta(days=days)), as_if=version, now=now,
    )  # fmt: skip
    return found


def _look(
    device: DeviceFacts,
    found: Changes,
    wanted: Mapping[date, Wanted],
    there: Mapping[date, Occurrence],
    *,
    until: datetime,
    as_if: EntryVersion | None = None,
    now: datetime,
) -> None:
    """Ask of each day of an entry what the clock asks, and put down what that means for a cluster."""
    for day in sorted({*wanted, *there}):
        kept, wish = there.get(day), wanted.get(day)
        if kept is not None and kept.start_at >= until and wish is None:
            continue
        if as_if is None and _is_looked_at(kept, wish):
            if kept is not None and kept.state == OccurrenceState.HELD and _hears(kept.version, device):
                found.held.append(Held(title=kept.version.title, start_at=kept.start_at, code=kept.reason))
            continue
        _judge(device, found, kept, wish, is_approved=wish is None or wish.version is not as_if, now=now)


def _judge(
    device: DeviceFacts,
    found: Changes,
    kept: Occurrence | None,
    wish: Wanted | None,
    *,
    is_approved: bool,
    now: datetime,
) -> None:
    airing = kept.airing if kept is not None and settling.is_airing(kept) else None
    fate = rules.fate(
        None if airing is None else airing.start_at, None if wish is None else wish.start_at, now=now
    )  # fmt: skip
    if fate in {Fate.STAYS, Fate.PAST}:
        return
    hears = wish is not None and _hears(wish.version, device)
    if airing is not None and kept is not None:
        if wish is not None and hears and _is_same(kept, wish, is_approved=is_approved, now=now):
            found.coming[str(airing.pk)] = plans.planned(airing)
            found.titles[str(airing.pk)], found.entry_of[str(airing.pk)] = airing.title, kept.entry_id
            return
        found.gone.add(str(airing.pk))
    if wish is None or not hears:
        return
    try:
        if fate is Fate.TOO_LATE:
            raise AboutToAir
        sound = settling.demand_sound(wish)
        breaks = is_approved and settling.demand_hours(wish, sound, now=now)
    except DomainError as refusal:
        found.held.append(Held(title=wish.version.title, start_at=wish.start_at, code=refusal.code))
        return
    name = str(rules.occurrence_id(wish.version.entry_id, wish.day))
    found.coming[name], found.titles[name] = _planned(name, wish, sound), wish.version.title
    found.entry_of[name] = wish.version.entry_id
    if breaks:
        found.excused[name] = wish.version.audit_name


def _is_looked_at(kept: Occurrence | None, wish: Wanted | None) -> bool:
    """Tell whether the clock has come to a day: it is on the plan as it should be, or is not to be."""
    entry = wish.version.entry if wish is not None else kept.version.entry if kept is not None else None
    start_at = wish.start_at if wish is not None else kept.start_at if kept is not None else None
    if entry is None or start_at is None or entry.planned_until is None:
        return False
    return start_at.astimezone(ZONE).date() < entry.planned_until


def _is_same(kept: Occurrence, wish: Wanted, *, is_approved: bool, now: datetime) -> bool:
    try:
        if not settling.is_same(kept, wish):
            return False
        if is_approved and wish.version.overridden:
            settling.demand_hours(wish, programme.content(wish.version), now=now)
    except DomainError:
        return False
    return True


def _hears(version: EntryVersion, device: DeviceFacts) -> bool:
    if version.device_ids is not None:
        return device.id in version.device_ids
    return any(is_within(device.unit_path, unit.path) for unit in programme.stations(version))


def _planned(name: str, one: Wanted, sound: ClipFacts) -> PlannedAiring:
    kind, length = EntryKind(one.version.kind), timedelta(milliseconds=sound.duration_ms)
    return PlannedAiring(
        id=name,
        start_at=one.start_at,
        end_at=one.start_at + dispatch_rules.SCHEDULED_TOLERANCE + length,
        clips=(Clip(sha256=sound.sha256, size_bytes=sound.size_bytes, duration_ms=sound.duration_ms),),
        priority=Priority.RELAY if kind is EntryKind.RELAY else Priority.SCHEDULED,
        late_rule=rules.late_rule(kind),
        resume_rule=rules.resume_rule(kind),
        late_tolerance_ms=int(dispatch_rules.SCHEDULED_TOLERANCE.total_seconds() * 1000),
    )
