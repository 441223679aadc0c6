import functools
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from loa.bulletins import commands as bulletins
from loa.bulletins.tests.making import HEARD, NOW, make_bulletin, make_submitted
from loa.dispatch import refusals as dispatch
from loa.dispatch.models import Airing
from loa.dispatch.tests.making import HOUR, make_devices
from loa.kernel.errors import Denied, NotFound, WrongState
from loa.schedules import commands, queries, refusals, rules
from loa.schedules.models import Slot
from loa.schedules.tests import making

TEN_AT_NIGHT = NOW + 12 * HOUR


asked = functools.partial(making.asked, confirmed=False)


def approved(world):
    bulletin = make_submitted(world)
    bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW)
    return bulletin


def placed(world, bulletin):
    """Ask for an hour from now after the approval, and let the leader approve that as well."""
    slot = asked(world, bulletin)
    return commands.approve_place(world.leader, bulletin, slot_id=slot.pk, now=NOW)


def test_a_wish_for_a_draft_waits(world):
    make_devices(world.commune)

    slot = asked(world, make_bulletin(world), start_at=None)

    assert (slot.state, slot.airing, slot.start_at) == (rules.State.WAITING, None, None)
    assert not Airing.objects.unscoped("test").exists()


def test_a_wish_for_an_approved_bulletin_waits_for_an_approver(world):
    make_devices(world.commune)

    slot = asked(world, approved(world))

    assert (slot.state, slot.asked_by) == (rules.State.WAITING, str(world.officer_user.pk))
    assert not Airing.objects.unscoped("test").exists()


def test_the_same_wish_twice_is_one_slot(world):
    (device, *_) = make_devices(world.commune)
    bulletin = make_bulletin(world)

    first = asked(world, bulletin)
    assert asked(world, bulletin).pk == first.pk
    assert asked(world, bulletin, device_ids=[device.pk]).pk != first.pk
    assert asked(world, bulletin, start_at=None).pk == asked(world, bulletin, start_at=None).pk
    assert Slot.objects.unscoped("test").count() == 3


def test_ask_refuses_the_wrong_unit_role_and_bulletin(world):
    make_devices(world.commune)
    bulletin = make_bulletin(world)
    foreign = make_bulletin(world, unit=world.other_commune, scope=world.other_officer, user=world.other_officer_user)

    with pytest.raises(NotFound):
        asked(world, bulletin, scope=world.other_officer)
    with pytest.raises(Denied):
        asked(world, bulletin, scope=world.leader)
    with pytest.raises(NotFound):
        asked(world, foreign)
    with pytest.raises(refusals.OutsideBulletin):
        asked(world, foreign, scope=world.province_editor)
    with pytest.raises(refusals.OutsideBulletin):
        asked(world, bulletin, scope=world.province_editor, unit=world.province)
    bulletins.withdraw(world.officer, bulletin, now=NOW)
    with pytest.raises(refusals.Withdrawn):
        asked(world, bulletin)
    assert not Slot.objects.unscoped("test").exists()


def test_ask_refuses_devices_that_do_not_stand_there(world):
    (own,), (foreign,) = make_devices(world.hamlet, count=1), make_devices(world.other_commune, count=1)
    bulletin = make_bulletin(world)

    for chosen in ([foreign.pk], [own.pk, foreign.pk], [uuid.uuid4()]):
        with pytest.raises(NotFound):
            asked(world, bulletin, device_ids=chosen)
    with pytest.raises(dispatch.NobodyThere):
        asked(world, bulletin, device_ids=[])
    assert asked(world, bulletin, device_ids=[own.pk, own.pk]).device_ids == [own.pk]


def test_ask_refuses_times_that_cannot_be(world):
    make_devices(world.commune)
    bulletin = make_bulletin(world)

    with pytest.raises(dispatch.TooLate):
        asked(world, bulletin, start_at=NOW)
    with pytest.raises(dispatch.TooFarAhead):
        asked(world, bulletin, start_at=NOW + timedelta(days=30, seconds=1))
    with pytest.raises(refusals.QuietHours):
        asked(world, bulletin, start_at=TEN_AT_NIGHT)
    assert asked(world, bulletin, start_at=TEN_AT_NIGHT, confirmed=True).state == rules.State.WAITING


def test_an_officer_drops_a_wish_and_the_airing_made_of_it(world):
    make_devices(world.commune)
    waiting, airing = asked(world, make_bulletin(world)), placed(world, approved(world))

    assert commands.drop(world.officer, waiting, now=NOW).state == rules.State.CANCELLED
    assert commands.drop(world.officer, airing, now=NOW).state == rules.State.CANCELLED

    (airing,) = Airing.objects.unscoped("test")
    assert (airing.state, airing.stopped_by) == ("cancelled", "Trần Văn Cán")


def test_drop_refuses_the_wrong_unit_role_and_state_and_what_is_about_to_air(world):
    make_devices(world.commune)
    slot = placed(world, approved(world))

    with pytest.raises(NotFound):
        commands.drop(world.other_officer, slot, now=NOW)
    with pytest.raises(Denied):
        commands.drop(world.monitor, slot, now=NOW)
    with pytest.raises(dispatch.AboutToAir):
        commands.drop(world.officer, slot, now=NOW + HOUR - timedelta(minutes=1))
    commands.drop(world.officer, slot, now=NOW)
    with pytest.raises(WrongState):
        commands.drop(world.officer, slot, now=NOW)


def test_recall_refuses_the_wrong_unit_and_the_wrong_role(world):
    slot = asked(world, make_bulletin(world))

    with pytest.raises(NotFound):
        commands.recall(world.outsider, slot, now=NOW)
    with pytest.raises(Denied):
        commands.recall(world.leader, slot, now=NOW)


def test_a_new_wish_takes_the_place_of_the_one_that_stood(world):
    make_devices(world.commune)
    bulletin = make_bulletin(world)
    first, kept = asked(world, bulletin), asked(world, bulletin, start_at=None)

    later = asked(world, bulletin, start_at=NOW + 2 * HOUR, replaces=[first.pk])

    standing = queries.of_bulletin(world.officer, bulletin.pk).filter(state=rules.State.WAITING)
    assert set(standing) == {later, kept}
    assert asked(world, bulletin, start_at=NOW + 2 * HOUR, replaces=[later.pk, first.pk]) == later


def test_a_new_wish_replaces_nothing_of_others_and_nothing_that_may_air_by_now(world):
    make_devices(world.commune)
    bulletin = make_bulletin(world)
    foreign = asked(world, make_bulletin(world))
    airing = placed(world, approved(world))

    asked(world, bulletin, replaces=[foreign.pk])
    with pytest.raises(WrongState):
        asked(world, airing.bulletin, start_at=NOW + 2 * HOUR, replaces=[airing.pk])

    for slot in (foreign, airing):
        before = slot.state
        slot.refresh_from_db()
        assert slot.state == before
    assert not queries.of_bulletin(world.officer, airing.bulletin_id).filter(start_at=NOW + 2 * HOUR).exists()


def test_slots_are_seen_where_they_are_meant_to_air(world):
    make_devices(world.commune)
    bulletin = make_bulletin(world)
    timed, soon = asked(world, bulletin), asked(world, bulletin, start_at=None)

    assert set(queries.of_bulletin(world.leader, bulletin.pk)) == {timed, soon}
    assert not queries.visible(world.other_officer).exists()
    with pytest.raises(NotFound):
        queries.get(world.outsider, timed.pk)
    assert set(queries.for_unit(world.monitor, world.province, start_at=NOW, end_at=NOW + 2 * HOUR)) == {timed, soon}
    assert list(queries.for_unit(world.monitor, world.commune, start_at=NOW, end_at=NOW + HOUR)) == [soon]


@pytest.mark.parametrize("broken", [{"state": "placed"}, {"state": "refused"}, {"device_ids": []}, {"start_at": NOW}])
def test_the_database_refuses_a_slot_that_cannot_be(world, broken):
    slot = asked(world, make_bulletin(world))

    with pytest.raises(IntegrityError), transaction.atomic():
        Slot.objects.unscoped("test").filter(pk=slot.pk).update(**broken)
