from datetime import timedelta

import pytest

from loa.devices import commands, refusals
from loa.devices.models import Device, Outbound
from loa.kernel.errors import Denied, NotFound
from loa_protocol.messages import NowKind


@pytest.fixture
def device(world):
    (device,), _ = world.enrolled()
    return device


def test_a_volume_is_kept_and_sent(world, device, now):
    commands.set_volume(world.technician, device, volume_pct=70, now=now)

    (row,) = Outbound.objects.all()
    device.refresh_from_db()
    assert (row.device_id, row.body["verb"], row.body["number"], row.lane) == (device.pk, "volume", 70, "command")
    assert device.volume_pct == 70


def test_set_volume_refuses_wrong_unit_wrong_role_wrong_state_and_wrong_number(world, device, now):
    with pytest.raises(NotFound):
        commands.set_volume(world.outsider, device, volume_pct=70, now=now)
    with pytest.raises(Denied):
        commands.set_volume(world.officer, device, volume_pct=70, now=now)
    with pytest.raises(refusals.BadNumber):
        commands.set_volume(world.technician, device, volume_pct=101, now=now)
    bare = commands.register(world.technician, world.commune, name="Chưa có khóa", kind="loudspeaker")
    with pytest.raises(refusals.NotEnrolled):
        commands.set_volume(world.technician, bare, volume_pct=70, now=now)
    assert not Outbound.objects.exists()


@pytest.mark.parametrize(("verb", "number"), [("shell", None), ("volume", None), ("stop", 3), ("resend", -1)])
def test_send_command_refuses_what_is_not_on_the_closed_list(world, device, now, verb, number):
    with pytest.raises(refusals.BadNumber):
        commands.send_command(world.technician, device, verb=verb, number=number, now=now)


def test_send_command_refuses_wrong_unit_and_wrong_role(world, device, now):
    with pytest.raises(NotFound):
        commands.send_command(world.outsider, device, verb="restart", now=now)
    with pytest.raises(Denied):
        commands.send_command(world.leader, device, verb="restart", now=now)


def test_a_plan_is_assigned_once_and_raises_the_sequence(world, device, now):
    before = device.state_seq
    plan_of = {device.pk: "a" * 64}

    assert commands.assign_plans(world.system, world.province, plan_of=plan_of, now=now) == 1
    assert commands.assign_plans(world.system, world.province, plan_of=plan_of, now=now) == 0

    device.refresh_from_db()
    assert (device.plan, device.state_seq) == ("a" * 64, before + 1)


def test_a_plan_reaches_only_enrolled_devices_below_the_unit(world, device, now):
    bare = commands.register(world.technician, world.commune, name="Chưa có khóa", kind="loudspeaker")

    assert commands.assign_plans(world.system, world.other, plan_of={device.pk: "a" * 64}, now=now) == 0
    assert commands.assign_plans(world.system, world.commune, plan_of={bare.pk: "a" * 64}, now=now) == 0
    assert not Device.objects.unscoped("test").filter(plan="a" * 64).exists()


def test_assign_plans_refuses_people(world, device, now):
    with pytest.raises(Denied):
        commands.assign_plans(world.leader, world.commune, plan_of={device.pk: "a" * 64}, now=now)
    with pytest.raises(NotFound):
        commands.assign_plans(world.outsider, world.commune, plan_of={device.pk: "a" * 64}, now=now)


def test_an_urgent_message_waits_in_its_own_lane(world, device, now):
    commands.publish_now(
        world.system, world.commune, kind=NowKind.STOP, airing_id="x", device_ids=[device.pk],
        expires_at=now + timedelta(seconds=90, milliseconds=1), now=now,
    )  # fmt: skip

    (row,) = Outbound.objects.all()
    assert (row.lane, row.area, row.published_at) == ("now", "26/08707", None)
    assert row.body["devices"] == [str(device.pk)]
    assert row.body["exp"] - row.body["iat"] == 91


def test_publish_now_refuses_wrong_unit_wrong_role_and_what_is_over(world, now):
    later = now + timedelta(minutes=1)
    with pytest.raises(NotFound):
        commands.publish_now(world.outsider, world.commune, kind=NowKind.STOP, expires_at=later, now=now)
    with pytest.raises(Denied):
        commands.publish_now(world.officer, world.commune, kind=NowKind.STOP, expires_at=later, now=now)
    with pytest.raises(refusals.AlreadyOver):
        commands.publish_now(world.system, world.commune, kind=NowKind.STOP, expires_at=now, now=now)
