import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from loa.box import clock as clocks
from loa.box.clock import Day, Duty
from loa.kernel import outbox
from loa.kernel.models import OutboxEntry


@pytest.fixture
def stopping():
    return threading.Event()


def lead(stopping, *duties):
    clocks._keep_going(stopping, duties)


@pytest.mark.django_db(transaction=True)
def test_a_duty_that_fails_is_told_and_does_not_stop_the_others(stopping, caplog):
    done = []

    def fail(_now):
        raise ValueError("a bug")

    def work(now):
        done.append(now)
        stopping.set()

    with caplog.at_level(logging.ERROR):
        lead(stopping, Duty("bad", 0, fail), Duty("good", 0, work))

    assert len(done) == 1
    assert "duty failed" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_second_clock_stands_by_while_the_first_leads(stopping, monkeypatch):
    monkeypatch.setattr(clocks, "STANDBY_S", 0.02)
    done = []
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [clocks.LEASE])
    second = threading.Thread(target=lead, args=(stopping, Duty("work", 0, done.append)))

    second.start()
    second.join(0.3)
    idle = list(done)
    other.close()
    deadline = datetime.now(UTC) + timedelta(seconds=10)
    while not done and datetime.now(UTC) < deadline:
        second.join(0.01)
    stopping.set()
    second.join()

    assert idle == []
    assert done


@pytest.mark.django_db(transaction=True)
def test_a_clock_whose_connection_is_cut_takes_the_lease_again(stopping):
    laps = []

    def work(now):
        laps.append(now)
        if len(laps) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (pid,) = cursor.fetchone()
            other = connection.copy()
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
            other.close()
        else:
            stopping.set()

    lead(stopping, Duty("work", 0, work))

    assert len(laps) == 2


@pytest.mark.django_db(transaction=True)
def test_an_event_a_crash_left_behind_is_delivered_by_the_clock(stopping):
    OutboxEntry.objects.create(name="nobody.listens", key="x", body={})

    def work(now):
        outbox.sweep(now=now)
        stopping.set()

    lead(stopping, Duty("events", 0, work))

    assert OutboxEntry.objects.filter(delivered_at=None).count() == 0


def test_a_day_begins_once_at_local_midnight_and_when_the_clock_starts():
    marked = []
    day = Day(marked.append)
    evening = datetime(2026, 11, 23, 16, 50, tzinfo=UTC)  # 23:50 in Viet Nam

    for minutes in (0, 5, 15, 20):
        day.turn(evening + timedelta(minutes=minutes))

    assert marked == [evening, evening + timedelta(minutes=15)]
