"""Silencing: who may, whom it reaches, what goes out, and that it holds until somebody lifts it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from loa.devices import commands, refusals, silences, tasks
from loa.devices.models import Device, Outbound, PlayEvent, Silence
from loa.devices.tests.conftest import make_unit, person
from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound
from loa.media import store
from loa.orgs.rules import Level, Role
from loa_protocol import config, uuid7

WHY = "Phát nội dung lạ"


def silence(world, place=None, *, by=None, now, **more):
    return commands.silence(by or world.officer, place or world.commune, reason=WHY, now=now, **more)


def row(device):
    return Device.objects.unscoped("test").get(pk=device.pk)


def told(device):
    return config.decode(store.path(row(device).config).read_bytes())


def receipt(device, of, *, at, reason="stop"):
    return PlayEvent.objects.create(
        id=uuid7.make(), device_id=device.pk, seq=1, outcome="received", airing_id=of.pk, at=at, reason=reason,
        received_at=at,
    )  # fmt: skip


def test_a_silence_of_a_commune_goes_out_as_one_urgent_stop_that_names_it(world, now):
    world.enrolled(count=3)

    said = silence(world, now=now)

    (message,) = Outbound.objects.all()
    assert (message.lane, message.area, message.body["kind"]) == ("now", "26/08707", "stop")
    assert (message.body["silence"], message.body["devices"], message.body["airing_id"]) == (str(said.pk), None, None)
    assert (said.meant, said.began_by, said.is_open) == (3, "can-bo", True)


def test_some_devices_or_one_are_silenced_by_name_while_the_others_go_on(world, now):
    devices, _ = world.enrolled(count=3)

    some = silence(world, device_ids=[devices[0].pk, devices[1].pk], now=now)
    one = silence(world, devices[2], now=now)

    named = [message.body["devices"] for message in Outbound.objects.order_by("pk")]
    assert named == [sorted(str(device.pk) for device in devices[:2]), [str(devices[2].pk)]]
    assert (some.meant, one.meant) == (2, 1)


def test_the_configuration_says_it_too_and_no_longer_once_it_is_lifted(world, now):
    (device,), _ = world.enrolled()
    said = silence(world, now=now)

    assert tasks.tell_areas(now=now) == 1
    muted, seq = told(device), row(device).state_seq
    assert tasks.tell_areas(now=now) == 0
    commands.lift(world.leader, said, reason="Đã kiểm tra", now=now + timedelta(minutes=3))
    assert tasks.tell_areas(now=now) == 1

    assert (muted.is_muted, muted.area) == (True, "26/08707")
    assert (told(device).is_muted, row(device).state_seq) == (False, seq + 1)
    assert [message.body["kind"] for message in Outbound.objects.order_by("pk")] == ["stop", "lift"]


def test_a_device_that_comes_or_is_enrolled_later_is_silent_too(world, now):
    world.enrolled()
    silence(world, now=now)
    tasks.tell_areas(now=now)

    (late,), _ = world.enrolled()
    tasks.tell_areas(now=now)

    assert told(late).is_muted


def test_a_device_that_moves_out_of_a_silence_is_let_go_and_one_that_moves_in_is_taken(world, now):
    (device,), _ = world.enrolled()
    (other,), _ = world.enrolled(unit=world.other)
    silence(world, now=now)
    tasks.tell_areas(now=now)

    Device.objects.unscoped("test").filter(pk=device.pk).update(unit=world.other)
    Device.objects.unscoped("test").filter(pk=other.pk).update(unit=world.commune)
    tasks.tell_areas(now=now)

    assert (told(device).is_muted, told(other).is_muted) == (False, True)


def test_of_two_silences_the_one_that_is_not_lifted_keeps_the_device_silent(world, now):
    (device,), _ = world.enrolled()
    mine = silence(world, now=now)
    silence(world, world.province, by=world.system, now=now)
    tasks.tell_areas(now=now)

    commands.lift(world.officer, mine, reason="Xong", now=now)

    assert tasks.tell_areas(now=now) == 0
    assert told(device).is_muted
    assert [one.unit for one in silences.over(row(device))] == [world.province]


def test_silence_refuses_wrong_unit_wrong_role_no_reason_and_nobody_there(world, now):
    devices, _ = world.enrolled()
    monitor = person("giam-sat", Role.MONITOR, world.commune)

    with pytest.raises(NotFound):
        silence(world, by=world.outsider, now=now)
    with pytest.raises(Denied):
        silence(world, by=monitor, now=now)
    with pytest.raises(refusals.ReasonNeeded):
        commands.silence(world.officer, world.commune, reason="  ", now=now)
    with pytest.raises(refusals.NotBelow):
        silence(world, world.other, by=world.system, device_ids=[devices[0].pk], now=now)
    with pytest.raises(refusals.NobodyToSilence):
        silence(world, world.other, by=world.system, now=now)
    assert not Outbound.objects.exists()
    assert not Silence.objects.unscoped("test").exists()


def test_beyond_one_commune_a_fresh_factor_is_asked_for_and_within_one_it_is_not(world, now):
    world.enrolled()
    stale = replace(person("bien-tap", Role.EDITOR, world.province), is_fresh=False)

    with pytest.raises(FreshFactorNeeded):
        silence(world, world.province, by=stale, now=now)

    assert silence(world, by=stale, now=now).is_open


def test_chosen_devices_of_two_communes_are_beyond_one(world, now):
    (one,), _ = world.enrolled()
    (two,), _ = world.enrolled(unit=world.other)
    stale = replace(person("bien-tap", Role.EDITOR, world.province), is_fresh=False)

    with pytest.raises(FreshFactorNeeded):
        silence(world, world.province, by=stale, device_ids=[one.pk, two.pk], now=now)


def test_lift_refuses_wrong_unit_wrong_role_and_what_was_lifted_before(world, now):
    world.enrolled()
    said = silence(world, now=now)
    from_above = silence(world, world.province, by=world.system, now=now)

    with pytest.raises(NotFound):
        commands.lift(world.outsider, said, reason="Xong", now=now)
    with pytest.raises(Denied):
        commands.lift(person("giam-sat", Role.MONITOR, world.commune), said, reason="Xong", now=now)
    with pytest.raises(NotFound):
        commands.lift(world.officer, from_above, reason="Xong", now=now)
    commands.lift(world.officer, said, reason="Xong", now=now)
    with pytest.raises(refusals.AlreadyLifted):
        commands.lift(world.officer, said, reason="Xong", now=now)


def test_a_drill_says_so_stops_nothing_and_is_measured(world, now):
    devices, _ = world.enrolled(count=2)

    said = silence(world, is_drill=True, stops=False, now=now)
    receipt(devices[0], said, at=now + timedelta(milliseconds=400), reason="drill")
    receipt(devices[1], said, at=now + timedelta(milliseconds=900), reason="drill")

    (message,) = Outbound.objects.all()
    told_of = silences.progress(said)
    assert (message.body["kind"], said.is_open) == ("drill", False)
    assert tasks.tell_areas(now=now) == 0
    assert (told_of.confirmed, told_of.last_after) == (2, timedelta(milliseconds=900))
    with pytest.raises(refusals.AlreadyLifted):
        commands.lift(world.officer, said, reason="Xong", now=now)


def test_a_drill_in_earnest_is_a_silence_until_it_is_lifted(world, now):
    (device,), _ = world.enrolled()

    said = silence(world, is_drill=True, stops=True, now=now)
    tasks.tell_areas(now=now)

    assert told(device).is_muted
    assert commands.lift(world.officer, said, reason="Hết diễn tập", now=now).lifted_at == now


def test_progress_tells_who_confirmed_who_is_awaited_and_who_is_away(world, now):
    devices, _ = world.enrolled(count=4)
    Device.objects.unscoped("test").filter(pk__in=[one.pk for one in devices[:2]]).update(connected=True)
    said = silence(world, now=now)
    receipt(devices[0], said, at=now + timedelta(seconds=1))
    tasks.tell_areas(now=now)
    Device.objects.unscoped("test").filter(pk=devices[3].pk).update(reported_config=row(devices[3]).config)

    told_of = silences.progress(said)

    assert [answer.standing for answer in told_of.answers] == ["confirmed", "waiting", "away", "confirmed"]
    assert told_of.last_after == timedelta(seconds=1)


def test_reasons_are_kept_without_what_nobody_sees_and_one_of_nothing_else_is_none(world, now):
    world.enrolled()
    unseen = "Tiếng\u202e lạ\x07 \u200b"

    said = commands.silence(world.officer, world.commune, reason=unseen, now=now)
    commands.lift(world.officer, said, reason=unseen, now=now)

    assert (said.reason, said.lift_reason) == ("Tiếng lạ", "Tiếng lạ")
    with pytest.raises(refusals.ReasonNeeded):
        commands.silence(world.officer, world.commune, reason="\u202e\u200b", now=now)


def test_a_unit_above_sees_it_and_a_neighbor_does_not(world, now):
    world.enrolled()
    said = silence(world, now=now)

    assert silences.get(person("tinh", Role.MONITOR, world.province), said.pk) == said
    with pytest.raises(NotFound):
        silences.get(person("ben", Role.OFFICER, world.other), said.pk)


@pytest.mark.parametrize(
    "change",
    [{"reason": "Khác"}, {"stops": False, "is_drill": True}, {"meant": 0}, {"began_by": "ai đó"}, {"device_ids": []}],
)
def test_what_was_said_stands(world, now, change):
    world.enrolled()
    said = silence(world, now=now)

    with pytest.raises(DatabaseError), transaction.atomic():
        Silence.objects.unscoped("test").filter(pk=said.pk).update(**change)
    with pytest.raises(DatabaseError, match="not deleted"), transaction.atomic():
        Silence.objects.unscoped("test").filter(pk=said.pk).delete()


def test_a_lifting_stands_as_well(world, now):
    world.enrolled()
    said = commands.lift(world.officer, silence(world, now=now), reason="Xong", now=now)

    with pytest.raises(DatabaseError, match="stands"), transaction.atomic():
        Silence.objects.unscoped("test").filter(pk=said.pk).update(lifted_at=None, lifted_by="", lift_reason="")


def test_a_hamlet_below_is_reached_and_a_neighbor_with_a_like_code_is_not(world, now):
    hamlet = make_unit("08707.01", "Thôn Một", Level.HAMLET, world.commune)
    alike = make_unit("087071", "Xã Giống", Level.COMMUNE, world.province)
    (below,), _ = world.enrolled(unit=hamlet)
    (beside,), _ = world.enrolled(unit=alike)

    silence(world, now=now)
    tasks.tell_areas(now=now)

    assert (row(below).is_muted, row(beside).is_muted) == (True, False)
