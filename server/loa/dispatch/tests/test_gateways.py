"""A gateway before a wired or FM chain: reachable is one thing, sounding another."""

import logging
from datetime import timedelta

import pytest

from loa.devices import tasks
from loa.devices.drivers.gateway.driver import GatewayDriver
from loa.devices.drivers.gateway.fake import FakeGateway, Fault
from loa.devices.models import Device, PlayEvent, Ticket
from loa.dispatch import queries
from loa.dispatch.tests.foreign import enrolled, live, tone_clip
from loa.dispatch.tests.making import HOUR, NOW, make_airing
from loa_protocol.refusal import Refused

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clip(db):
    return tone_clip(seconds=8)


def chain(world, tmp_path, fault=None):
    device, line = enrolled(world, "gateway", kind="gateway", name="Đài FM xã")
    return device, line, FakeGateway(line, tmp_path / "gateway", fault=fault)


def aired(world, line, gateway, clip):
    airing = make_airing(world, start_at=NOW + HOUR, clip=clip)
    live(gateway, line, start=NOW + HOUR - MINUTE, until=NOW + HOUR + MINUTE)
    (row,) = queries.outcome(world.system, airing.pk, now=NOW + 2 * HOUR).rows
    return airing, row


def test_the_fake_gateway_feeds_its_chain_and_tells_what_its_monitor_measured(world, tmp_path, clip):
    device, line, gateway = chain(world, tmp_path)

    airing, _ = aired(world, line, gateway, clip)

    told = PlayEvent.objects.get(airing_id=airing.pk)
    assert (told.outcome, told.device_id) == ("played", device.pk)
    assert told.level_dbfs == pytest.approx(-13.5, abs=1.0)


def test_a_gateway_is_heard_only_when_its_monitor_measured_a_level(world, tmp_path, clip):
    _, line, gateway = chain(world, tmp_path)

    _, row = aired(world, line, gateway, clip)

    assert row.verdict == "heard"


def test_a_gateway_with_a_dead_chain_is_reachable_and_silent(world, tmp_path, clip):
    device, line, gateway = chain(world, tmp_path, Fault.DEAD_CHAIN)

    _, row = aired(world, line, gateway, clip)

    found = Device.objects.unscoped("test").get(pk=device.pk)
    assert found.connected
    assert (row.verdict, row.level_dbfs) == ("silent", -90.0)
    tasks.look_after(now=line.now)
    assert Ticket.objects.unscoped("test").filter(device=device, cause="silent").count() == 1


def test_a_gateway_without_a_monitor_is_never_heard(world, tmp_path, clip):
    _, line, gateway = chain(world, tmp_path, Fault.NO_MONITOR)

    _, row = aired(world, line, gateway, clip)

    assert (row.verdict, row.level_dbfs) == ("silent", None)
    assert "monitor" in row.why or "máy thu" in row.why


def test_a_level_measured_outside_the_sound_proves_nothing():
    told = {
        "fed": [{
            "airing": "018f0000-0000-7000-8000-000000000000",
            "clip": "ab" * 32,
            "outcome": "played",
            "started_at": 1_000,
            "ended_at": 1_010,
            "levels": [{"at": 999, "dbfs": -10}, {"at": 1_011, "dbfs": -10}],
        }]
    }  # fmt: skip

    (play,) = GatewayDriver().read(told).plays

    assert (play.level_dbfs, play.reason) == (None, "fed")


def fed(levels, *, length_s=60):
    """Return what the driver makes of sound that was fed from second 1,000 on and measured at these seconds of it."""
    told = {
        "airing": "018f0000-0000-7000-8000-000000000000",
        "clip": "ab" * 32,
        "outcome": "played",
        "started_at": 1_000,
        "ended_at": 1_000 + length_s,
        "levels": [{"at": 1_000 + at, "dbfs": dbfs} for at, dbfs in levels],
    }
    (play,) = GatewayDriver().read({"fed": [told]}).plays
    return play.level_dbfs, play.reason


@pytest.mark.parametrize("levels", [[(30, -12)], [(30 + at / 100, -12) for at in range(100)], [(0, -12), (60, -12)]])
def test_a_level_of_one_moment_proves_nothing_of_the_whole(levels):
    assert fed(levels) == (None, "fed")


def test_a_level_measured_in_half_of_the_parts_counts_and_in_fewer_does_not():
    every_six_s = [(at, -12.0) for at in range(1, 60, 6)]

    assert fed(every_six_s) == (-12.0, "")
    assert fed(every_six_s[:-1]) == (None, "fed")


def test_many_measurements_of_one_loud_moment_do_not_outweigh_the_rest():
    loud = [(1 + at / 1_000, -10.0) for at in range(500)]

    assert fed(loud + [(at, -90.0) for at in range(3, 60, 3)]) == (-90.0, "")


def test_what_lasts_no_longer_than_a_second_is_one_part():
    assert fed([(0.5, -12.0)], length_s=1) == (-12.0, "")
    assert fed([(0, -12.0)], length_s=0) == (-12.0, "")


def test_the_fake_spreads_what_it_tells_over_a_long_sound(world, tmp_path):
    _, line, gateway = chain(world, tmp_path)
    make_airing(world, start_at=NOW + HOUR, clip=tone_clip(seconds=50))
    live(gateway, line, start=NOW + HOUR - MINUTE, until=NOW + HOUR - MINUTE)

    for step in range(1_000):
        line.now = NOW + HOUR + step * timedelta(milliseconds=60)
        gateway.step(line.now.timestamp())

    (told,) = [one for said in line.asked for one in said["fed"]]
    assert len(told["levels"]) <= 600
    assert told["levels"][-1]["at"] - told["levels"][0]["at"] > 49


def test_a_gateway_comes_back_by_itself_with_what_it_fed(world, tmp_path, clip):
    device, line, gateway = chain(world, tmp_path)
    airing = make_airing(world, start_at=NOW + HOUR, clip=clip)
    live(gateway, line, start=NOW + HOUR - MINUTE, until=NOW + HOUR - MINUTE)
    line.is_cut = True
    live(gateway, line, start=NOW + HOUR, until=NOW + HOUR + MINUTE)

    line.is_cut = False
    anew = FakeGateway(line, tmp_path / "gateway")
    live(anew, line, start=NOW + 2 * HOUR, until=NOW + 2 * HOUR)

    (row,) = queries.outcome(world.system, airing.pk, now=NOW + 3 * HOUR).rows
    assert row.verdict == "heard"
    assert Device.objects.unscoped("test").get(pk=device.pk).connected


def test_a_gateway_is_told_lost_once_and_back_once(world, tmp_path, caplog):
    device, line, gateway = chain(world, tmp_path)
    caplog.set_level(logging.INFO, logger="loa.devices.drivers.absence")
    live(gateway, line, start=NOW, until=NOW)
    for minutes in (4, 5):
        tasks.mark_silent(now=NOW + minutes * MINUTE)
    live(gateway, line, start=NOW + 6 * MINUTE, until=NOW + 7 * MINUTE)

    told = [entry.message for entry in caplog.records if getattr(entry, "device", "") == str(device.pk)]

    assert told == ["device back", "device lost", "device back"]


@pytest.mark.parametrize("told", [{"fed": "x"}, {"fed": [{"outcome": "heard"}]}, {"monitor": []}, {"obeyed": [1]}])
def test_what_is_none_of_its_words_is_refused(told):
    with pytest.raises(Refused):
        GatewayDriver().read(told)
