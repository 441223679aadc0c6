from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from loa.devices import tasks
from loa.devices.bridge import evidence
from loa.devices.bridge.ingest import STAGE
from loa.devices.models import PlayEvent
from loa_protocol import uuid7

IN_A_MONTH = datetime(2031, 12, 5, tzinfo=UTC)
IN_THE_REST = datetime(2044, 1, 1, tzinfo=UTC)


def make_event(moment):
    return PlayEvent.objects.create(
        id=uuid7.make(int(moment.timestamp() * 1000)), device_id=uuid7.make(), seq=1, outcome="played",
        at=moment, reason="", received_at=moment,
    )  # fmt: skip


def run(*statements):
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.rowcount


@pytest.fixture
def events(db):
    tasks.make_partitions(now=IN_A_MONTH)
    return [make_event(IN_A_MONTH), make_event(IN_THE_REST)]


@pytest.mark.parametrize("table", ["devices_event", "devices_event_2031_12", "devices_event_rest"])
@pytest.mark.parametrize(
    "attack",
    ["UPDATE {} SET outcome = 'missed'", "UPDATE {} SET id = gen_random_uuid()", "DELETE FROM {}", "TRUNCATE {}"],
)
def test_evidence_refuses_every_change_in_the_whole_and_in_each_part(events, table, attack):
    with pytest.raises(DatabaseError, match="append-only"):
        run(attack.format(table))

    assert PlayEvent.objects.filter(outcome="played").count() == 2


def test_every_partition_there_is_has_both_guards(events):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT part.relname, array_agg(guard.tgname::text ORDER BY guard.tgname) FROM pg_inherits "
            "JOIN pg_class part ON part.oid = inhrelid LEFT JOIN pg_trigger guard "
            "ON tgrelid = inhrelid AND tgenabled = 'O' "
            "WHERE inhparent = 'devices_event'::regclass GROUP BY part.relname"
        )
        guards = dict(cursor.fetchall())

    assert len(guards) >= 7
    assert set(map(tuple, guards.values())) == {("devices_event_append_only", "devices_event_never_emptied")}


def test_the_rest_is_guarded_again_after_early_events_moved(events):
    tasks.make_partitions(now=IN_THE_REST)

    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM devices_event WHERE id = %s", [events[1].pk])
        assert cursor.fetchone() == ("devices_event_2044_01",)
    make_event(datetime(2050, 1, 1, tzinfo=UTC))
    with pytest.raises(DatabaseError, match="append-only"):
        run("DELETE FROM devices_event_rest")


def test_the_bridge_still_writes_and_an_event_that_comes_twice_counts_once(events):
    columns = ", ".join(evidence.COLUMNS)
    again = (
        STAGE,
        f"INSERT INTO incoming ({columns}) SELECT {columns} FROM devices_event",  # noqa: S608 - constants
        f"INSERT INTO devices_event ({columns}) SELECT {columns} FROM incoming ON CONFLICT DO NOTHING",  # noqa: S608 - constants
    )

    assert run(*again) == 0
    assert PlayEvent.objects.count() == 2


def test_a_month_that_is_over_can_still_be_dropped_whole(events):
    run("ALTER TABLE devices_event DETACH PARTITION devices_event_2031_12", "DROP TABLE devices_event_2031_12")

    assert list(PlayEvent.objects.all()) == [events[1]]
