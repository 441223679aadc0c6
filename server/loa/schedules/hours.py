"""What breaks the hour rules of a unit, and what may sound all the same."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.conf import settings

from loa.dispatch import queries as dispatching
from loa.kernel.command import demand_fresh
from loa.kernel.scope import ActorKind, Scope
from loa.media import queries as media
from loa.orgs.models import Unit
from loa.schedules import bounds, rules, saying
from loa.schedules.laid import Laid, Place, laid, rule_of
from loa.schedules.models import HourRule, Slot
from loa.schedules.overriding import decisions, excuse, keep, may_override, reason
from loa.schedules.quiet import is_quiet, is_quiet_now, late_most, woken_by
from loa.schedules.refusals import HoursBroken, QuietHours
from loa.schedules.rules import hours as pure
from loa.schedules.rules.hours import Breach, Broken, Timed

__all__ = [
    "broken",
    "ceiling",
    "check",
    "decisions",
    "demand",
    "excuse",
    "is_quiet",
    "is_quiet_now",
    "keep",
    "key_of",
    "late_most",
    "may_override",
    "reason",
    "rule_of",
    "timed",
    "woken_by",
]

_DAY = timedelta(days=1)


def broken(unit: Unit, items: Sequence[Timed], *, now: datetime, instead: HourRule | None = None) -> list[Breach]:
    """Return what these items break at a unit, with what stands there on their days, and in the units below.

    Rules hold where it sounds: each breach names the unit whose rule it is. What lies in the past breaks nothing.
    """
    ahead = [one for one in items if one.end_at > now and not one.is_emergency]
    if not ahead:
        return []
    first, last = _local(min(one.start_at for one in ahead)), _local(max(one.end_at for one in ahead))
    those = laid([unit.path], first=first, last=last, instead=instead)
    own = Place(path=unit.path, name=unit.name)
    found: dict[Breach, None] = {}
    for place in [own, *(one for one in those.places if one.path.startswith(f"{unit.path}/"))]:
        standing = _standing(place.path, first=first, last=last)
        for rule_there, days in _stretches(those, place.path, ahead, standing):
            mine = [one for one in ahead if _local(one.start_at) in days]
            theirs = [one for one in standing if _local(one.start_at) in days]
            found |= dict.fromkeys(replace(one, place=place.name) for one in pure.added(mine, theirs, rule_there))
    return list(found)


def demand(
    scope: Scope,
    unit: Unit,
    items: Sequence[Timed],
    *,
    override: str = "",
    wakes: int | None = None,
    device_ids: Collection[uuid.UUID] | None = None,
    decides: bool = True,
    source: str = "",
    now: datetime,
) -> list[Broken]:
    """Let items pass that break hour rules for a reason, and keep it on record; return the rules that were set aside.

    In the quiet hours `wakes` must cover the clusters they wake, or `QuietHours`, and can be counted, or
    `TooManyToWake`; that two people agreed is the caller's to see to. Of other rules `HoursBroken`, unless the scope
    may override them there, showed a second factor a moment ago, and gives a reason. With `decides=False` somebody
    only asks: a reason is enough, and nothing is kept.
    """
    if decides:
        bounds.wakes(wakes)
    found = broken(unit, items, now=now)
    _agreed(unit, [one for one in found if one.rule is Broken.QUIET], items, wakes=wakes, device_ids=device_ids)
    others = [one for one in found if one.rule is not Broken.QUIET]
    words = reason(override)
    if others and (not words or (decides and not may_override(scope, unit))):
        raise HoursBroken(broken=saying.together(others))
    set_aside = sorted({one.rule for one in found}, key=list(Broken).index)
    if set_aside and decides:
        if scope.actor.kind is not ActorKind.PERSON:
            raise HoursBroken(broken=saying.together(found))
        if others:
            demand_fresh(scope)
        keep(scope, unit, items, set_aside, reason=words, wakes=wakes, source=source, now=now)
    return set_aside


def check(
    unit: Unit,
    items: Sequence[Timed],
    *,
    overridden: Collection[str],
    wakes: int | None,
    device_ids: Collection[uuid.UUID] | None = None,
    now: datetime,
) -> bool:
    """Ask again at the moment of effect: `QuietHours`, `HoursBroken` for what nobody agreed to.

    `overridden` are rules, or what they said (`Breach.law`), that somebody set aside; return whether any was needed.
    """
    found = broken(unit, items, now=now)
    _agreed(unit, [one for one in found if one.rule is Broken.QUIET], items, wakes=wakes, device_ids=device_ids)
    others = [one for one in found if one.rule is not Broken.QUIET]
    left = [one for one in others if one.rule not in overridden and one.law not in overridden]
    if left:
        raise HoursBroken(broken=saying.together(left))
    return bool(found)


def _agreed(
    unit: Unit,
    quiet: Sequence[Breach],
    items: Sequence[Timed],
    *,
    wakes: int | None,
    device_ids: Collection[uuid.UUID] | None,
) -> None:
    """Raise `QuietHours` when items sound in them and wake more clusters than somebody agreed to."""
    if not quiet:
        return
    keys = {one.key for one in quiet}
    woken = woken_by(unit, [one for one in items if one.key in keys], device_ids=device_ids)
    if wakes is None or len(woken) > wakes:
        raise QuietHours


def ceiling(unit: Unit, start_at: datetime, *, device: uuid.UUID | None = None) -> int | None:
    """Return how loud it may be there at a moment, in percent; None is no limit. Devices keep to it by themselves."""
    return dispatching.lowest_ceiling(unit.path, start_at, device_id=device)


def timed(slots: Sequence[Slot], *, now: datetime) -> list[Timed]:
    """Return slots, loaded with the wording of their bulletin, as rules judge them: "at once" is now.

    What devices need to prepare is part of it. Where there is no sound yet it is a moment.
    """
    clips = {slot.pk: _clip(slot) for slot in slots}
    facts = media.facts([clip for clip in clips.values() if clip is not None])
    found = []
    for slot in slots:
        clip = clips[slot.pk]
        known = facts.get(clip) if clip is not None else None
        start = slot.start_at or now
        length = timedelta(milliseconds=known.duration_ms if known is not None else 1)
        prepares = settings.NOW_LEAD if slot.start_at is None else timedelta()
        found.append(
            Timed(
                key=f"slot:{slot.pk}",
                start_at=start,
                end_at=start + prepares + length,
                is_emergency=slot.sending_id is not None,
            )
        )
    return found


def key_of(source: str) -> str:
    """Return what asked for an airing, without what tells its second try from the first."""
    return ":".join(source.split(":")[:2])


def _stretches(
    those: Laid, path: str, items: Sequence[Timed], standing: Sequence[Timed]
) -> Iterable[tuple[pure.HourRule, Collection[date]]]:
    """Return the rules that hold at a place on the days of these items, each with its days."""
    days = sorted({_local(one.start_at) for one in (*items, *standing)})
    of: list[tuple[pure.HourRule, list[date]]] = []
    for day in days:
        there = those.on(path, day)
        known = next((held for found, held in of if found == there), None)
        if known is None:
            of.append((there, [day]))
        else:
            known.append(day)
    return of


def _standing(path: str, *, first: date, last: date) -> list[Timed]:
    """Return what is planned at a place on some days, emergencies left out."""
    start, end = rules.midnight(first), rules.midnight(last + _DAY)
    return [
        Timed(key=key_of(one.source), start_at=one.start_at, end_at=one.start_at + one.duration)
        for one in dispatching.ordinary(path, start_at=start, end_at=end)
    ]


def _clip(slot: Slot) -> uuid.UUID | None:
    if slot.bulletin_id is None:
        return None
    current = slot.bulletin.current
    return None if current is None else current.clip_id


def _local(moment: datetime) -> date:
    return moment.astimezone(rules.ZONE).date()
