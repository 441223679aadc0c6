"""Validity has effect: nothing is placed or heard when its words do not hold."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from loa.bulletins import commands as bulletins
from loa.bulletins import queries as words
from loa.bulletins.refusals import MustBroadcast, NoLongerValid, NotYetValid
from loa.bulletins.rules import Facts, SkipReason, Urgency
from loa.bulletins.tests.making import HEARD, NOW, make_clip
from loa.dispatch.models import Airing
from loa.dispatch.tests.making import HOUR, make_devices
from loa.schedules import commands, queries, rules, tasks
from loa.schedules.models import Slot
from loa.schedules.tests.making import asked
from loa.schedules.tests.sending import approve_all, chief_of, make_approved, make_sending, receipt_at

DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=rules.ZONE)


def written(world, *, facts=None, text="Lịch cấp nước.", now=NOW):
    clip = make_clip(world.commune)
    return bulletins.write(
        world.officer,
        world.commune,
        title="Lịch cấp nước",
        text=text,
        author_id=world.officer_user.pk,
        clip_id=clip.pk,
        voice="vi",
        facts=facts or Facts(),
        now=now,
    )


def approve(world, bulletin, *, now=NOW):
    waiting = list(queries.of_bulletin(world.leader, bulletin.pk).filter(state=rules.State.WAITING))
    places = queries.places_sha256(waiting)
    return commands.approve(world.leader, bulletin, number=1, hearing=HEARD, places=places, wakes=99, now=now)


def slot_of(bulletin):
    return Slot.objects.unscoped("test").select_related("airing", "unit").get(bulletin=bulletin)


@pytest.fixture
def until_tomorrow():
    return Facts(valid_from=NOW, valid_until=NOW + DAY)


@pytest.mark.parametrize("start_at", [NOW + DAY, NOW + DAY + HOUR])
def test_nothing_is_asked_for_after_its_last_day(world, until_tomorrow, start_at):
    bulletin = written(world, facts=until_tomorrow)

    with pytest.raises(NoLongerValid):
        asked(world, bulletin, start_at=start_at)
    assert asked(world, bulletin, start_at=NOW + DAY - HOUR).state == "waiting"


@pytest.mark.parametrize("start_at", [None, NOW + HOUR])
def test_nothing_is_asked_for_before_its_first_day(world, start_at):
    bulletin = written(world, facts=Facts(valid_from=NOW + DAY))

    with pytest.raises(NotYetValid):
        asked(world, bulletin, start_at=start_at)
    assert asked(world, bulletin, start_at=NOW + DAY).state == "waiting"


def test_a_time_outside_a_validity_that_was_changed_later_is_not_approved(world):
    bulletin = written(world)
    asked(world, bulletin, start_at=NOW + 2 * DAY)
    current = bulletin.current
    bulletins.revise(
        world.officer,
        bulletin,
        title=current.title,
        text=current.text,
        clip_id=current.clip_id,
        voice="vi",
        facts=Facts(valid_until=NOW + DAY),
        now=NOW,
    )
    bulletins.submit(world.officer, bulletin, now=NOW)

    with pytest.raises(NoLongerValid):
        approve(world, bulletin)
    assert slot_of(bulletin).state == "waiting"


def test_at_once_is_not_approved_when_it_is_over(world, until_tomorrow):
    bulletin = written(world, facts=until_tomorrow)
    asked(world, bulletin, start_at=None)
    bulletins.submit(world.officer, bulletin, now=NOW)

    with pytest.raises(NoLongerValid):
        approve(world, bulletin, now=NOW + DAY)


def test_a_leader_places_nothing_outside_its_validity(world, until_tomorrow):
    make_devices(world.commune)
    bulletin = written(world, facts=until_tomorrow)
    bulletins.submit(world.officer, bulletin, now=NOW)
    bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW)
    place = {"unit": world.commune, "device_ids": None, "now": NOW}

    with pytest.raises(NoLongerValid):
        commands.air(world.leader, bulletin, start_at=NOW + 2 * DAY, **place)
    assert commands.air(world.leader, bulletin, start_at=NOW + HOUR, **place).state == "placed"


def test_yesterdays_today_is_never_heard(world):
    make_devices(world.commune)
    bulletin = written(world, text="Tối nay 19 giờ họp thôn.")
    asked(world, bulletin, start_at=None)
    bulletins.submit(world.officer, bulletin, now=NOW)

    assert words.get(world.officer, bulletin.pk).current.valid_until == MIDNIGHT
    with pytest.raises(NoLongerValid):
        approve(world, bulletin, now=MIDNIGHT + HOUR)


def test_what_speaks_of_the_day_for_which_it_was_asked_is_valid_then(world):
    bulletin = written(world, text="Sáng nay tạm ngừng cấp nước.")
    asked(world, bulletin, start_at=MIDNIGHT + 7 * HOUR)

    bulletins.submit(world.officer, bulletin, now=NOW)

    assert words.get(world.officer, bulletin.pk).current.valid_until == MIDNIGHT + DAY


def test_the_clock_refuses_what_still_waits_when_it_is_over(world, until_tomorrow):
    bulletin = written(world, facts=until_tomorrow)
    asked(world, bulletin, start_at=None)
    bulletins.submit(world.officer, bulletin, now=NOW)

    assert tasks.expire(now=NOW + DAY - HOUR) == 0
    assert tasks.expire(now=NOW + DAY) == 1
    assert tasks.expire(now=NOW + DAY) == 0

    slot = slot_of(bulletin)
    assert (slot.state, slot.reason) == ("refused", NoLongerValid.code)
    assert "hết hiệu lực" in queries.reason(slot)


def test_the_clock_leaves_what_is_still_written_alone(world, until_tomorrow):
    bulletin = written(world, facts=until_tomorrow)
    asked(world, bulletin, start_at=NOW + HOUR)

    assert tasks.expire(now=NOW + 2 * DAY) == 0
    assert slot_of(bulletin).state == "waiting"


def test_the_clock_takes_off_what_was_moved_past_its_validity(world):
    make_devices(world.commune)
    bulletin = written(world, facts=Facts(valid_until=NOW + 3 * HOUR))
    asked(world, bulletin, start_at=NOW + 2 * HOUR)
    bulletins.submit(world.officer, bulletin, now=NOW)
    approve_all(world, bulletin)
    airing = slot_of(bulletin).airing
    later = NOW + 3 * HOUR
    Airing.objects.unscoped("test").filter(pk=airing.pk).update(start_at=later, end_at=later + HOUR)

    assert tasks.expire(now=NOW + HOUR) == 1

    slot = slot_of(bulletin)
    assert (slot.state, slot.airing.state) == ("cancelled", "cancelled")


def test_nothing_that_is_over_goes_down_and_what_went_down_expires(world, until_tomorrow):
    make_devices(world.commune)
    bulletin = make_approved(world)
    over = NOW + 31 * DAY

    with pytest.raises(NoLongerValid):
        make_sending(world, bulletin=bulletin, urgency=Urgency.NORMAL, now=over)
    receipt = receipt_at(world, make_sending(world, bulletin=bulletin, urgency=Urgency.NORMAL))
    assert (words.is_over(receipt, now=NOW), words.is_over(receipt, now=over)) == (False, True)
    with pytest.raises(NoLongerValid):
        commands.take(replace(world.officer, is_fresh=True), receipt, start_at=over + HOUR, now=over)
    assert not Slot.objects.unscoped("test").filter(receipt=receipt).exists()


def test_an_emergency_that_is_over_is_not_released(world):
    make_devices(world.commune)
    chief = chief_of(world)
    bulletin = make_approved(world, by=chief)
    sender = replace(world.province_editor, is_fresh=True)
    sending = make_sending(world, bulletin=bulletin, urgency=Urgency.EMERGENCY, scope=sender)

    with pytest.raises(NoLongerValid):
        bulletins.release(chief, sending, now=NOW + 31 * DAY)


def test_what_must_be_broadcast_by_its_facts_is_not_skipped_below(world):
    chief = chief_of(world)
    bulletin = make_approved(world, by=chief, facts=Facts(is_must=True))

    receipt = receipt_at(world, make_sending(world, bulletin=bulletin, urgency=Urgency.NORMAL))

    assert receipt.sending.must_broadcast
    with pytest.raises(MustBroadcast):
        commands.leave_out(world.officer, receipt, reason=SkipReason.NO_TIME, now=NOW)
