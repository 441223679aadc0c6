"""Groups of devices: who makes them, who is in one, and what they are good for."""

import pytest

from loa.devices import commands, groups, refusals
from loa.devices.group_keeping import GroupKeeper
from loa.devices.models import Device, Group, Member
from loa.devices.web.forms import SilenceForm
from loa.kernel.errors import Denied, NotFound
from loa.orgs.ports import Move


@pytest.fixture
def dyke(world, now):
    devices, _ = world.enrolled(count=3)
    group = commands.make_group(
        world.officer, world.commune, name="Dọc đê", device_ids=[one.pk for one in devices[:2]], now=now
    )
    return group, devices


def held(group):
    return sorted(groups.members([group]).get(group.pk, ()))


def test_a_group_holds_the_devices_that_were_put_into_it(dyke):
    group, devices = dyke

    assert held(group) == sorted(one.pk for one in devices[:2])


def test_who_only_looks_or_belongs_elsewhere_makes_none(world, dyke, now):
    group, devices = dyke
    with pytest.raises(Denied):
        commands.make_group(world.leader, world.commune, name="x", device_ids=[devices[0].pk], now=now)
    with pytest.raises(NotFound):
        commands.change_group(world.outsider, group, name="x", device_ids=[devices[0].pk])
    with pytest.raises(NotFound):
        groups.get(world.outsider, group.pk)


def test_a_device_of_another_unit_is_refused(world, dyke, now):
    (foreign,), _ = world.enrolled(unit=world.other)

    with pytest.raises(refusals.NotBelow):
        commands.make_group(world.officer, world.commune, name="x", device_ids=[foreign.pk], now=now)


@pytest.mark.parametrize(("name", "count"), [(" ", 1), ("x" * 121, 1), ("x", 0)])
def test_a_group_without_a_name_or_devices_is_refused(world, dyke, now, name, count):
    _, devices = dyke

    with pytest.raises(refusals.BadGroup):
        commands.make_group(
            world.officer, world.commune, name=name, device_ids=[one.pk for one in devices[:count]], now=now
        )


def test_a_group_is_changed_and_let_go_while_its_devices_stay(world, dyke):
    group, devices = dyke
    commands.change_group(world.officer, group, name="Quanh chợ", device_ids=[devices[2].pk])
    assert held(group) == [devices[2].pk]

    commands.drop_group(world.officer, group)

    assert (Group.objects.unscoped("test").count(), Member.objects.count()) == (0, 0)
    assert Device.objects.unscoped("test").count() == 3


def test_a_device_that_moves_away_or_is_shut_out_is_no_longer_in_it(world, dyke, now):
    group, devices = dyke
    Device.objects.unscoped("test").filter(pk=devices[0].pk).update(unit=world.other)
    commands.revoke(world.technician, devices[1], now=now)

    assert held(group) == []


def test_a_group_goes_along_with_its_unit_and_its_devices_and_back(world, dyke, now):
    group, devices = dyke
    ours = Device.objects.unscoped("test").filter(pk__in=[one.pk for one in devices])
    keeper = GroupKeeper()

    moved = keeper.hand_over([Move(from_unit=world.commune.pk, to_unit=world.other.pk)], now=now)
    ours.update(unit=world.other)
    there = Group.objects.unscoped("test").select_related("unit").get(pk=group.pk)

    assert there.unit_id == world.other.pk
    assert len(held(there)) == 2
    assert keeper.take_back(moved, now=now) == 1
    assert Group.objects.unscoped("test").get(pk=group.pk).unit_id == world.commune.pk


def test_a_unit_is_offered_the_groups_with_devices_in_it(world, dyke):
    group, _ = dyke

    (offered,) = groups.offered(world.officer, world.commune.path)

    assert (offered.id, len(offered.device_ids)) == (group.pk, 2)
    assert groups.offered(world.officer, world.other.path) == []


def test_a_silence_by_group_names_its_devices(world, dyke):
    _, devices = dyke
    offered = groups.offered(world.officer, world.commune.path)

    form = SilenceForm({"mode": "real", "reason": "x", "groups": [str(offered[0].id)]}, devices=devices, groups=offered)

    assert form.is_valid()
    assert form.chosen == sorted(one.pk for one in devices[:2])
