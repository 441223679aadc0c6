"""Thresholds as data: of the unit, of the nearest above, or the usual."""

from dataclasses import replace
from datetime import timedelta

import pytest

from loa.devices import commands, refusals, tasks
from loa.devices.conditions import Thresholds
from loa.devices.models import BridgeStatus, Device, Threshold, Ticket
from loa.devices.tests.conftest import make_unit
from loa.devices.thresholds import Ruler
from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound
from loa.orgs.rules import Level

VALUES = {
    "late_after_s": 60, "offline_after_s": 120, "hot_c": 45, "supply_low_v": 180, "supply_high_v": 250,
    "drift_ms": 1_000, "storage_low_mb": 100, "signal_low_dbm": -100,
}  # fmt: skip


def lay_down(world, unit=None, *, by=None, **more):
    return commands.lay_down(by or world.technician, unit or world.commune, values={**VALUES, **more})


def test_what_is_laid_down_holds_below_until_a_unit_between_says_otherwise(world):
    hamlet = make_unit("08707.01", "Thôn Một", Level.HAMLET, world.commune)
    lay_down(world, world.province, by=world.system, hot_c=50)
    lay_down(world, hot_c=45)

    ruler = Ruler()

    assert ruler.of(hamlet.path).hot_c == 45
    assert ruler.of(world.other.path).hot_c == 50
    assert ruler.of(world.elsewhere.path) == Thresholds()


def test_taking_it_up_again_follows_the_unit_above(world):
    lay_down(world)

    commands.take_up(world.technician, world.commune)

    assert Ruler().of(world.commune.path) == Thresholds()


def test_lay_down_refuses_wrong_unit_wrong_role_a_stale_factor_and_what_cannot_be(world):
    with pytest.raises(NotFound):
        lay_down(world, by=world.outsider)
    with pytest.raises(Denied):
        lay_down(world, by=world.officer)
    with pytest.raises(FreshFactorNeeded):
        lay_down(world, by=replace(world.technician, is_fresh=False))
    with pytest.raises(refusals.BadNumber):
        lay_down(world, late_after_s=121)
    with pytest.raises(refusals.BadNumber):
        lay_down(world, supply_low_v=250)
    assert not Threshold.objects.unscoped("test").exists()


def test_a_ticket_opens_by_the_thresholds_of_the_devices_unit(world, now):
    (mine,), _ = world.enrolled()
    (other,), _ = world.enrolled(unit=world.other)
    lay_down(world, hot_c=45)
    Device.objects.unscoped("test").update(temperature_c=50.0, seen_at=now, connected=True)
    BridgeStatus.objects.create(started_at=now, seen_at=now + timedelta(days=1))

    tasks.look_after(now=now)

    assert list(Ticket.objects.unscoped("test").values_list("device_id", "cause")) == [(mine.pk, "hot")]
    assert other.pk != mine.pk
