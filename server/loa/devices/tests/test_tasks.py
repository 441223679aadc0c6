from datetime import UTC, datetime, timedelta

from django.db import connection

from loa.devices import tasks
from loa.devices.models import BridgeStatus, Device, PlayEvent
from loa_protocol import uuid7


def partition_of(event):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM devices_event WHERE id = %s", [event.pk])
        return cursor.fetchone()[0]


def make_event(moment):
    return PlayEvent.objects.create(
        id=uuid7.make(int(moment.timestamp() * 1000)), device_id=uuid7.make(), seq=1, outcome="played",
        at=moment, reason="", received_at=moment,
    )  # fmt: skip


def test_events_lie_in_the_partition_of_their_month(db):
    tasks.make_partitions(now=datetime(2031, 12, 5, tzinfo=UTC))

    first = make_event(datetime(2031, 12, 1, tzinfo=UTC))
    last = make_event(datetime(2031, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC))
    next_year = make_event(datetime(2032, 1, 1, tzinfo=UTC))
    far = make_event(datetime(2032, 3, 1, tzinfo=UTC))

    assert [partition_of(event) for event in (first, last, next_year, far)] == [
        "devices_event_2031_12", "devices_event_2031_12", "devices_event_2032_01", "devices_event_rest",
    ]  # fmt: skip


def test_events_that_came_before_their_partition_move_into_it(db):
    early = make_event(datetime(2033, 5, 3, tzinfo=UTC))
    assert partition_of(early) == "devices_event_rest"

    made = tasks.make_partitions(now=datetime(2033, 5, 1, tzinfo=UTC))

    assert made == 3
    assert partition_of(early) == "devices_event_2033_05"
    assert tasks.make_partitions(now=datetime(2033, 5, 1, tzinfo=UTC)) == 0


def test_a_device_that_says_nothing_counts_as_off_line(world, now):
    (quiet, lively), _ = world.enrolled(count=2)
    for device, ago in ((quiet, 181), (lively, 60)):
        Device.objects.unscoped("test").filter(pk=device.pk).update(
            connected=True, seen_at=now - timedelta(seconds=ago)
        )

    assert tasks.mark_silent(now=now) == 1
    quiet.refresh_from_db()
    lively.refresh_from_db()
    assert (quiet.connected, lively.connected) == (False, True)


def test_purge_forgets_what_is_old_and_nothing_else(db, now):
    BridgeStatus.objects.create(started_at=now, seen_at=now - timedelta(days=2))
    fresh = BridgeStatus.objects.create(started_at=now, seen_at=now)

    assert tasks.purge(now=now) == 1
    assert list(BridgeStatus.objects.all()) == [fresh]
