"""Stations without a device beside an airing: announced by hand, and never among what was heard."""

from datetime import timedelta

import pytest

from loa.devices import commands as devices
from loa.devices.by_hand import Chain, Condition, Told
from loa.dispatch import commands, queries
from loa.dispatch.by_hand import announced
from loa.dispatch.tests.making import HOUR, NOW, make_airing, make_devices, make_evidence


def station(world, unit, *, name="Đài FM", condition=Condition.WORKING, at=NOW):
    told = Told(name=name, chain=Chain.FM, condition=condition)
    return devices.add_station(world.system, unit, told=told, now=at)


@pytest.fixture
def airing(world):
    make_devices(world.commune, count=2)
    return make_airing(world, start_at=NOW + HOUR)


def test_stations_of_the_unit_are_part_of_an_airing_and_counted_apart(world, airing):
    here = station(world, world.commune)
    station(world, world.other_commune)
    (device, *_) = [row.device_id for row in queries.outcome(world.system, airing.pk, now=NOW).rows]
    make_evidence(airing, type("Device", (), {"pk": device}))
    devices.note_hand_play(
        world.system, here, played_at=airing.start_at, words="Đọc", airing_id=airing.pk,
        now=airing.start_at + HOUR,
    )  # fmt: skip

    (row,) = announced(world.system, airing)
    outcome = queries.outcome(world.system, airing.pk, now=NOW + 3 * HOUR)

    assert (row.station.pk, row.line.words) == (here.pk, "Đọc")
    assert (outcome.expected, outcome.heard) == (2, 1)


def test_what_is_not_noted_comes_first(world, airing):
    done, open_ = station(world, world.commune, name="A"), station(world, world.commune, name="B")
    devices.note_hand_play(
        world.system, done, played_at=airing.start_at, words="Đọc", airing_id=airing.pk, now=airing.start_at
    )

    assert [row.station.pk for row in announced(world.system, airing)] == [open_.pk, done.pk]


def test_a_station_that_came_later_or_is_no_longer_used_is_no_part(world, airing):
    station(world, world.commune, at=airing.start_at + timedelta(minutes=1))
    station(world, world.commune, condition=Condition.GONE)

    assert announced(world.system, airing) == []


def test_an_airing_for_some_devices_or_that_was_cancelled_includes_none(world, airing):
    station(world, world.commune)
    (device,) = make_devices(world.hamlet, count=1)
    chosen = make_airing(world, start_at=NOW + HOUR, device_ids=[device.pk], source="slot:2")
    commands.cancel(world.system, airing, reason="Nhầm", now=NOW)
    airing.refresh_from_db()

    assert announced(world.system, chosen) == announced(world.system, airing) == ()


def test_who_sees_one_commune_sees_its_stations_only(world, airing):
    station(world, world.commune)

    assert announced(world.outsider, airing) == []
