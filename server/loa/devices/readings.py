"""Rolling up what devices measured, and reading it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from loa.devices.models import Device, ReadingHour

DAYS_AHEAD = 2
DAYS_KEPT = 30
"""How long raw readings are kept; what an hour comes to is kept on."""

_LOOK_BACK = timedelta(hours=6)
"""How far back hours are rolled up anew: readings come with the server's time, so none comes late."""

_ROLL_UP = """
WITH told AS (
    SELECT *, date_trunc('hour', at) AS hour,
           traffic_bytes - lag(traffic_bytes) OVER (PARTITION BY device_id ORDER BY at) AS more
      FROM devices_reading WHERE at >= %(first)s - interval '10 minutes' AND at < %(end)s
)
INSERT INTO devices_reading_hour AS kept
       (device_id, hour, readings, on_battery, speaker_faults, amplifier_faults, supply_v_low, supply_v_high,
        temperature_c_high, signal_dbm_low, output_dbfs_high, storage_free_bytes_low, traffic_bytes)
SELECT device_id, hour, count(*), count(*) FILTER (WHERE power = 'battery'), count(*) FILTER (WHERE speaker_fault),
       count(*) FILTER (WHERE amplifier_fault), min(supply_v), max(supply_v), max(temperature_c), min(signal_dbm),
       max(output_dbfs), min(storage_free_bytes), sum(CASE WHEN more < 0 THEN traffic_bytes ELSE more END)
  FROM told WHERE at >= %(first)s
 GROUP BY device_id, hour
ON CONFLICT (device_id, hour) DO NOTHING
"""


def make_partitions(*, now: datetime) -> int:
    """Make the partitions of today and the next days and drop the old ones; return how many. Run daily."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT devices_reading_partitions(%s, %s, %s)", [now, DAYS_AHEAD, DAYS_KEPT])
        row = cursor.fetchone()
    return int(row[0])


def roll_up(*, now: datetime) -> int:
    """Write what each whole hour since the last one comes to; return how many rows. Run every few minutes."""
    end = now.replace(minute=0, second=0, microsecond=0)
    last = ReadingHour.objects.order_by("-hour").values_list("hour", flat=True).first()
    first = end - _LOOK_BACK if last is None else max(last + timedelta(hours=1), end - timedelta(days=DAYS_KEPT))
    if first >= end:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_ROLL_UP, {"first": first, "end": end})
        return int(cursor.rowcount)


def hours(device: Device, *, since: datetime) -> Sequence[ReadingHour]:
    """Return what the hours of a device came to, oldest first; the caller may see the device."""
    return list(ReadingHour.objects.filter(device_id=device.pk, hour__gte=since).order_by("hour"))


def traffic_bytes(device: Device, *, since: datetime) -> int:
    """Return how much data a device used, as far as its readings tell."""
    return sum(row.traffic_bytes or 0 for row in hours(device, since=since))
