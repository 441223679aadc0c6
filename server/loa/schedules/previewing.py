"""The coming days of a station as its clusters will play them, with what a version would change."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q

from loa.devices.queries import DeviceFacts
from loa.dispatch import holding
from loa.dispatch import rules as dispatch_rules
from loa.dispatch.holding import Held
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope, is_within
from loa.orgs.models import Unit
from loa.orgs.rules import ancestor_paths
from loa.schedules import planning, programme
from loa.schedules.heard_ahead import DAYS, Line, Preview
from loa.schedules.models import Entry, EntryVersion, Occurrence
from loa.schedules.rules import entries as rules
from loa.schedules.rules.entries import EntryKind, OccurrenceState
from loa.schedules.rules.slots import midnight
from loa_protocol import preview
from loa_protocol.plan import Clip, Plan, PlannedAiring, Priority
from loa_protocol.player import Live, Why
from loa_protocol.preview import End

_WHY = "what comes to clusters this scope sees"


def of_station(
    scope: Scope, unit: Unit, *, now: datetime, from_on: date | None = None, group: int = 0,
    version: EntryVersion | None = None,
) -> Preview:  # fmt: skip
    """Return what a station's clusters play in the seven days from one on; with a version, as if it were approved.

    What is not on the plan yet, because the clock has not come to it, is in it as it will be. Raises `NotFound` when
    no cluster there is in reach.
    """
    first = max(from_on or planning.today(now), planning.today(now))
    start, end = midnight(first), midnight(first + timedelta(days=DAYS))
    groups = holding.held(scope, unit, start_at=start, end_at=end)
    if not groups:
        raise NotFound
    chosen = _group(groups, version, group)
    held = groups[chosen]
    device = held.devices[0]
    known = {one.id: one for one in held.airings}
    titles = dict(held.titles)
    coming = _coming(device, first=first, version=None, known=known, titles=titles, now=now)
    gone: set[str] = set()
    new: set[str] = set()
    if version is not None:
        gone = _given_up(version, known, now=now)
        fresh = _coming(device, first=first, version=version, known={}, titles=titles, now=now)
        after = {name: one for name, one in (known | coming).items() if name not in gone}
        standing = _by_start(version, known, gone)
        new = {name for name, one in fresh.items() if one.start_at not in standing}
        gone = {name for name in gone if known[name].start_at not in {one.start_at for one in fresh.values()}}
        coming = after | fresh
    else:
        coming = known | coming
    ordered = sorted(coming.values(), key=lambda one: (one.start_at, one.id))
    plan = Plan(start_at=start, end_at=end, airings=[one for one in ordered if one.priority != Priority.RELAY])
    relays = [_relay(one) for one in ordered if one.priority == Priority.RELAY]
    lines = [_line(stretch, titles, new) for stretch in preview.run(plan, start=start, end=end, live=relays)]
    lines += [_lost(known[name], titles) for name in gone]
    return Preview(
        start_at=start,
        lines=sorted(lines, key=lambda one: (one.start_at, one.end_at)),
        group=chosen,
        groups=[len(one.devices) for one in groups],
        devices=held.devices,
    )


def _group(groups: Sequence[Held], version: EntryVersion | None, group: int) -> int:
    """Return which group is looked at: with a version the largest that hears it."""
    if version is not None and group == 0:
        wanted = set(programme.all_clusters(version))
        found = (number for number, one in enumerate(groups) if any(device.id in wanted for device in one.devices))
        return next(found, 0)
    return group if 0 <= group < len(groups) else 0


def _coming(
    device: DeviceFacts,
    *,
    first: date,
    version: EntryVersion | None,
    known: Mapping[str, PlannedAiring],
    titles: dict[str, str],
    now: datetime,
) -> dict[str, PlannedAiring]:
    """Return what will be planned for a cluster and is not yet: of all that is approved, or of one version alone."""
    until_on = first + timedelta(days=DAYS)
    if version is not None:
        wanted = [
            programme.Wanted(day=day, version=version, start_at=at)
            for day, at in programme.coming(
                version, from_on=max(first, version.from_on), until_on=until_on
            ).items()
        ]  # fmt: skip
    else:
        above = Q(unit__path__in=ancestor_paths(device.unit_path))
        entries = list(Entry.objects.unscoped(_WHY).filter(above).exclude(ended_on__lte=first).select_related("unit"))
        held = programme.approved_of(entries)
        approved = (programme.wanted(held[entry.pk], from_on=first, until_on=until_on) for entry in entries)
        wanted = [one for of in approved for one in of.values()]
    settled = _settled([one.version.entry_id for one in wanted]) if version is None else set()
    found: dict[str, PlannedAiring] = {}
    for one in wanted:
        name = str(rules.occurrence_id(one.version.entry_id, one.day))
        is_known = (one.version.entry_id, one.day) in settled
        if is_known or dispatch_rules.is_frozen(one.start_at, now=now) or not _hears(one.version, device):
            continue
        try:
            found[name] = _planned(name, one)
        except programme.MUTE:
            continue
        titles[name] = one.version.title
    return {name: one for name, one in found.items() if name not in known}


def _hears(version: EntryVersion, device: DeviceFacts) -> bool:
    if version.device_ids is not None:
        return device.id in version.device_ids
    return any(is_within(device.unit_path, unit.path) for unit in programme.stations(version))


def _settled(entry_ids: Sequence[uuid.UUID]) -> set[tuple[uuid.UUID, date]]:
    """Return the days that were settled already: they are on the plan, or are not to be."""
    found = Occurrence.objects.unscoped(_WHY).filter(entry__in=set(entry_ids), entry__planned_until__isnull=False)
    return set(found.values_list("entry_id", "day"))


def _given_up(version: EntryVersion, known: Mapping[str, PlannedAiring], *, now: datetime) -> set[str]:
    """Return the airings of its entry that would leave the plan if a version were approved."""
    found = Occurrence.objects.unscoped(_WHY).filter(
        entry=version.entry_id, state=OccurrenceState.PLANNED, start_at__gte=midnight(version.from_on)
    )
    return {
        str(one.airing_id)
        for one in found
        if str(one.airing_id) in known and not dispatch_rules.is_frozen(one.start_at, now=now)
    }


def _by_start(version: EntryVersion, known: Mapping[str, PlannedAiring], gone: set[str]) -> set[datetime]:
    """Return when its entry comes already with the same sound: there the version changes nothing."""
    try:
        sound = programme.content(version).sha256
    except programme.MUTE:
        return set()
    return {known[name].start_at for name in gone if known[name].clips[0].sha256 == sound}


def _planned(name: str, one: programme.Wanted) -> PlannedAiring:
    sound = programme.content(one.version)
    length = timedelta(milliseconds=sound.duration_ms)
    return PlannedAiring(
        id=name,
        start_at=one.start_at,
        end_at=one.start_at + dispatch_rules.SCHEDULED_TOLERANCE + length,
        clips=(Clip(sha256=sound.sha256, size_bytes=sound.size_bytes, duration_ms=sound.duration_ms),),
        priority=Priority.RELAY if one.version.kind == EntryKind.RELAY else Priority.SCHEDULED,
        late_rule=rules.late_rule(EntryKind(one.version.kind)),
        resume_rule=rules.resume_rule(EntryKind(one.version.kind)),
        late_tolerance_ms=int(dispatch_rules.SCHEDULED_TOLERANCE.total_seconds() * 1000),
    )


def _relay(airing: PlannedAiring) -> Live:
    """Return a relay as devices know it: no item of a plan, opened at its time and joined wherever it is by then."""
    return Live(id=airing.id, start_at=airing.start_at, end_at=airing.start_at + airing.duration, relay=True)


def _line(stretch: preview.Stretch, titles: Mapping[str, str], new: set[str]) -> Line:
    what = stretch.what
    level = what.priority
    return Line(
        airing=what.id,
        title=titles.get(what.id, what.id),
        start_at=stretch.start_at,
        end_at=stretch.end_at,
        level=level,
        why=stretch.why,
        end=stretch.end,
        by=stretch.by,
        is_new=what.id in new,
    )


def _lost(airing: PlannedAiring, titles: Mapping[str, str]) -> Line:
    return Line(
        airing=airing.id,
        title=titles[airing.id],
        start_at=airing.start_at,
        end_at=airing.start_at + airing.duration,
        level=airing.priority,
        why=Why.NOTHING_DUE,
        end=End.THROUGH,
        is_gone=True,
    )
