import threading
from datetime import timedelta

import pytest
from django.db import connection

from loa.bulletins import commands as bulletins
from loa.bulletins import events
from loa.bulletins.tests.making import HEARD, make_submitted
from loa.dispatch.models import Airing
from loa.dispatch.tests.making import HOUR, make_devices, sent
from loa.kernel import clock, outbox
from loa.kernel.errors import DomainError
from loa.kernel.models import OutboxEntry
from loa.schedules import commands, listeners, queries
from loa.schedules.models import Slot
from loa.schedules.tests import making


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def deliver(django_capture_on_commit_callbacks):
    """Run what happens right after a commit, as outside of tests."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def submitted(world, deliver):
    """Hand a bulletin in, and let the house hear of it."""

    def hand_in(now):
        with deliver():
            return make_submitted(world, now=now)

    return hand_in


def asked(world, bulletin, now, *, start_at=None, **about):
    return making.asked(world, bulletin, start_at=start_at, now=now, **about)


def approve(world, bulletin, now):
    slots = list(queries.of_bulletin(world.leader, bulletin.pk).filter(state="waiting"))
    woken = queries.waking(slots, now=now)
    commands.approve(
        world.leader,
        bulletin,
        number=1,
        hearing=HEARD,
        places=queries.places_sha256(slots),
        wakes=woken.count if woken else None,
        now=now,
    )


def told(bulletin, now):
    return events.Approved(
        bulletin_id=bulletin.pk,
        revision_id=bulletin.current_id,
        unit_path=bulletin.scope_path,
        at=now,
        approved_by="1",
    )


def test_an_approval_airs_what_waited_right_after_the_commit(world, now, deliver, submitted):
    make_devices(world.commune)
    bulletin = submitted(now)
    soon, later = asked(world, bulletin, now), asked(world, bulletin, now, start_at=now + 3 * HOUR)

    with deliver():
        approve(world, bulletin, now)

    for slot in (soon, later):
        slot.refresh_from_db()
        assert slot.state == "placed"
    assert (soon.airing.is_now, soon.airing.state) == (True, "released")
    assert later.airing.start_at == now + 3 * HOUR
    assert [message["airing"]["id"] for message in sent()] == [str(soon.airing_id)]
    assert not OutboxEntry.objects.filter(delivered_at=None, name="bulletins.approved").exists()


def test_an_approval_told_twice_airs_once(world, now, deliver, submitted):
    make_devices(world.commune)
    bulletin = submitted(now)
    asked(world, bulletin, now)
    with deliver():
        approve(world, bulletin, now)

    listeners.place_what_was_approved(told(bulletin, now))

    assert (Airing.objects.unscoped("test").count(), len(sent())) == (1, 1)


def test_an_approval_lost_in_a_crash_is_delivered_by_the_sweep(world, now):
    make_devices(world.commune)
    bulletin = make_submitted(world, now=now)
    slot = asked(world, bulletin, now)
    approve(world, bulletin, now)
    slot.refresh_from_db()
    assert slot.state == "approved"

    for _ in range(3):
        outbox.sweep(now=now + timedelta(minutes=1))

    slot.refresh_from_db()
    assert slot.state == "placed"


def test_one_slot_that_cannot_be_does_not_hold_up_the_others(world, now, deliver, submitted):
    make_devices(world.commune, count=1)
    bulletin = submitted(now - 2 * HOUR)
    past = asked(world, bulletin, now - 2 * HOUR, start_at=now - HOUR)
    empty = asked(world, bulletin, now, unit=world.hamlet)
    good = asked(world, bulletin, now)

    with deliver():
        approve(world, bulletin, now)

    for slot in (past, empty, good):
        slot.refresh_from_db()
    assert (past.state, past.reason) == ("refused", "too_late")
    assert (empty.state, empty.reason) == ("refused", "nobody_there")
    assert good.state == "placed"


def test_a_withdrawal_drops_what_waits_and_stops_what_airs(world, now, deliver, submitted):
    make_devices(world.commune)
    bulletin = submitted(now)
    with deliver():
        soon, later = asked(world, bulletin, now), asked(world, bulletin, now, start_at=now + 3 * HOUR)
        approve(world, bulletin, now)

    with deliver():
        bulletins.withdraw(world.officer, bulletin, now=now)

    for slot in (soon, later):
        slot.refresh_from_db()
        assert slot.state == "cancelled"
    assert (soon.airing.state, later.airing.state) == ("stopped", "cancelled")
    assert [message["kind"] for message in sent()] == ["play", "stop"]


def test_a_withdrawal_leaves_what_is_over_as_it_was(world, now, deliver, submitted):
    make_devices(world.commune)
    bulletin = submitted(now - HOUR)
    with deliver():
        approve(world, bulletin, now - HOUR)
    slot = asked(world, bulletin, now - HOUR)
    commands.approve_place(world.leader, bulletin, slot_id=slot.pk, wakes=9, now=now - HOUR)

    with deliver():
        bulletins.withdraw(world.officer, bulletin, now=now)

    slot.refresh_from_db()
    assert (slot.state, slot.airing.state) == ("placed", "released")


@pytest.mark.django_db(transaction=True)
def test_a_wish_that_meets_the_approval_is_neither_forgotten_nor_aired_unseen(world, now):
    make_devices(world.commune)
    bulletin = make_submitted(world, now=now)
    start, refused = threading.Barrier(2), []

    def run(act):
        start.wait(timeout=10)
        try:
            act()
        except DomainError as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    nothing_seen = queries.places_sha256([])
    acts = [
        lambda: asked(world, bulletin, now),
        lambda: commands.approve(world.leader, bulletin, number=1, hearing=HEARD, places=nothing_seen, now=now),
    ]
    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    bulletin.refresh_from_db()
    assert Slot.objects.unscoped("test").get().state == "waiting"
    assert (bulletin.state, refused) in [("approved", []), ("submitted", ["places_changed"])]
    assert sent() == []


def test_words_approved_alone_air_nowhere(world, now, deliver, submitted):
    make_devices(world.commune)
    bulletin = submitted(now)
    slot = asked(world, bulletin, now)

    with deliver():
        bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=now)

    slot.refresh_from_db()
    assert (slot.state, sent()) == ("waiting", [])
