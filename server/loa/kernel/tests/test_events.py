import threading
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from django.db import connection, transaction

from loa.kernel import events, outbox
from loa.kernel.models import OutboxEntry

NOW = datetime(2024, 5, 6, 5, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(events.Event):
    name: ClassVar[str] = "kerneltest.rang"
    bell: str
    number: int = 0
    at: datetime = NOW
    id: uuid.UUID | None = None
    until: datetime | None = None

    @property
    def key(self):
        return f"bell:{self.bell}"


class Ear:
    """A listener that can be out of order for a while."""

    def __init__(self):
        self.heard = []
        self.fails_for = set()

    def __call__(self, event):
        if event.bell in self.fails_for:
            raise ConnectionError
        self.heard.append((event.bell, event.number))


@pytest.fixture
def ear():
    ear = Ear()
    events.subscribe(Rang)(ear)
    yield ear
    del events._LISTENERS[Rang.name], events._TYPES[Rang.name]


def ring(bell, number=0):
    outbox.write(Rang(bell=bell, number=number))


def waiting():
    return OutboxEntry.objects.filter(delivered_at=None).count()


def test_an_event_survives_storage_with_its_types():
    event = Rang(bell="a", number=3, id=uuid.UUID(int=7), until=NOW)
    events.subscribe(Rang)(print)

    read = events.read(Rang.name, events.to_json(event))

    del events._LISTENERS[Rang.name], events._TYPES[Rang.name]
    assert read == event


@pytest.mark.django_db(transaction=True)
def test_an_event_is_delivered_right_after_the_commit_and_not_before(ear):
    with transaction.atomic():
        ring("a")
        assert ear.heard == []

    assert ear.heard == [("a", 0)]
    assert waiting() == 0


@pytest.mark.django_db(transaction=True)
def test_an_event_of_a_transaction_that_failed_never_happened(ear):
    def ring_and_fail():
        with transaction.atomic():
            ring("a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ring_and_fail()

    assert ear.heard == []
    assert not OutboxEntry.objects.exists()


def test_what_a_crash_left_behind_is_delivered_by_the_sweep(db, ear):
    ring("a", 1)
    ring("a", 2)

    assert outbox.sweep(now=NOW) == 2
    assert ear.heard == [("a", 1), ("a", 2)]
    assert outbox.sweep(now=NOW) == 0


def test_a_crash_during_delivery_is_made_good_when_the_claim_ends(db, ear):
    ring("a")
    OutboxEntry.objects.update(claimed_until=NOW + outbox.CLAIM)

    assert outbox.sweep(now=NOW + timedelta(seconds=29)) == 0
    assert outbox.sweep(now=NOW + timedelta(seconds=30)) == 1


def test_a_failing_key_waits_in_order_and_holds_up_no_other(db, ear):
    ear.fails_for = {"a"}
    for number in range(3):
        ring("a", number)
        ring("b", number)

    outbox.sweep(now=NOW)
    assert ear.heard == [("b", 0), ("b", 1), ("b", 2)]
    assert waiting() == 3

    ear.fails_for = set()
    assert outbox.sweep(now=NOW + timedelta(seconds=1)) == 3
    assert ear.heard[3:] == [("a", 0), ("a", 1), ("a", 2)]


def test_many_waiting_behind_one_failure_do_not_crowd_out_the_rest(db, ear):
    ear.fails_for = {"a"}
    for number in range(20):
        ring("a", number)
    ring("b")

    outbox.sweep(now=NOW, limit=2)

    assert ear.heard == [("b", 0)]


def test_a_failure_is_tried_again_after_longer_and_longer_at_most_five_minutes(db, ear):
    ear.fails_for = {"a"}
    ring("a")
    waits = []
    now = NOW
    for _ in range(30):
        outbox.sweep(now=now)
        entry = OutboxEntry.objects.get()
        waits.append((entry.claimed_until - now).total_seconds())
        now = entry.claimed_until

    assert waits[:5] == [1, 2, 4, 8, 16]
    assert waits[-1] == 300
    assert OutboxEntry.objects.get().last_error == "ConnectionError"


def test_purging_forgets_only_what_was_delivered(db, ear):
    ring("a")
    outbox.sweep(now=NOW)
    ring("b")

    assert outbox.purge(before=NOW + timedelta(seconds=1)) == 1
    assert OutboxEntry.objects.get().key == "bell:b"


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_sweep_at_once_deliver_each_event_once_in_order(ear):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    for number in range(40):
        OutboxEntry.objects.create(
            name=Rang.name, key=f"bell:{number % 4}", body=events.to_json(Rang(bell=str(number % 4), number=number))
        )

    def sweep():
        try:
            while waiting():
                outbox.sweep(now=NOW)
        finally:
            connection.close()

    sweepers = [threading.Thread(target=sweep) for _ in range(3)]
    for sweeper in sweepers:
        sweeper.start()
    for sweeper in sweepers:
        sweeper.join()

    for bell in "0123":
        numbers = [number for rung, number in ear.heard if rung == bell]
        assert numbers == sorted(numbers)
    assert len(ear.heard) == 40
