"""What devices measure: kept raw by day, rolled up by the hour, forgotten in time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from loa.devices import readings, tasks
from loa.devices.models import ReadingHour

NOON = datetime(2033, 5, 2, 12, 0, tzinfo=UTC)
DEVICE = "0193b3f2-0000-7000-8000-000000000001"

pytestmark = pytest.mark.django_db


def tell(minutes, **measured):
    columns = {"device_id": DEVICE, "at": NOON + timedelta(minutes=minutes), **measured}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO devices_reading ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})",  # noqa: S608 - our own names
            list(columns.values()),
        )


def partitions():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT child.relname FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid"
            " WHERE inhparent = 'devices_reading'::regclass ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def test_an_hour_comes_to_its_extremes_and_its_traffic_through_a_restart():
    tell(-1, traffic_bytes=900)
    tell(0, temperature_c=40.0, supply_v=221.0, power="mains", traffic_bytes=1_000, speaker_fault=False)
    tell(30, temperature_c=55.0, supply_v=198.0, power="battery", traffic_bytes=1_500, speaker_fault=True)
    tell(45, temperature_c=50.0, output_dbfs=-20.0, traffic_bytes=200, signal_dbm=-90)

    readings.roll_up(now=NOON + timedelta(hours=1, minutes=1))

    hour = ReadingHour.objects.get(hour=NOON)
    assert (hour.readings, hour.on_battery, hour.speaker_faults) == (3, 1, 1)
    assert (hour.temperature_c_high, hour.supply_v_low, hour.supply_v_high) == (55.0, 198.0, 221.0)
    assert (hour.output_dbfs_high, hour.signal_dbm_low, hour.traffic_bytes) == (-20.0, -90, 100 + 500 + 200)


def test_an_hour_is_rolled_up_once_and_only_when_it_is_over():
    tell(5, temperature_c=40.0)

    assert readings.roll_up(now=NOON + timedelta(minutes=59)) == 0
    assert readings.roll_up(now=NOON + timedelta(hours=1)) == 1
    assert readings.roll_up(now=NOON + timedelta(hours=1, minutes=5)) == 0


def test_days_get_their_partitions_and_lose_them_after_thirty_days():
    tell(0, temperature_c=40.0)
    tasks.make_partitions(now=NOON)
    assert "devices_reading_2033_05_04" in partitions()

    readings.make_partitions(now=NOON + timedelta(days=30))
    assert "devices_reading_2033_05_02" in partitions()
    readings.make_partitions(now=NOON + timedelta(days=31))

    assert "devices_reading_2033_05_02" not in partitions()
    assert "devices_reading_rest" in partitions()
