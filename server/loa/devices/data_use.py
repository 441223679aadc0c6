"""How much data devices use in a month, what it costs, and which will use more than their SIM holds."""

import calendar
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any  # Any: parameters of a statement

from django.db import connection
from django.utils import timezone

from loa.devices.models import Device, Fitting
from loa.devices.rules import State
from loa.kernel.scope import Scope

VIEW = "devices.view"
MB = 1_000_000
ENDS_SOON = timedelta(days=30)
FORETOLD_AFTER = timedelta(days=3)
"""Before so much of a month has passed nobody says what it will come to."""

_BY_DEVICE = """
SELECT device_id, sum(traffic_bytes) FROM devices_reading_hour
 WHERE device_id = ANY(%(devices)s) AND hour >= %(first)s AND hour < %(end)s AND traffic_bytes IS NOT NULL
 GROUP BY device_id
"""
_BY_DAY = """
SELECT (hour AT TIME ZONE %(zone)s)::date, sum(traffic_bytes) FROM devices_reading_hour
 WHERE device_id = %(device)s AND hour >= %(first)s AND hour < %(end)s AND traffic_bytes IS NOT NULL
 GROUP BY 1 ORDER BY 1 DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One device in one month; None is not known. `foretold_mb` is what the month comes to if it goes on like this."""

    device: Device
    fitting: Fitting | None
    used_mb: int | None
    foretold_mb: int | None
    ends_soon: bool

    @property
    def month_mb(self) -> int | None:
        """Return how much its SIM holds."""
        return None if self.fitting is None else self.fitting.sim_month_mb

    @property
    def cost_vnd(self) -> int | None:
        """Return what its SIM costs a month."""
        return None if self.fitting is None else self.fitting.sim_month_cost_vnd

    @property
    def is_over(self) -> bool:
        """Tell whether it used, or will use, more than its SIM holds."""
        held, most = self.month_mb, max(self.used_mb or 0, self.foretold_mb or 0)
        return held is not None and most > held


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the devices of one unit come to in a month. `unknown` never told how much they use."""

    name: str
    devices: int
    used_mb: int
    month_mb: int
    cost_vnd: int
    over: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month by unit, and the devices to be looked at."""

    first_on: date
    lines: Sequence[Line]
    total: Line
    uses: Sequence[Use]

    @property
    def notable(self) -> Sequence[Use]:
        """Return the devices over their volume, or whose contract ends soon."""
        return [use for use in self.uses if use.is_over or use.ends_soon]


def month(scope: Scope, *, first_on: date, unit_path: str = "", total_name: str, now: datetime) -> Month:
    """Return the month that begins with a day, for the devices the scope may see below a unit, where they stand now."""
    first, end = bounds(first_on)
    devices = Device.objects.within(scope, VIEW).filter(state=State.ENROLLED)
    if unit_path:
        devices = devices.filter(unit__path__within=unit_path)
    rows = list(devices.select_related("unit").order_by("unit__path", "name", "pk"))
    fittings = {
        row.device_id: row
        for row in Fitting.objects.unscoped("beside devices that may be seen").filter(device__in=rows)
    }
    used = _used([row.pk for row in rows], first=first, end=end)
    uses = [_use(row, fittings.get(row.pk), used.get(row.pk), first=first, end=end, now=now) for row in rows]
    by_unit: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        by_unit[use.device.unit.path].append(use)
    lines = [_line(some[0].device.unit.name, some) for some in by_unit.values()]
    return Month(first_on=first_on, lines=lines, total=_line(total_name, uses), uses=uses)


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


def _used(device_ids: Sequence[uuid.UUID], *, first: datetime, end: datetime) -> Mapping[uuid.UUID, int]:
    with connection.cursor() as cursor:
        cursor.execute(_BY_DEVICE, {"devices": list(device_ids), "first": first, "end": end})
        return {device: int(used) for device, used in cursor.fetchall()}


def _use(
    device: Device, fitting: Fitting | None, used: int | None, *, first: datetime, end: datetime, now: datetime
) -> Use:
    until = None if fitting is None else fitting.sim_until_on
    today = timezone.localdate(now)
    return Use(
        device=device,
        fitting=fitting,
        used_mb=None if used is None else _megabytes(used),
        foretold_mb=None if used is None else _foretold_mb(used, first=first, end=end, now=now),
        ends_soon=until is not None and until <= today + ENDS_SOON,
    )


def _foretold_mb(used: int, *, first: datetime, end: datetime, now: datetime) -> int | None:
    passed = now - first
    if not FORETOLD_AFTER <= passed < end - first:
        return None
    return _megabytes(round(used * ((end - first) / passed)))


def _line(name: str, uses: Sequence[Use]) -> Line:
    return Line(
        name=name,
        devices=len(uses),
        used_mb=sum(use.used_mb or 0 for use in uses),
        month_mb=sum(use.month_mb or 0 for use in uses),
        cost_vnd=sum(use.cost_vnd or 0 for use in uses),
        over=sum(use.is_over for use in uses),
        unknown=sum(use.used_mb is None for use in uses),
    )


def _megabytes(used: int) -> int:
    """Return whole megabytes, a started one counted whole."""
    return -(-used // MB)
