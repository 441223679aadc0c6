"""Items from above: what the unit below may do with them, and what it may not."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from loa.audit.models import Entry
from loa.bulletins import commands as bulletins
from loa.bulletins import events, queries, refusals
from loa.bulletins.rules import ReceiptState, SendingState, SkipReason, Urgency
from loa.bulletins.tests.making import NOW, make_bulletin
from loa.dispatch import commands as dispatching
from loa.dispatch.models import Airing
from loa.dispatch.refusals import AboutToAir, TooLate
from loa.dispatch.tests.making import make_devices, sent
from loa.kernel import clock
from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound
from loa.orgs import queries as orgs
from loa.orgs.models import Grant
from loa.orgs.rules import Role
from loa.orgs.tests.world import LONG_HELD
from loa.schedules import commands, following, listeners
from loa.schedules.models import Slot
from loa.schedules.refusals import QuietHours
from loa.schedules.rules import State
from loa.schedules.tests.sending import LATER, chief_of, make_approved, make_sending, receipt_at, slots
from loa.shell.tests.desk import tomorrow_at_five
from loa_protocol.plan import Priority


@pytest.fixture
def places(world):
    """Clusters in both communes."""
    return {unit: make_devices(unit) for unit in (world.commune, world.other_commune)}


def placed(world, sending, *, now=NOW):
    """Do what the listener does when a sending went out."""
    for receipt in queries.receipts_of_sending(sending.pk):
        commands.place_sent(world.system, receipt, now=now)


def test_an_item_reaches_the_inbox_of_each_chosen_unit_and_of_no_other(world, places):
    sending = make_sending(world, world.commune, urgency=Urgency.NORMAL)

    assert [one.sending for one in queries.inbox(world.officer)] == [sending]
    assert not queries.inbox(world.other_officer).exists()
    assert not queries.inbox(world.outsider).exists()
    with pytest.raises(NotFound):
        queries.received(world.other_officer, receipt_at(world, sending).pk)


def test_only_approved_words_go_down(world):
    draft = make_bulletin(world, unit=world.province, scope=world.province_editor, user=world.province_editor_user)

    with pytest.raises(refusals.NotApproved):
        make_sending(world, bulletin=draft)


def test_nothing_goes_up_or_aside(world):
    chief = chief_of(world)
    bulletin = make_approved(world, unit=world.commune, by=chief)

    for unit in (world.province, world.commune, world.other_commune):
        with pytest.raises(refusals.NobodyBelow):
            make_sending(world, unit, bulletin=bulletin)


def test_an_officer_a_leader_and_a_stranger_do_not_send(world):
    bulletin = make_approved(world)

    for scope in (world.monitor, world.administrator):
        with pytest.raises(Denied):
            make_sending(world, bulletin=bulletin, scope=scope)
    for scope in (world.officer, world.outsider):
        with pytest.raises(NotFound):
            make_sending(world, bulletin=bulletin, scope=scope)


def test_beyond_one_commune_a_fresh_second_factor_is_asked_for(world):
    stale = replace(world.province_editor, is_fresh=False)
    bulletin = make_approved(world)

    assert make_sending(world, world.commune, world.hamlet, bulletin=bulletin, scope=stale)
    with pytest.raises(FreshFactorNeeded):
        make_sending(world, world.commune, world.other_commune, bulletin=bulletin, scope=stale)


def test_a_time_that_is_over_is_refused(world):
    bulletin = make_approved(world)

    with pytest.raises(refusals.WindowOver):
        make_sending(world, bulletin=bulletin, wanted_from=NOW - timedelta(minutes=1))
    with pytest.raises(refusals.WindowOver):
        make_sending(world, bulletin=bulletin, wanted_from=LATER, wanted_until=LATER)


def test_a_normal_item_airs_only_when_the_commune_puts_it_on_its_schedule(world, places):
    sending = make_sending(world, urgency=Urgency.NORMAL, wanted_from=LATER)

    placed(world, sending)
    assert slots() == []
    slot = commands.take(world.officer, receipt_at(world, sending), start_at=LATER, now=NOW)

    assert (slot.state, slot.airing.priority, slot.airing.unit) == (State.PLACED, Priority.SCHEDULED, world.commune)
    assert slot.decided_by_id == world.officer_user.pk
    assert receipt_at(world, sending).state == ReceiptState.SEEN


def test_a_priority_item_stands_first_in_the_programme_at_the_time_its_sender_wished(world, places):
    sending = make_sending(world, world.commune, world.other_commune, wanted_from=LATER)

    placed(world, sending)

    assert {slot.unit for slot in slots()} == {world.commune, world.other_commune}
    assert {(slot.airing.start_at, slot.airing.priority) for slot in slots()} == {(LATER, Priority.PRIORITY)}
    placed(world, sending)
    assert len(slots()) == 2


def test_a_unit_without_clusters_does_not_hold_up_the_others(world, places):
    sending = make_sending(world, world.hamlet, world.other_commune, wanted_from=LATER)

    for receipt in queries.receipts_of_sending(sending.pk):
        listeners._place_sent(receipt, NOW)

    assert [slot.unit for slot in slots(state=State.PLACED)] == [world.other_commune]


def test_the_commune_moves_a_priority_item_and_the_former_place_is_given_up(world, places):
    sending = make_sending(world, wanted_from=LATER)
    placed(world, sending)

    moved = commands.take(world.officer, receipt_at(world, sending), start_at=LATER + timedelta(hours=1), now=NOW)

    former, present = slots()
    assert (former.state, former.airing.state) == (State.CANCELLED, "cancelled")
    assert (present.pk, present.state, present.is_priority) == (moved.pk, State.PLACED, True)


def test_what_is_on_the_air_is_not_moved(world, places):
    sending = make_sending(world, wanted_from=LATER)
    placed(world, sending)

    with pytest.raises(AboutToAir):
        commands.take(
            world.officer,
            receipt_at(world, sending),
            start_at=LATER + timedelta(hours=1),
            now=LATER + timedelta(seconds=9),
        )


def test_taking_asks_for_the_right_at_the_unit(world, places):
    receipt = receipt_at(world, make_sending(world))

    for scope in (world.leader, world.monitor):
        with pytest.raises(Denied):
            commands.take(scope, receipt, start_at=LATER, now=NOW)
    for scope in (world.other_officer, world.outsider):
        with pytest.raises(NotFound):
            commands.take(scope, receipt, start_at=LATER, now=NOW)


def test_quiet_hours_hold_for_items_from_above(world, places):
    night = NOW + timedelta(hours=12)
    receipt = receipt_at(world, make_sending(world))

    with pytest.raises(QuietHours):
        commands.take(world.officer, receipt, start_at=night, now=NOW)
    taken = commands.take(world.officer, receipt, start_at=night, wakes=3, now=NOW)
    assert (taken.state, taken.airing) == (State.WAITING, None)
    assert commands.agree(world.leader, taken, wakes=3, now=NOW).state == State.PLACED
    with pytest.raises(TooLate):
        commands.take(world.officer, receipt, start_at=NOW, now=NOW)


def test_skipping_keeps_the_reason_and_gives_up_the_place(world, places):
    sending = make_sending(world, wanted_from=LATER)
    placed(world, sending)

    commands.leave_out(
        world.officer, receipt_at(world, sending), reason=SkipReason.OTHER, words="Đã phát sáng nay", now=NOW
    )

    receipt = receipt_at(world, sending)
    assert (receipt.state, receipt.reason, receipt.words) == ("skipped", "other", "Đã phát sáng nay")
    assert [slot.state for slot in slots()] == [State.CANCELLED]
    assert commands.take(world.officer, receipt, start_at=LATER, now=NOW).state == State.PLACED
    assert receipt_at(world, sending).state == ReceiptState.SEEN


def test_another_reason_is_told_in_words(world):
    with pytest.raises(refusals.SkipReasonNeeded):
        commands.leave_out(world.officer, receipt_at(world, make_sending(world)), reason=SkipReason.OTHER, now=NOW)


def test_what_must_be_broadcast_is_moved_but_not_skipped(world, places):
    receipt = receipt_at(world, make_sending(world, must_broadcast=True))

    with pytest.raises(refusals.MustBroadcast):
        commands.leave_out(world.officer, receipt, reason=SkipReason.NOT_HERE, now=NOW)
    assert commands.take(world.officer, receipt, start_at=LATER, now=NOW).state == State.PLACED


def test_calling_back_drops_what_stands_everywhere(world, places):
    now = clock.now()
    sending = make_sending(world, world.commune, world.other_commune, wanted_from=tomorrow_at_five(), now=now)
    placed(world, sending, now=now)

    bulletins.call_back(world.province_editor, sending, reason="Sai ngày", now=now)
    listeners.recall_what_was_called_back(called_back(sending))

    assert {slot.state for slot in slots()} == {State.CANCELLED}
    with pytest.raises(refusals.CalledBackAlready):
        commands.take(world.officer, receipt_at(world, sending), start_at=LATER, now=NOW)
    with pytest.raises(NotFound):
        bulletins.call_back(world.officer, sending, reason="Không hợp", now=NOW)


def called_back(sending):
    return events.CalledBack(
        sending_id=sending.pk, bulletin_id=sending.bulletin_id, unit_path=sending.unit.path, at=NOW
    )


@pytest.mark.usefixtures("places")
class TestEmergency:
    @pytest.fixture
    def chief(self, world):
        return chief_of(world)

    @pytest.fixture
    def alarm(self, world, chief):
        return make_sending(
            world,
            world.commune,
            world.other_commune,
            urgency=Urgency.EMERGENCY,
            bulletin=make_approved(world, by=chief),
        )

    def test_it_waits_for_a_second_person_and_nobody_below_sees_it(self, world, alarm):
        assert alarm.state == SendingState.WAITING
        assert not queries.inbox(world.officer).exists()
        with pytest.raises(refusals.CalledBackAlready):
            commands.sound(world.system, alarm, now=NOW)

    def test_who_sent_it_does_not_release_it(self, world, alarm):
        user = world.province_editor_user
        Grant.objects.create(user=user, role_id=Role.LEADER.value, unit=world.province, during=LONG_HELD)

        with pytest.raises(refusals.OwnEmergency):
            bulletins.release(replace(orgs.scope_for(user), is_fresh=True), alarm, now=NOW)

    def test_releasing_asks_for_a_fresh_factor_and_the_right_above(self, world, alarm, chief):
        with pytest.raises(FreshFactorNeeded):
            bulletins.release(replace(chief, is_fresh=False), alarm, now=NOW)
        with pytest.raises(NotFound):
            bulletins.release(world.leader, alarm, now=NOW)
        with pytest.raises(Denied):
            bulletins.release(world.monitor, alarm, now=NOW)

    def test_released_it_sounds_at_once_on_every_cluster_above_all_else(self, world, alarm, chief):
        night = NOW + timedelta(hours=14)
        released = bulletins.release(chief, alarm, now=night)

        slot = commands.sound(world.system, released, now=night)

        airing = slot.airing
        assert (airing.priority, airing.is_now, airing.unit) == (Priority.ALERT, True, world.province)
        assert len(slot.device_ids) == 6
        assert sent()[-1]["area"] == world.province.path
        assert commands.sound(world.system, released, now=night).pk == slot.pk

    def test_nobody_below_stops_skips_moves_or_sees_the_button(self, world, alarm, chief):
        released = bulletins.release(chief, alarm, now=NOW)
        slot = commands.sound(world.system, released, now=NOW)
        receipt = receipt_at(world, alarm)
        with pytest.raises(refusals.EmergencyStands):
            commands.take(world.officer, receipt, start_at=LATER, now=NOW)
        with pytest.raises(refusals.EmergencyStands):
            commands.leave_out(world.officer, receipt, reason=SkipReason.NOT_HERE, now=NOW)
        for scope in (world.officer, world.leader):
            with pytest.raises(NotFound):
                dispatching.stop(scope, slot.airing, reason="Ồn quá", now=NOW)
            with pytest.raises(NotFound):
                commands.drop(scope, slot, now=NOW)
        with pytest.raises(refusals.EmergencyStands):
            commands.drop(world.province_editor, slot, now=NOW)

    def test_its_sender_ends_it_everywhere(self, world, alarm, chief):
        now = clock.now()
        released = bulletins.release(chief, alarm, now=now)
        commands.sound(world.system, released, now=now)

        bulletins.call_back(world.province_editor, released, reason="Hết nguy hiểm", now=now)
        listeners.recall_what_was_called_back(called_back(alarm))

        assert Airing.objects.unscoped("test").get().state == "stopped"
        assert sent()[-1]["kind"] == "stop"


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_take_the_same_item_at_once_leave_one_place(world, places):
    receipt = receipt_at(world, make_sending(world))
    both = threading.Barrier(2)

    def take(minutes):
        try:
            both.wait()
            commands.take(world.officer, receipt, start_at=LATER + timedelta(minutes=minutes), now=NOW)
        finally:
            connection.close()

    racers = [threading.Thread(target=take, args=(minutes,)) for minutes in (0, 30)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert sorted(slot.state for slot in slots()) == [State.CANCELLED, State.PLACED]


def test_every_step_is_on_record(world, places):
    sending = make_sending(world, wanted_from=LATER)
    placed(world, sending)
    commands.leave_out(world.officer, receipt_at(world, sending), reason=SkipReason.NO_TIME, now=NOW)

    actions = set(Entry.objects.filter(result="done").values_list("action", flat=True))

    assert {"bulletins.send", "schedules.place_sent", "schedules.leave_out", "bulletins.skip"} <= actions
    assert Slot.objects.unscoped("test").count() == 1


def test_where_one_commune_puts_an_item_asks_no_second_factor_of_another(world):
    make_devices(world.commune)
    make_devices(world.other_commune)
    sending = make_sending(world, world.commune, world.other_commune, urgency=Urgency.NORMAL)
    plain = replace(world.other_officer, is_fresh=False)

    commands.take(world.officer, receipt_at(world, sending), start_at=LATER, now=NOW)
    slot = commands.take(plain, receipt_at(world, sending, world.other_commune), start_at=LATER, now=NOW)

    assert slot.state == "placed"


def test_both_sides_read_why_an_item_could_not_be_placed_as_wished(world):
    now = clock.now()
    make_devices(world.commune)
    night = tomorrow_at_five() + timedelta(hours=5)
    sending = make_sending(world, wanted_from=night, now=now)
    about = {"sending_id": sending.pk, "bulletin_id": sending.bulletin_id, "unit_path": world.province.path}

    listeners.place_what_was_sent(events.Sent(**about, at=now))

    receipt = receipt_at(world, sending)
    (refused,) = following.follow([receipt], now=now)
    assert (receipt.unplaced, refused.standing) == ("quiet_hours", "new")
    assert "21:00" in refused.why_unplaced
    commands.take(world.officer, receipt, start_at=tomorrow_at_five(), now=now)
    (placed_later,) = following.follow([receipt_at(world, sending)], now=now)
    assert (placed_later.why_unplaced, placed_later.standing) == ("", "scheduled")
