"""How much data devices use in a month, what it costs, and which will use more than their SIM holds."""

import calendar
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any  # Any: parameters of a statement

from django.db import connection
from django.utils import timezone

from loa.devices import month_places
from loa.devices.data_lines import Line, Month
from loa.devices.data_parts import Part, Use
from loa.devices.models import Device, Fitting
from loa.devices.month_places import Stay
from loa.devices.rules import State
from loa.kernel.scope import Scope

VIEW = "devices.view"
MB = 1_000_000
ENDS_SOON = timedelta(days=30)
FORETOLD_AFTER = timedelta(days=3)
"""Before so much of a month has passed nobody says what it will come to."""

_BY_PLACE = """
SELECT reading.device_id, posting.unit_id, sum(reading.traffic_bytes)
  FROM devices_reading_hour AS reading
  JOIN devices_posting AS posting ON posting.device_id = reading.device_id
                                 AND posting.during @> (reading.hour AT TIME ZONE %(zone)s)::date
 WHERE reading.device_id = ANY(%(devices)s) AND reading.hour >= %(first)s AND reading.hour < %(end)s
   AND reading.traffic_bytes IS NOT NULL
 GROUP BY reading.device_id, posting.unit_id
"""
_BY_DAY = """
SELECT (hour AT TIME ZONE %(zone)s)::date, sum(traffic_bytes) FROM devices_reading_hour
 WHERE device_id = %(device)s AND hour >= %(first)s AND hour < %(end)s AND traffic_bytes IS NOT NULL
 GROUP BY 1 ORDER BY 1 DESC
"""


def month(scope: Scope, *, first_on: date, unit_path: str = "", total_name: str, now: datetime) -> Month:
    """Return the month that begins with a day, by the units where devices stood in it, as far as the scope sees them.

    What a device used on a day belongs for ever to the unit where it stood on that day, by its name of then. Below a
    unit of today are also the units whose history it keeps. A SIM is shared out by days; its terms are those of today.
    """
    first, end = bounds(first_on)
    stays = month_places.stays(scope, VIEW, first_on=first_on, after_on=timezone.localdate(end), unit_path=unit_path)
    devices = Device.objects.unscoped("that stood where the scope sees").filter(
        pk__in={stay.device_id for stay in stays}
    )
    known = {device.pk: device for device in devices}
    used = _used(list(known), first=first, end=end)
    told = {device for device, _unit in used}
    counted = {pk for pk, device in known.items() if pk in told or _was_enrolled(device, before=end)}
    fittings = {
        row.device_id: row
        for row in Fitting.objects.unscoped("beside devices that stood where the scope sees").filter(device__in=counted)
    }
    here = set(Device.objects.within(scope, VIEW).filter(pk__in=counted).order_by().values_list("pk", flat=True))
    parts = [
        _part(stay, known[stay.device_id], fittings.get(stay.device_id), used)
        for stay in stays
        if stay.is_seen and stay.device_id in counted
    ]
    whole = _whole(used)
    parts = [
        replace(
            part,
            use=_use(part, whole.get(part.device.pk), is_here=part.device.pk in here, first=first, end=end, now=now),
        )
        if part.stay.is_last
        else part
        for part in parts
    ]
    by_unit: dict[int, list[Part]] = defaultdict(list)
    for part in parts:
        by_unit[part.stay.unit_id].append(part)
    lines = [_line(some[-1].stay.unit_name, some) for some in by_unit.values()]
    return Month(first_on=first_on, lines=lines, total=_line(total_name, parts), parts=parts)


def days(device: Device, *, first_on: date) -> Sequence[tuple[date, int]]:
    """Return the bytes of each local day of a month for a device that may be seen, the last day first."""
    first, end = bounds(first_on)
    asked: dict[str, Any] = {
        "device": device.pk,
        "first": first,
        "end": end,
        "zone": timezone.get_current_timezone_name(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, asked)
        return [(day, int(used)) for day, used in cursor.fetchall()]


def bounds(first_on: date) -> tuple[datetime, datetime]:
    """Return the half-open span of the local month of a day."""
    first = first_on.replace(day=1)
    after = first + timedelta(days=calendar.monthrange(first.year, first.month)[1])
    start, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in (first, after))
    return start, end


def _was_enrolled(device: Device, *, before: datetime) -> bool:
    return device.state == State.ENROLLED and device.enrolled_at is not None and device.enrolled_at < before


def _used(device_ids: Sequence[uuid.UUID], *, first: datetime, end: datetime) -> Mapping[tuple[uuid.UUID, int], int]:
    """Return the bytes of each device at each unit where it stood when it used them."""
    asked: dict[str, Any] = {
        "devices": list(device_ids),
        "first": first,
        "end": end,
        "zone": timezone.get_current_timezone_name(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_PLACE, asked)
        return {(device, unit): int(used) for device, unit, used in cursor.fetchall()}


def _whole(used: Mapping[tuple[uuid.UUID, int], int]) -> Mapping[uuid.UUID, int]:
    """Return the bytes of each device, wherever it stood."""
    found: dict[uuid.UUID, int] = defaultdict(int)
    for (device, _unit), some in used.items():
        found[device] += some
    return found


def _part(stay: Stay, device: Device, fitting: Fitting | None, used: Mapping[tuple[uuid.UUID, int], int]) -> Part:
    there = used.get((device.pk, stay.unit_id))
    return Part(
        stay=stay,
        device=device,
        fitting=fitting,
        used_mb=None if there is None else _megabytes(there),
        month_mb=None if fitting is None else stay.share(fitting.sim_month_mb),
        cost_vnd=None if fitting is None else stay.share(fitting.sim_month_cost_vnd),
        use=None,
    )


def _use(part: Part, used: int | None, *, is_here: bool, first: datetime, end: datetime, now: datetime) -> Use:
    until = None if part.fitting is None else part.fitting.sim_until_on
    today = timezone.localdate(now)
    return Use(
        device=part.device,
        unit_name=part.stay.unit_name,
        fitting=part.fitting,
        used_mb=None if used is None else _megabytes(used),
        foretold_mb=None if used is None else _foretold_mb(used, first=first, end=end, now=now),
        ends_soon=is_here and until is not None and until <= today + ENDS_SOON,
        is_here=is_here,
    )


def _foretold_mb(used: int, *, first: datetime, end: datetime, now: datetime) -> int | None:
    passed = now - first
    if not FORETOLD_AFTER <= passed < end - first:
        return None
    return _megabytes(round(used * ((end - first) / passed)))


def _line(name: str, parts: Sequence[Part]) -> Line:
    """Return the sum of parts: each device is counted once, and unknown where none of its parts told anything."""
    told = {part.device.pk for part in parts if part.used_mb is not None}
    devices = {part.device.pk for part in parts}
    return Line(
        name=name,
        devices=len(devices),
        used_mb=sum(part.used_mb or 0 for part in parts),
        month_mb=sum(part.month_mb or 0 for part in parts),
        cost_vnd=sum(part.cost_vnd or 0 for part in parts),
        over=sum(part.use is not None and part.use.is_over for part in parts),
        unknown=len(devices - told),
    )


def _megabytes(used: int) -> int:
    """Return whole megabytes, a started one counted whole."""
    return -(-used // MB)
