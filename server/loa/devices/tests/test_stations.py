"""Stations without a device: who keeps them, and a log whose lines stand."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from loa.devices import commands, refusals, stations
from loa.devices.by_hand import Chain, Condition, Told
from loa.devices.models import HandPlay, Station
from loa.devices.station_keeping import StationKeeper
from loa.kernel.errors import Denied, NotFound
from loa.orgs.ports import Move
from loa_protocol import uuid7

TOLD = Told(name="Đài FM xã", chain=Chain.FM, condition=Condition.WORKING, power_w=50, speakers=12)
HOUR = timedelta(hours=1)


@pytest.fixture
def station(world, now):
    return commands.add_station(world.officer, world.commune, told=TOLD, now=now - HOUR)


def note(world, station, now, **changes):
    said = {"played_at": now - timedelta(minutes=10), "words": "Đọc thông báo cấp nước", "now": now}
    return commands.note_hand_play(world.officer, station, **said | changes)


def test_an_officer_keeps_the_stations_of_the_commune(world, station, now):
    broken = Told(name="Đài FM xã", chain=Chain.FM, condition=Condition.BROKEN, words="Hỏng máy phát")
    commands.change_station(world.technician, station, unit=world.commune, told=broken, now=now)

    found = stations.get(world.officer, station.pk)
    assert (found.condition, found.words, found.looked_by, found.looked_at) == (
        "broken", "Hỏng máy phát", "ky-thuat", now,
    )  # fmt: skip


def test_who_only_looks_or_belongs_elsewhere_keeps_nothing(world, station, now):
    with pytest.raises(Denied):
        commands.add_station(world.leader, world.commune, told=TOLD, now=now)
    with pytest.raises(NotFound):
        commands.change_station(world.outsider, station, unit=world.elsewhere, told=TOLD, now=now)
    with pytest.raises(NotFound):
        commands.note_hand_play(world.outsider, station, played_at=now, words="x", now=now)
    with pytest.raises(NotFound):
        stations.get(world.outsider, station.pk)


def test_a_station_moves_only_where_its_keeper_may_keep_it(world, station, now):
    with pytest.raises(NotFound):
        commands.change_station(world.officer, station, unit=world.other, told=TOLD, now=now)

    assert Station.objects.unscoped("test").get(pk=station.pk).unit_id == world.commune.pk


@pytest.mark.parametrize(
    "told",
    [
        Told(name=" ", chain=Chain.FM, condition=Condition.WORKING),
        Told(name="x" * 121, chain=Chain.FM, condition=Condition.WORKING),
        Told(name="Đài", chain=Chain.FM, condition=Condition.WORKING, power_w=2_000_000),
        Told(name="Đài", chain=Chain.FM, condition=Condition.WORKING, words="x" * 301),
    ],
)
def test_what_no_station_is_is_refused(world, told, now):
    with pytest.raises(refusals.BadStation):
        commands.add_station(world.officer, world.commune, told=told, now=now)


def test_what_was_played_by_hand_is_noted_with_who_and_when(world, station, now):
    line = note(world, station, now, minutes=5)

    (found,) = stations.log(station)
    assert (found.pk, found.noted_by, found.minutes, found.noted_at) == (line.pk, "can-bo", 5, now)


@pytest.mark.parametrize(
    "changes",
    [
        {"played_at": timedelta(minutes=1)},
        {"played_at": -timedelta(days=401)},
        {"words": " "},
        {"words": "x" * 301},
        {"minutes": 0},
        {"minutes": 1_441},
    ],
)
def test_what_cannot_have_been_played_is_refused(world, station, now, changes):
    if "played_at" in changes:
        changes = {"played_at": now + changes["played_at"]}

    with pytest.raises(refusals.BadHandPlay):
        note(world, station, now, **changes)


def test_a_correction_is_another_line_and_the_old_one_stays(world, station, now):
    airing = uuid7.make()
    wrong = note(world, station, now, airing_id=airing)

    right = commands.correct_hand_play(
        world.officer, wrong, played_at=now - 2 * HOUR, words="Đọc lúc sáng", reason="Nhầm giờ", now=now
    )

    lines = stations.log(station)
    assert [line.pk for line in lines] == [wrong.pk, right.pk]
    assert lines[0].corrected_by.reason == "Nhầm giờ"
    assert stations.noted(airing, [station]) == {station.pk: right}


def test_a_line_is_corrected_once_and_with_a_reason(world, station, now):
    wrong = note(world, station, now)
    said = {"played_at": now - HOUR, "words": "Đọc lại", "now": now}
    commands.correct_hand_play(world.officer, wrong, reason="Nhầm giờ", **said)

    with pytest.raises(refusals.AlreadyCorrected):
        commands.correct_hand_play(world.officer, wrong, reason="Nhầm nữa", **said)
    with pytest.raises(refusals.ReasonNeeded):
        commands.correct_hand_play(world.officer, stations.log(station)[0], reason=" ", **said)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE devices_hand_play SET words = 'other'",
        "DELETE FROM devices_hand_play",
        "TRUNCATE devices_hand_play",
    ],
)
def test_what_was_noted_stands(world, station, now, statement):
    note(world, station, now)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_line_corrects_none_of_another_station(world, station, now):
    line = note(world, station, now)
    other = commands.add_station(world.officer, world.commune, told=TOLD, now=now)

    with pytest.raises(DatabaseError), transaction.atomic():
        HandPlay.objects.create(
            station=other, played_at=now, words="x", noted_at=now, noted_by="x", corrects=line, reason="x"
        )


def test_stations_go_along_with_their_unit_and_back(world, station, now):
    note(world, station, now)
    keeper = StationKeeper()

    moved = keeper.hand_over([Move(from_unit=world.commune.pk, to_unit=world.other.pk)], now=now)
    gone = Station.objects.unscoped("test").get(pk=station.pk)

    assert gone.unit_id == world.other.pk
    assert len(stations.log(gone)) == 1
    assert keeper.holdings([world.other.pk]) == {world.other.pk: 1}
    assert keeper.take_back(moved, now=now) == 1
    assert Station.objects.unscoped("test").get(pk=station.pk).unit_id == world.commune.pk
