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
