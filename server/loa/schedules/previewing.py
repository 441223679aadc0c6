"""The coming days of a station as its clusters will play them, with what a version would change."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from loa.dispatch import holding
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.orgs.models import Unit
from loa.schedules import changing, hours, planning, programme, saying
from loa.schedules.changing import Changes
from loa.schedules.heard_ahead import DAYS, Line, Preview
from loa.schedules.models import EntryVersion
from loa.schedules.rules.slots import ZONE, midnight
from loa_protocol import loudness, preview
from loa_protocol.plan import Ceiling, Plan, PlannedAiring, Priority
from loa_protocol.player import Live, Why
from loa_protocol.preview import End

_EVENING = timedelta(hours=3)
"""What begins so long before midnight may still sound after it: longer than any frame."""
_OPENED = (Priority.RELAY, Priority.LIVE, Priority.LIVE_EMERGENCY)
"""What no plan has: it is opened to devices when its time comes."""


def of_station(
    scope: Scope, unit: Unit, *, now: datetime, from_on: date | None = None, group: int = 0,
    version: EntryVersion | None = None,
) -> Preview:  # fmt: skip
    """Return what a station's clusters play in the seven days from one on; with a version, as if it were approved.

    What is not on the plan yet, because the clock has not come to it, is in it as it will be. Clusters that are silent
    now stay so. Raises `NotFound` when no cluster there is in reach.
    """
    first = max(from_on or planning.today(now), planning.today(now))
    start, end = midnight(first), midnight(first + timedelta(days=DAYS))
    evening, looked_at = start - _EVENING, max(first - timedelta(days=1), planning.today(now))
    days = (first - looked_at).days + DAYS
    groups = holding.held(scope, unit, start_at=evening, end_at=end)
    if not groups:
        raise NotFound
    chosen = _group(groups, version, group)
    held = groups[chosen]
    known = {one.id: one for one in held.airings}
    ahead = changing.of_plan(held.devices[0], first=looked_at, days=days, now=now)
    before = _changed(known, ahead)
    after, own = before, Changes()
    if version is not None:
        own = changing.of_version(held.devices[0], version, first=looked_at, days=days, now=now)
        mine = own.gone | {name for name, entry in ahead.entry_of.items() if entry == version.entry_id}
        after = {name: one for name, one in before.items() if name not in mine} | own.coming
    titles = dict(held.titles) | ahead.titles | own.titles
    ordered = sorted(after.values(), key=lambda one: (one.start_at, one.id))
    stretches = preview.run(
        Plan(start_at=evening, end_at=end, airings=[one for one in ordered if one.priority not in _OPENED]),
        start=evening,
        end=end,
        live=[_opened(one) for one in ordered if one.priority in _OPENED],
        is_muted=held.silence is not None,
    )
    new, lost = _compared(before, after)
    decided = _decided(held.excused, ahead.excused | own.excused)
    lines = [
        _line(part, titles, new, held.ceilings, decided)
        for one in stretches
        for part in _as_loud(one, held.ceilings)
        if part.end_at > start or part.start_at == start
    ]
    lines += [_lost(before[name], titles) for name in lost if before[name].start_at >= start]
    lines += [_held(one) for one in (ahead.held if version is None else own.held) if start <= one.start_at < end]
    return Preview(
        start_at=start,
        lines=sorted(lines, key=lambda one: (one.start_at, one.end_at)),
        group=chosen,
        groups=[len(one.devices) for one in groups],
        devices=held.devices,
        silence=held.silence,
    )


def _group(groups: Sequence[holding.Held], version: EntryVersion | None, group: int) -> int:
    """Return which group is looked at: with a version the largest that hears it."""
    if version is not None and group == 0:
        wanted = set(programme.all_clusters(version))
        found = (number for number, one in enumerate(groups) if any(device.id in wanted for device in one.devices))
        return next(found, 0)
    return group if 0 <= group < len(groups) else 0


def _changed(known: Mapping[str, PlannedAiring], changes: Changes) -> dict[str, PlannedAiring]:
    return {name: one for name, one in known.items() if name not in changes.gone} | changes.coming


def _compared(
    before: Mapping[str, PlannedAiring], after: Mapping[str, PlannedAiring]
) -> tuple[set[str], set[str]]:  # fmt: skip
    """Return what is new and what is no more; the same sound at the same moment is neither."""
    was, will = ({(one.start_at, one.clips[0].sha256) for one in of.values()} for of in (before, after))
    starts = {one.start_at for name, one in after.items() if name not in before}
    new = {name for name, one in after.items() if (one.start_at, one.clips[0].sha256) not in was}
    gone = {name for name, one in before.items() if (one.start_at, one.clips[0].sha256) not in will}
    return new, {name for name in gone if before[name].start_at not in starts}


def _opened(airing: PlannedAiring) -> Live:
    """Return a relay or a speech as devices know it: opened at its time and joined wherever it is by then."""
    return Live(
        id=airing.id,
        start_at=airing.start_at,
        end_at=airing.start_at + airing.duration,
        emergency=airing.priority == Priority.LIVE_EMERGENCY,
        relay=airing.priority == Priority.RELAY,
    )


def _decided(on_plan: Mapping[str, str], coming: Mapping[str, str]) -> Mapping[str, str]:
    """Return by airing whose decision it is that it breaks hour rules, in a sentence."""
    entries = programme.of_airings([uuid.UUID(name) for name in on_plan])
    source_of = {name: hours.key_of(source) for name, source in on_plan.items()}
    source_of |= coming
    source_of |= {str(name): one.version.audit_name for name, one in entries.items()}
    kept = hours.decisions(source_of.values())
    return {name: saying.decided(kept[source]) for name, source in source_of.items() if source in kept}


def _as_loud(stretch: preview.Stretch, ceilings: Sequence[Ceiling]) -> list[preview.Stretch]:
    """Return a stretch of live sound in parts: one for each volume, as the ceilings begin and end on the way."""
    what, last = stretch.what, stretch.end_at
    if not isinstance(what, Live) or not stretch.is_heard:
        return [stretch]
    told = loudness.steps(ceilings, stretch.start_at, last, is_alert=what.emergency, zone=str(ZONE))
    moments = [at for at, _ in told]
    parts = [replace(stretch, start_at=at, end_at=end) for at, end in zip(moments, [*moments[1:], last], strict=True)]
    return [replace(part, end=End.THROUGH, by=None) for part in parts[:-1]] + parts[-1:]


def _line(
    stretch: preview.Stretch,
    titles: Mapping[str, str],
    new: set[str],
    ceilings: Sequence[Ceiling],
    decided: Mapping[str, str],
) -> Line:
    what = stretch.what
    last = stretch.start_at  # live sound comes in parts of one volume each
    if not isinstance(what, Live):
        last = max(stretch.end_at, last + what.duration - stretch.position)
    most = loudness.most_pct(
        ceilings,
        stretch.start_at,
        last,
        is_alert=what.priority >= Priority.ALERT or (isinstance(what, Live) and what.emergency),
        zone=str(ZONE),
    )
    return Line(
        airing=what.id,
        title=titles.get(what.id, what.id),
        start_at=stretch.start_at,
        end_at=stretch.end_at,
        level=what.priority,
        why=stretch.why,
        end=stretch.end,
        by=stretch.by,
        is_new=what.id in new,
        most_pct=most,
        decided=decided.get(what.id, ""),
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


def _held(one: changing.Held) -> Line:
    return Line(
        airing="",
        title=one.title,
        start_at=one.start_at,
        end_at=one.start_at,
        level=Priority.SCHEDULED,
        why=Why.NOTHING_DUE,
        end=End.MISSED,
        held=one.code,
    )
