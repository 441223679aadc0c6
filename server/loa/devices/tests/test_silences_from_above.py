"""What a unit above silenced below it: only from there it is lifted, also when units change."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from loa.devices import commands, tasks
from loa.devices.models import Outbound, Silence
from loa.devices.silence_keeping import SilenceKeeper
from loa.devices.tests.conftest import person
from loa.devices.tests.test_silences import row, silence
from loa.kernel.errors import Denied, FreshFactorNeeded
from loa.orgs.models import Unit
from loa.orgs.ports import Move
from loa.orgs.rules import Role


@pytest.fixture
def chief(world):
    return person("chu-tich-tinh", Role.LEADER, world.province)


def test_what_a_unit_above_silenced_below_only_that_unit_lifts(world, chief, now):
    devices, _ = world.enrolled(count=2)
    one = silence(world, devices[0], by=chief, now=now)
    all_there = silence(world, by=chief, now=now)

    for said in (one, all_there):
        with pytest.raises(Denied):
            commands.lift(world.officer, said, reason="Xong", now=now)
    tasks.tell_areas(now=now)
    assert row(devices[0]).is_muted
    areas = [message.area for message in Outbound.objects.order_by("pk")]
    for said in (one, all_there):
        commands.lift(chief, said, reason="Xong", now=now)

    assert areas == ["26/08707", "26/08707"]
    assert {said.holder for said in (one, all_there)} == {world.province}


def test_what_somebody_silences_in_their_own_unit_is_lifted_there(world, now):
    (device,), _ = world.enrolled()

    said = silence(world, device, now=now)

    assert commands.lift(world.leader, said, reason="Xong", now=now).holder == world.commune


def test_what_was_said_from_above_goes_to_whoever_takes_over_there_and_comes_back(world, chief, now):
    (device,), _ = world.enrolled()
    said = silence(world, device, by=chief, now=now)
    keeper, rows = SilenceKeeper(), Silence.objects.unscoped("test")

    moved = keeper.hand_over([Move(from_unit=world.province.pk, to_unit=world.elsewhere.pk)], now=now)
    Unit.objects.unscoped("test").filter(pk=world.commune.pk).update(path="27/08707", parent=world.elsewhere)
    heir = rows.get(pk=said.pk).holder
    Unit.objects.unscoped("test").filter(pk=world.commune.pk).update(path="26/08707", parent=world.province)
    keeper.take_back(moved, now=now)

    assert heir == world.elsewhere
    assert rows.get(pk=said.pk).holder == world.province


def test_what_was_said_from_above_is_lifted_where_it_stands_once_that_unit_is_above_no_more(world, chief, now):
    (device,), _ = world.enrolled()
    said = silence(world, device, by=chief, now=now)

    Unit.objects.unscoped("test").filter(pk=world.commune.pk).update(path="27/08707", parent=world.elsewhere)

    assert Silence.objects.unscoped("test").get(pk=said.pk).holder == world.commune


def test_who_said_it_is_not_forgotten_while_it_holds(world, chief, now):
    (device,), _ = world.enrolled()
    said = silence(world, device, by=chief, now=now)

    with pytest.raises(DatabaseError, match="stands"), transaction.atomic():
        Silence.objects.unscoped("test").filter(pk=said.pk).update(said_from=None)


def test_lifting_single_devices_of_two_communes_asks_for_a_fresh_factor_as_silencing_them_did(world, now):
    (one,), _ = world.enrolled()
    (two,), _ = world.enrolled(unit=world.other)
    editor = person("bien-tap", Role.EDITOR, world.province)
    said = silence(world, world.province, by=editor, device_ids=[one.pk, two.pk], now=now)
    alone = silence(world, world.province, by=editor, device_ids=[one.pk], now=now)
    stale = replace(editor, is_fresh=False)

    with pytest.raises(FreshFactorNeeded):
        commands.lift(stale, said, reason="Xong", now=now)

    assert commands.lift(stale, alone, reason="Xong", now=now).lifted_at == now
