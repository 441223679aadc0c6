"""Hour rules where things come onto the air: asked for, approved, placed, taken from above, put in order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from loa.accounts.models import User
from loa.bulletins import commands as bulletins
from loa.bulletins.rules import Urgency
from loa.bulletins.tests.making import HEARD, NOW, make_bulletin, make_clip, make_submitted
from loa.dispatch import queries as dispatching
from loa.dispatch.models import Airing
from loa.dispatch.tests.making import HOUR, make_devices
from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound, WrongState
from loa.orgs import queries as orgs
from loa.orgs.models import Grant
from loa.orgs.rules import Role
from loa.orgs.tests.world import LONG_HELD, make_user
from loa.schedules import commands, laid, queries, refusals
from loa.schedules.models import HoursOverride, Slot
from loa.schedules.rules import State
from loa.schedules.tests.hour_rules import EVENING, MORNING, every_day, lay_down
from loa.schedules.tests.making import asked
from loa.schedules.tests.sending import approve_all, make_approved, make_sending, own_priority, receipt_at, slots

NOON = NOW + 2 * HOUR
FIVE = NOW + 7 * HOUR
NIGHT = NOW + timedelta(hours=17, minutes=15)
"""03:15 of the next day."""
WHY = "Vỡ đê, phải báo ngay"


@pytest.fixture
def hours_hold(world):
    make_devices(world.commune)
    return lay_down(world, windows=every_day(MORNING, EVENING))


def approve(world, bulletin, **about):
    waiting = list(queries.of_bulletin(world.leader, bulletin.pk).filter(state=State.WAITING))
    return commands.approve(
        about.pop("scope", world.leader), bulletin, number=1, hearing=HEARD,
        places=queries.places_sha256(waiting), now=NOW, **about,
    )  # fmt: skip


def approved(world, **about):
    bulletin = make_bulletin(world, **about)
    bulletins.submit(world.officer, bulletin, now=NOW)
    bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW)
    return bulletin


def air(world, bulletin, *, start_at, scope=None, **about):
    return commands.air(
        scope or world.leader, bulletin, unit=world.commune, start_at=start_at, device_ids=None, now=NOW, **about
    )


def test_a_time_the_rules_do_not_allow_is_asked_for_with_a_reason_only(world, hours_hold):
    bulletin = make_submitted(world)

    with pytest.raises(refusals.HoursBroken, match="Xã Tam Hồng"):
        asked(world, bulletin, start_at=NOON)

    slot = asked(world, bulletin, start_at=NOON, override=WHY)
    assert (slot.override_reason, slot.overridden, slot.state) == (WHY, [], State.WAITING)
    assert asked(world, bulletin, start_at=FIVE).override_reason == ""
    assert not HoursOverride.objects.unscoped("test").exists()


def test_the_approver_sets_rules_aside_with_a_reason_of_their_own_and_it_shows_at_the_airing(world, hours_hold):
    bulletin = make_submitted(world)
    slot = asked(world, bulletin, start_at=NOON, override=WHY)

    with pytest.raises(refusals.HoursBroken):
        approve(world, bulletin)
    with pytest.raises(FreshFactorNeeded):
        approve(world, bulletin, override=WHY, scope=replace(world.leader, is_fresh=False))
    approve(world, bulletin, override="  Vỡ đê  ")
    placed = commands.place(world.system, slot, now=NOW)

    (kept,) = laid.overrides(world.leader)
    assert (placed.state, placed.overridden) == (State.PLACED, ["window"])
    assert (kept.source, kept.broken, kept.reason, kept.by) == (
        f"slot:{slot.pk}",
        ["window"],
        "Vỡ đê",
        world.leader_user,
    )
    assert dispatching.get(world.leader, placed.airing_id).exception == "Vỡ đê"
    assert not laid.overrides(world.outsider).exists()


def test_rules_laid_down_between_the_approval_and_the_airing_still_hold(world):
    make_devices(world.commune)
    bulletin = make_submitted(world)
    slot = asked(world, bulletin, start_at=NOON)
    approve(world, bulletin)
    lay_down(world, windows=every_day(EVENING))

    with pytest.raises(refusals.HoursBroken):
        commands.place(world.system, slot, now=NOW)
    commands.refuse(world.system, slot, reason=refusals.HoursBroken.code)

    slot.refresh_from_db()
    assert (slot.state, Airing.objects.unscoped("test").count()) == (State.REFUSED, 0)
    assert "hour rules" in queries.reason(slot).lower() or "giờ phát" in queries.reason(slot)


def test_an_item_that_reaches_into_the_quiet_hours_wakes_people(world):
    make_devices(world.commune, count=2)
    long = make_clip(world.commune, content=b"long", duration_ms=600_000)
    bulletin = make_bulletin(world, clip=long)
    five_to_nine = NOW + 11 * HOUR - timedelta(minutes=5)

    with pytest.raises(refusals.QuietHours):
        asked(world, bulletin, start_at=five_to_nine, confirmed=False)
    slot = asked(world, bulletin, start_at=five_to_nine, confirmed=True)

    assert queries.waking([slot], now=NOW).count == 2


def test_who_airs_directly_cannot_wake_people_alone(world):
    make_devices(world.commune, count=3)
    bulletin = approved(world)
    chief = replace(orgs.scope_for(_second_leader(world)), is_fresh=True)

    with pytest.raises(refusals.QuietHours):
        air(world, bulletin, start_at=NIGHT, wakes=2)
    slot = air(world, bulletin, start_at=NIGHT, wakes=3)

    assert (slot.state, Airing.objects.unscoped("test").count()) == (State.WAITING, 0)
    with pytest.raises(refusals.OwnPlaces):
        commands.approve_place(world.leader, bulletin, slot_id=slot.pk, wakes=3, now=NOW)
    assert list(queries.waiting_for(chief, now=NOW)) == [slot]
    with pytest.raises(refusals.QuietHours):
        commands.approve_place(chief, bulletin, slot_id=slot.pk, wakes=2, now=NOW)
    placed = commands.approve_place(chief, bulletin, slot_id=slot.pk, wakes=3, now=NOW)
    assert (placed.state, placed.wakes) == (State.PLACED, 3)
    (kept,) = laid.overrides(world.leader)
    assert (kept.broken, kept.wakes, kept.reason) == (["quiet"], 3, "")


def test_who_may_approve_their_own_words_still_wakes_nobody_alone(world, settings):
    settings.LOA_TWO_DUTIES = True
    make_devices(world.commune, count=1)
    bulletin = make_submitted(world)
    asked(world, bulletin, start_at=NIGHT)
    slot = Slot.objects.unscoped("test").get()
    Slot.objects.unscoped("test").update(asked_by=world.leader.actor.id)

    with pytest.raises((refusals.OwnPlaces, refusals.SecondPersonNeeded)):
        approve(world, bulletin, wakes=1)

    slot.refresh_from_db()
    assert slot.state == State.WAITING


def test_who_airs_directly_may_override_by_right(world, hours_hold):
    bulletin = approved(world)

    with pytest.raises(refusals.HoursBroken):
        air(world, bulletin, start_at=NOON)
    slot = air(world, bulletin, start_at=NOON, override=WHY)

    assert (slot.state, slot.airing.exception) == (State.PLACED, WHY)


def test_what_comes_from_above_at_night_waits_for_a_second_person_of_the_unit(world):
    make_devices(world.commune, count=3)
    receipt = receipt_at(world, make_sending(world, urgency=Urgency.NORMAL))

    slot = commands.take(world.officer, receipt, start_at=NIGHT, wakes=3, now=NOW)

    assert (slot.state, slot.airing) == (State.WAITING, None)
    assert list(queries.waiting_for(world.leader, now=NOW)) == [slot]
    with pytest.raises(refusals.QuietHours):
        commands.agree(world.leader, slot, wakes=2, now=NOW)
    placed = commands.agree(world.leader, slot, wakes=3, now=NOW)
    assert (placed.state, placed.decided_by, placed.airing.start_at) == (State.PLACED, world.leader_user, NIGHT)
    with pytest.raises(WrongState):
        commands.agree(world.leader, slot, wakes=3, now=NOW)


def test_nobody_agrees_to_what_they_took_and_nobody_elsewhere_does(world):
    make_devices(world.commune, count=3)
    Grant.objects.create(user=world.officer_user, role_id=Role.LEADER, unit=world.commune, during=LONG_HELD)
    both = replace(orgs.scope_for(world.officer_user), is_fresh=True)
    receipt = receipt_at(world, make_sending(world, urgency=Urgency.NORMAL))
    slot = commands.take(both, receipt, start_at=NIGHT, wakes=3, now=NOW)

    for end in (commands.agree, commands.disagree):
        with pytest.raises(refusals.OwnPlaces):
            end(both, slot, now=NOW)
        with pytest.raises(Denied):
            end(world.monitor, slot, now=NOW)
        for scope in (world.other_officer, world.outsider):
            with pytest.raises(NotFound):
                end(scope, slot, now=NOW)
    assert commands.disagree(world.leader, slot, now=NOW).state == State.DECLINED
    assert not Airing.objects.unscoped("test").exists()


def test_who_may_not_override_leaves_an_item_from_above_to_whoever_may(world, hours_hold):
    receipt = receipt_at(world, make_sending(world, urgency=Urgency.NORMAL))

    with pytest.raises(refusals.HoursBroken):
        commands.take(world.officer, receipt, start_at=NOON, now=NOW)
    slot = commands.take(world.officer, receipt, start_at=NOON, override=WHY, now=NOW)

    assert (slot.state, slot.override_reason) == (State.WAITING, WHY)
    with pytest.raises(refusals.HoursBroken):
        commands.agree(world.leader, slot, now=NOW)
    assert commands.agree(world.leader, slot, override=WHY, now=NOW).airing.exception == WHY


def test_a_place_that_waits_is_given_up_when_the_unit_chooses_another_time(world):
    make_devices(world.commune, count=3)
    receipt = receipt_at(world, make_sending(world, urgency=Urgency.NORMAL))
    night = commands.take(world.officer, receipt, start_at=NIGHT, wakes=3, now=NOW)

    day = commands.take(world.officer, receipt, start_at=FIVE, now=NOW)

    night.refresh_from_db()
    assert (night.state, day.state) == (State.CANCELLED, State.PLACED)


def test_a_priority_item_outside_the_hours_stays_in_the_inbox(world, hours_hold):
    receipt = receipt_at(world, make_sending(world, wanted_from=NOON))

    with pytest.raises(refusals.HoursBroken):
        commands.place_sent(world.system, receipt, now=NOW)

    assert not Slot.objects.unscoped("test").exists()


def test_no_order_of_priority_items_moves_one_where_it_may_not_sound(world):
    make_devices(world.commune)
    five_to_nine = NOW + 11 * HOUR - timedelta(minutes=5)
    approve_all(world, own_priority(world, start_at=five_to_nine, duration_ms=200_000))
    receipt = receipt_at(world, make_sending(world, wanted_from=five_to_nine + timedelta(seconds=5)))
    own = slots()[0]
    long = make_sending(world, wanted_from=five_to_nine + timedelta(seconds=5), bulletin=_long(world))

    commands.place_sent(world.system, receipt, now=NOW)
    with pytest.raises(refusals.QuietHours):
        commands.place_sent(world.system, receipt_at(world, long), now=NOW)

    own.refresh_from_db()
    assert own.state == State.PLACED


def test_an_emergency_is_bound_by_no_rule(world, hours_hold):
    sending = make_sending(world, urgency=Urgency.EMERGENCY)
    chief = replace(orgs.scope_for(User.objects.get(username="lanhdaotinh")), is_fresh=True)
    bulletins.release(chief, sending, now=NOW)
    sending.refresh_from_db()

    slot = commands.sound(world.system, sending, now=NOW)

    assert (slot.state, slot.airing.fade_in_ms) == (State.PLACED, 0)


@pytest.mark.parametrize(
    "change", ["UPDATE schedules_hours_override SET reason = 'x'", "DELETE FROM schedules_hours_override"]
)
def test_what_was_set_aside_stays_on_record(world, hours_hold, change):
    air(world, approved(world), start_at=NOON, override=WHY)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def _second_leader(world):
    return make_user("lanhdao2", "Phan Văn Nhì", unit=world.commune, role=Role.LEADER)


def _long(world):
    """Return an approved item of the province that lasts four minutes; its leader is there already."""
    chief = replace(orgs.scope_for(User.objects.get(username="lanhdaotinh")), is_fresh=True)
    return make_approved(world, by=chief, content=b"dai", duration_ms=240_000)
