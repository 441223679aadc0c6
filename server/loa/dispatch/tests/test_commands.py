import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from loa.audit.models import Entry
from loa.dispatch import commands, plans, refusals, rules
from loa.dispatch.models import Airing, AiringTarget, Pending
from loa.dispatch.tests.making import CLIP, HOUR, NOW, make_airing, make_devices, sent
from loa.kernel.errors import Denied, NotFound, WrongState
from loa_protocol import limits


def targets_of(airing):
    return set(AiringTarget.objects.unscoped("test").filter(airing=airing).values_list("device_id", "area_path"))


def stored(airing):
    airing.refresh_from_db()
    return airing.state


def test_now_goes_out_as_an_urgent_message_with_the_same_transaction(world):
    near, far = make_devices(world.hamlet), make_devices(world.other_commune)

    airing = make_airing(world)

    assert (airing.state, airing.is_now, airing.start_at) == ("released", True, NOW + settings.NOW_LEAD)
    assert targets_of(airing) == {(device.pk, world.hamlet.path) for device in near}
    assert not targets_of(airing) & {(device.pk, world.other_commune.path) for device in far}
    (message,) = sent()
    assert (message["area"], message["kind"], message["airing"]["id"]) == (world.commune.path, "play", str(airing.pk))
    assert message["devices"] is None


def test_a_later_time_waits_for_the_next_plans(world):
    make_devices(world.commune)

    airing = make_airing(world, start_at=NOW + HOUR)

    assert (stored(airing), airing.is_now) == ("planned", False)
    assert airing.end_at == NOW + HOUR + rules.SCHEDULED_TOLERANCE + timedelta(seconds=4)
    assert not sent()
    assert Pending.objects.filter(airing=airing).count() == 1


def test_a_time_inside_the_freeze_horizon_goes_out_urgently_at_its_time(world):
    make_devices(world.commune)

    airing = make_airing(world, start_at=NOW + limits.FREEZE_HORIZON - timedelta(seconds=1))

    assert (stored(airing), airing.is_now) == ("released", False)
    assert sent()[0]["airing"]["start_at"] == "2026-11-23T03:04:59.000Z"


def test_the_same_source_asks_once(world):
    make_devices(world.commune)

    first, second = make_airing(world), make_airing(world, now=NOW + HOUR)

    assert first.pk == second.pk
    assert (Airing.objects.unscoped("test").count(), len(sent())) == (1, 1)
    assert len(targets_of(first)) == 3


def test_chosen_devices_are_the_only_targets(world):
    chosen, *others = make_devices(world.commune)

    airing = make_airing(world, device_ids=[chosen.pk, chosen.pk])

    assert targets_of(airing) == {(chosen.pk, world.commune.path)}
    assert sent()[0]["devices"] == [str(chosen.pk)]
    assert others


def test_boards_and_devices_without_keys_are_no_targets(world):
    (speaker,) = make_devices(world.commune, count=1)
    make_devices(world.commune, count=1, kind="board")
    (bare,) = make_devices(world.commune, count=1)
    bare.state, bare.public_key, bare.credential_digest = "registered", "", ""
    bare.save()

    assert targets_of(make_airing(world)) == {(speaker.pk, world.commune.path)}


def test_request_refuses_the_wrong_unit_role_and_time_and_an_empty_place(world):
    (device,) = make_devices(world.commune, count=1)

    def ask(scope, **changes):
        facts = {"title": "x", "clip": CLIP, "start_at": None, "device_ids": None, "source": "test", "now": NOW}
        return commands.request(scope, changes.pop("unit", world.commune), **{**facts, **changes})

    with pytest.raises(NotFound):
        ask(world.other_officer)
    with pytest.raises(Denied):
        ask(world.officer)
    with pytest.raises(refusals.TooLate):
        ask(world.system, start_at=NOW)
    with pytest.raises(refusals.TooFarAhead):
        ask(world.system, start_at=NOW + rules.AHEAD_MOST + HOUR)
    with pytest.raises(refusals.NobodyThere):
        ask(world.system, unit=world.other_commune)
    with pytest.raises(NotFound):
        ask(world.system, unit=world.other_commune, device_ids=[device.pk])
    with pytest.raises(NotFound):
        ask(world.system, device_ids=[device.pk, uuid.uuid4()])
    assert not Airing.objects.unscoped("test").exists()
    assert not sent()


def test_a_leader_stops_what_is_on_the_air_and_it_is_on_record(world):
    make_devices(world.commune)
    airing = make_airing(world)

    commands.stop(world.leader, airing, reason="  Đọc nhầm\nbản\u202e \x07", now=NOW + timedelta(seconds=2))

    assert stored(airing) == "stopped"
    assert (airing.stopped_by, airing.stop_reason) == ("Lê Thị Lãnh", "Đọc nhầm bản")
    assert (sent()[1]["kind"], sent()[1]["airing_id"], sent()[1]["area"]) == (
        "stop",
        str(airing.pk),
        world.commune.path,
    )
    entry = Entry.objects.get(action="dispatch.stop")
    assert (entry.actor_name, entry.detail["reason"]) == ("Lê Thị Lãnh", "Đọc nhầm bản")


def test_a_stop_of_chosen_devices_names_them(world):
    chosen = make_devices(world.commune)[0]
    airing = make_airing(world, device_ids=[chosen.pk])

    commands.stop(world.leader, airing, reason="Nhầm", now=NOW)

    assert sent()[1]["devices"] == [str(chosen.pk)]


def test_a_stop_of_what_no_device_holds_yet_cancels_it(world):
    make_devices(world.commune)
    airing = make_airing(world, start_at=NOW + HOUR)

    commands.stop(world.leader, airing, reason="Nhầm giờ", now=NOW)

    assert stored(airing) == "cancelled"
    assert not sent()


def test_a_stop_of_a_planned_airing_that_is_about_to_begin_is_urgent(world):
    make_devices(world.commune)
    airing = make_airing(world, start_at=NOW + HOUR)

    commands.stop(world.leader, airing, reason="Nhầm giờ", now=NOW + HOUR - timedelta(minutes=1))

    assert stored(airing) == "cancelled"
    assert [message["kind"] for message in sent()] == ["stop"]


def test_stop_refuses_the_wrong_unit_role_and_state_and_silence(world):
    make_devices(world.commune)
    airing = make_airing(world)

    with pytest.raises(NotFound):
        commands.stop(world.outsider, airing, reason="Nhầm", now=NOW)
    with pytest.raises(Denied):
        commands.stop(world.monitor, airing, reason="Nhầm", now=NOW)
    with pytest.raises(refusals.ReasonNeeded):
        commands.stop(world.leader, airing, reason=" \n", now=NOW)
    with pytest.raises(refusals.AlreadyOver):
        commands.stop(world.leader, airing, reason="Nhầm", now=airing.end_at)
    commands.stop(world.leader, airing, reason="Nhầm", now=NOW)
    with pytest.raises(refusals.AlreadyOver):
        commands.stop(world.leader, airing, reason="Nhầm", now=NOW)
    assert len(sent()) == 2


def test_cancel_takes_back_what_is_far_enough_ahead_even_from_plans(world):
    make_devices(world.commune)
    airing = make_airing(world, start_at=NOW + HOUR)
    plans.refresh(now=NOW)
    assert stored(airing) == "released"

    commands.cancel(world.leader, airing, reason="Nhầm giờ", now=NOW)

    assert (stored(airing), Pending.objects.count()) == ("cancelled", 1)
    assert not sent()


def test_cancel_refuses_the_wrong_unit_role_and_state_and_what_is_about_to_air(world):
    make_devices(world.commune)
    airing = make_airing(world, start_at=NOW + HOUR)

    with pytest.raises(NotFound):
        commands.cancel(world.other_officer, airing, reason="Nhầm", now=NOW)
    with pytest.raises(Denied):
        commands.cancel(world.monitor, airing, reason="Nhầm", now=NOW)
    with pytest.raises(refusals.AboutToAir):
        commands.cancel(world.leader, airing, reason="Nhầm", now=NOW + HOUR - timedelta(minutes=4))
    with pytest.raises(refusals.AlreadyOver):
        commands.cancel(world.leader, airing, reason="Nhầm", now=airing.end_at)
    commands.cancel(world.leader, airing, reason="Nhầm", now=NOW)
    with pytest.raises(WrongState):
        commands.cancel(world.leader, airing, reason="Nhầm", now=NOW)


@pytest.mark.parametrize(
    "broken",
    [
        {"end_at": NOW},
        {"clip_sha256": "x" * 64},
        {"clip_duration_ms": 0},
        {"state": "released"},
        {"state": "stopped"},
        {"state": "on fire"},
        {"priority": 55},
        {"volume_pct": 101},
        {"source": ""},
    ],
)
def test_the_database_refuses_an_airing_that_cannot_be(world, broken):
    make_devices(world.commune)
    airing = make_airing(world, start_at=NOW + HOUR)

    with pytest.raises(IntegrityError), transaction.atomic():
        Airing.objects.unscoped("test").filter(pk=airing.pk).update(**broken)
