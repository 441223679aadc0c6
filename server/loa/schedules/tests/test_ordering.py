"""Two priority items that want the same time: the commune's decision, and what happens without one."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from loa.audit.models import Entry
from loa.bulletins.rules import SkipReason
from loa.bulletins.tests.making import NOW
from loa.dispatch.tests.making import make_devices
from loa.kernel.errors import Denied, NotFound
from loa.schedules import commands, tasks
from loa.schedules.models import Clash, ClashPart
from loa.schedules.refusals import OrderChanged, OrderOver
from loa.schedules.rules import GAP, ClashState, State
from loa.schedules.tests.sending import (
    LATER,
    approve_all,
    chief_of,
    make_approved,
    make_sending,
    own_priority,
    receipt_at,
    slots,
)

UPPER, OWN = timedelta(seconds=60), timedelta(seconds=30)
"""How long each sounds."""


@pytest.fixture
def clash(world):
    """The commune's own item at a time, then the province's for the same."""
    make_devices(world.commune)
    own = own_priority(world, start_at=LATER)
    approve_all(world, own)
    sending = make_sending(world, wanted_from=LATER + timedelta(seconds=10))
    commands.place_sent(world.system, receipt_at(world, sending), now=NOW)
    return the_clash()


def the_clash():
    return Clash.objects.unscoped("test").select_related("unit").latest("made_at", "pk")


def starts():
    """When each standing slot begins: the province's and the commune's own."""
    found = {bool(slot.receipt_id): slot.airing.start_at for slot in slots(state=State.PLACED)}
    return found.get(True), found.get(False)


def order(clash, *, own_first):
    pair = sorted(slots(state=State.PLACED), key=lambda slot: bool(slot.receipt_id) is own_first)
    return [slot.pk for slot in pair]


def test_a_clash_is_a_task_and_the_default_stands_on_the_plan_at_once(world, clash):
    assert (clash.state, clash.unit, clash.applies_at) == (ClashState.OPEN, world.commune, LATER - timedelta(minutes=5))
    assert starts() == (LATER, LATER + UPPER + GAP)


def test_the_commune_decides_and_one_follows_the_other(world, clash):
    commands.decide_order(world.officer, clash, order=order(clash, own_first=True), now=NOW)

    assert starts() == (LATER + OWN + GAP, LATER)
    held = the_clash()
    assert (held.state, held.decided_by) == (ClashState.DECIDED, world.officer_user)
    assert {slot.airing.state for slot in slots(state=State.PLACED)} == {"planned"}


def test_deciding_for_the_default_moves_nothing(world, clash):
    before = {slot.airing_id for slot in slots()}

    commands.decide_order(world.officer, clash, order=order(clash, own_first=False), now=NOW)

    assert {slot.airing_id for slot in slots()} == before


def test_only_who_plans_for_the_commune_decides(world, clash):
    for scope in (world.leader, world.monitor):
        with pytest.raises(Denied):
            commands.decide_order(scope, clash, order=order(clash, own_first=True), now=NOW)
    for scope in (world.other_officer, world.outsider):
        with pytest.raises(NotFound):
            commands.decide_order(scope, clash, order=order(clash, own_first=True), now=NOW)


def test_an_order_of_other_items_is_refused(world, clash):
    with pytest.raises(OrderChanged):
        commands.decide_order(world.officer, clash, order=order(clash, own_first=True)[:1], now=NOW)


def test_nobody_decides_and_the_default_is_on_record(world, clash):
    assert tasks.settle(now=clash.applies_at - timedelta(seconds=1)) == 0
    assert tasks.settle(now=clash.applies_at) == 1
    assert tasks.settle(now=clash.applies_at) == 0

    held = the_clash()
    assert (held.state, held.decided_by) == (ClashState.DEFAULTED, None)
    entry = Entry.objects.get(action="schedules.apply_default")
    assert entry.detail["default"] == [str(pk) for pk in order(clash, own_first=False)]
    with pytest.raises(OrderOver):
        commands.decide_order(world.officer, clash, order=order(clash, own_first=True), now=clash.applies_at)


def test_too_late_is_too_late_also_before_the_clock_came_by(world, clash):
    with pytest.raises(OrderOver):
        commands.decide_order(world.officer, clash, order=order(clash, own_first=True), now=clash.applies_at)


def test_what_is_about_to_air_stays_and_the_other_follows_without_a_question(world):
    make_devices(world.commune)
    approve_all(world, own_priority(world, start_at=NOW + timedelta(minutes=4)))

    sending = make_sending(world, wanted_from=NOW + timedelta(minutes=4))
    commands.place_sent(world.system, receipt_at(world, sending), now=NOW)

    upper, own = starts()
    assert the_clash().state == ClashState.DEFAULTED
    assert (own, upper) == (NOW + timedelta(minutes=4), NOW + timedelta(minutes=4) + OWN + GAP)


def test_a_third_item_joins_the_question(world, clash):
    second = make_sending(world, bulletin=another(world), wanted_from=LATER)
    commands.place_sent(world.system, receipt_at(world, second), now=NOW)

    assert Clash.objects.unscoped("test").get(pk=clash.pk).state == ClashState.GONE
    assert ClashPart.objects.unscoped("test").filter(clash=the_clash()).count() == 3
    times = sorted(slot.airing.start_at for slot in slots(state=State.PLACED))
    assert times == [LATER, LATER + UPPER + GAP, LATER + UPPER + GAP + UPPER + GAP]


def another(world):
    return make_approved(world, by=chief_of(world, username="truong2"), content=b"hai")


def test_when_one_is_skipped_the_other_moves_back_to_its_time(world, clash):
    receipt = next(slot.receipt for slot in slots() if slot.receipt_id)

    commands.leave_out(world.officer, receipt, reason=SkipReason.NOT_HERE, now=NOW)

    assert the_clash().state == ClashState.GONE
    assert starts() == (None, LATER)


def test_items_of_two_communes_do_not_clash(world):
    for unit in (world.commune, world.other_commune):
        make_devices(unit)
    sending = make_sending(world, world.commune, world.other_commune, wanted_from=LATER)

    for unit in (world.commune, world.other_commune):
        commands.place_sent(world.system, receipt_at(world, sending, unit), now=NOW)

    assert not Clash.objects.unscoped("test").exists()


@pytest.mark.django_db(transaction=True)
def test_two_priority_items_placed_at_once_see_each_other(world):
    make_devices(world.commune)
    receipts = [
        receipt_at(world, make_sending(world, bulletin=bulletin, wanted_from=LATER))
        for bulletin in (make_approved(world), another(world))
    ]
    both = threading.Barrier(2)

    def place(receipt):
        try:
            both.wait()
            commands.place_sent(world.system, receipt, now=NOW)
        finally:
            connection.close()

    racers = [threading.Thread(target=place, args=(receipt,)) for receipt in receipts]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    times = sorted(slot.airing.start_at for slot in slots(state=State.PLACED))
    assert times == [LATER, LATER + UPPER + GAP]


def test_raw_sql_changes_no_decision(world, clash):
    commands.decide_order(world.officer, clash, order=order(clash, own_first=True), now=NOW)

    for attack in (
        "UPDATE schedules_clash SET state = 'open', decided_at = NULL, decided_by_id = NULL",
        "UPDATE schedules_clash SET applies_at = now()",
        "UPDATE schedules_clash_part SET place = 1",
        "DELETE FROM schedules_clash_part",
        "UPDATE bulletins_sending SET urgency = 'normal'",
        "UPDATE bulletins_receipt SET sent_to_id = (SELECT max(id) FROM orgs_unit)",
        "DELETE FROM bulletins_receipt",
    ):
        with pytest.raises(DatabaseError, match=r"stands|deleted"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack)
