"""A device in the field: noted by who may, in its hamlet, with a warning for what is unusual; and its replacement."""

import pytest

from loa.devices import commands, refusals, tasks
from loa.devices.fitting import Fitted, Unusual, unusual
from loa.devices.models import Device, Fitting, Posting
from loa.devices.tests.conftest import make_unit
from loa.kernel.errors import Denied, NotFound
from loa.orgs.rules import Level


def fit(world, device, *, by=None, unit=None, latitude=21.3, longitude=105.6, now, **fitted):
    return commands.fit(
        by or world.technician, device, unit=unit or world.commune, latitude=latitude, longitude=longitude,
        fitted=Fitted(**fitted), now=now,
    )  # fmt: skip


def row(device):
    return Device.objects.unscoped("test").get(pk=device.pk)


@pytest.fixture
def device(world):
    (device,), _ = world.enrolled()
    return device


def test_a_technician_notes_place_hamlet_and_equipment_and_the_device_learns_its_area(world, device, now):
    hamlet = make_unit("08707.01", "Thôn Một", Level.HAMLET, world.commune)

    fit(world, device, unit=hamlet, supply_low_v=180, supply_high_v=230, speakers=2, speaker_w=60, now=now)
    tasks.tell_areas(now=now)

    after, noted = row(device), Fitting.objects.unscoped("test").get()
    assert (after.unit, after.latitude, after.told_area) == (hamlet, 21.3, "26/08707/08707.01")
    assert (noted.speakers, noted.speaker_w, noted.noted_by) == (2, 60, "ky-thuat")
    assert Posting.objects.unscoped("test").filter(device=device, unit=hamlet).exists()


def test_noting_again_replaces_what_was_noted(world, device, now):
    fit(world, device, speaker_w=60, serial="A", now=now)
    fit(world, device, speaker_w=90, now=now)

    noted = Fitting.objects.unscoped("test").get()
    assert (noted.speaker_w, noted.serial) == (90, "")


def test_fit_refuses_wrong_unit_wrong_role_a_foreign_unit_and_no_place_on_earth(world, device, now):
    with pytest.raises(NotFound):
        fit(world, device, by=world.outsider, now=now)
    with pytest.raises(Denied):
        fit(world, device, by=world.officer, now=now)
    with pytest.raises(NotFound):
        fit(world, device, unit=world.other, now=now)
    with pytest.raises(refusals.BadDevice):
        fit(world, device, latitude=91.0, now=now)
    with pytest.raises(refusals.BadDevice):
        fit(world, device, longitude=None, now=now)
    assert not Fitting.objects.unscoped("test").exists()
    assert row(device).unit == world.commune


@pytest.mark.parametrize(
    ("noted", "pointed_out"),
    [
        ({}, []),
        ({"speaker_w": 50, "supply_low_v": 90, "supply_high_v": 240}, []),
        ({"speaker_w": 49}, [Unusual.SPEAKER_W]),
        ({"speaker_w": 121}, [Unusual.SPEAKER_W]),
        ({"supply_low_v": 89, "supply_high_v": 241}, [Unusual.SUPPLY_LOW, Unusual.SUPPLY_HIGH]),
    ],
)
def test_what_is_unusual_is_pointed_out(noted, pointed_out):
    known = {"speaker_w": None, "supply_low_v": None, "supply_high_v": None, **noted}

    assert unusual(**known) == pointed_out


def test_a_machine_that_takes_the_place_of_another_keeps_place_equipment_and_silence(world, device, now):
    fit(world, device, speaker_w=60, now=now)
    commands.silence(world.officer, device, reason="Loa rít", now=now)
    tasks.tell_areas(now=now)
    before = row(device)

    commands.provision_fleet(world.system, world.commune, device_ids=[device.pk], now=now)
    tasks.tell_areas(now=now)

    after = row(device)
    assert (after.unit, after.latitude, after.is_muted, after.told_muted) == (before.unit, 21.3, True, True)
    assert (after.credential_digest == before.credential_digest, after.config) == (False, before.config)
    assert Fitting.objects.unscoped("test").get().speaker_w == 60
