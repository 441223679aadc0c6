"""Quiet hours: whom a sound would wake."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from loa.devices import queries as devices
from loa.dispatch.rules import NOW_TOLERANCE
from loa.orgs.models import Unit
from loa.schedules import rules
from loa.schedules.laid import Laid, laid
from loa.schedules.rules import hours as pure
from loa.schedules.rules.hours import Timed


def is_quiet(unit: Unit, items: Sequence[Timed]) -> bool:
    """Tell whether a moment of an item that is no emergency lies in the quiet hours of a unit, or of one below."""
    return bool(_quiet_at(unit, items))


def is_quiet_now(unit: Unit, *, now: datetime) -> bool:
    """Tell whether this moment lies in the quiet hours of a unit, or of one below."""
    return is_quiet(unit, [Timed(key="", start_at=now, end_at=now + timedelta(milliseconds=1))])


def woken_by(unit: Unit, items: Sequence[Timed], *, device_ids: Collection[uuid.UUID] | None) -> set[uuid.UUID]:
    """Return the clusters that items wake: those that stand where a moment of them lies in the quiet hours."""
    woken = {device for path in _quiet_at(unit, items) for device in devices.enrolled_below(path)}
    return woken if device_ids is None else woken & set(device_ids)


def late_most(unit: Unit, item: Timed) -> timedelta | None:
    """Return how late an item may begin and still be over when the quiet hours of a unit, or of one below, begin.

    None where nothing cuts it short: they are far, or it sounds in them by the word of whoever agreed to that.
    """
    end = item.end_at
    if is_quiet(unit, [item]) or not is_quiet(unit, [replace(item, end_at=end + NOW_TOLERANCE)]):
        return None
    first, last = _local(item.start_at), _local(end + NOW_TOLERANCE)
    those = laid([unit.path], first=first, last=last)
    paths = _places(those, unit)
    begins = (
        datetime.combine(day, those.on(path, first).quiet_from, tzinfo=rules.ZONE)
        for path in paths
        for day in (first, last)
    )
    return min(at for at in begins if at >= end) - end


def _quiet_at(unit: Unit, items: Sequence[Timed]) -> list[str]:
    """Return the places, the unit or those below it with rules of their own, where an item lies in the quiet hours."""
    ordinary = [one for one in items if not one.is_emergency]
    if not ordinary:
        return []
    first, last = _local(min(one.start_at for one in ordinary)), _local(max(one.end_at for one in ordinary))
    those = laid([unit.path], first=first, last=last)
    return [
        path
        for path in _places(those, unit)
        if any(pure.is_quiet(one.start_at, one.end_at, those.on(path, _local(one.start_at))) for one in ordinary)
    ]


def _places(those: Laid, unit: Unit) -> list[str]:
    """Return the unit, and the places below it with rules of their own."""
    return [unit.path, *(one.path for one in those.places if one.path.startswith(f"{unit.path}/"))]


def _local(moment: datetime) -> date:
    return moment.astimezone(rules.ZONE).date()
