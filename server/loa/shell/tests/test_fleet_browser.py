"""Silences, faults and the field in a real browser: what axe says, and whether pages fit."""

from datetime import timedelta

import pytest

from loa.devices import commands, tasks
from loa.devices.fitting import Fitted
from loa.devices.models import Device
from loa.dispatch.tests.making import make_airing, make_devices, make_evidence
from loa.kernel import clock
from loa.shell.tests.browsing import LOOKS, live_server, password_is_enough, walk

__all__ = ["live_server", "password_is_enough"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def fleet(world):
    """Clusters of which one is silenced and broken, one is ill by its own word, and one is away."""
    now = clock.now()
    devices = make_devices(world.commune, count=4, seen_at=now)
    commands.fit(
        world.system, devices[0], unit=world.commune, latitude=21.3, longitude=105.6, now=now,
        fitted=Fitted(supply_low_v=80, supply_high_v=230, speakers=2, speaker_w=60, serial="SN-1"),
    )  # fmt: skip
    Device.objects.unscoped("test").filter(pk=devices[0].pk).update(
        condition_at=now, power="mains", supply_v=221.0, temperature_c=82.0, network="4g", signal_dbm=-115,
        speaker_fault=True, output_dbfs=-21.0, is_muted=True,
    )  # fmt: skip
    airing = make_airing(world, start_at=now - timedelta(hours=2), now=now - timedelta(hours=3))
    for outcome in ("played", "partial", "pre_empted", "missed"):
        make_evidence(airing, devices[0], outcome, late_ms=1_234)
    Device.objects.unscoped("test").filter(pk=devices[3].pk).update(connected=False)
    return devices


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_silences_faults_and_the_field_are_accessible_and_fit(live_server, world, fleet, look, request):
    now = clock.now()
    said = commands.silence(world.system, world.commune, reason="Phát nội dung lạ", now=now)
    ticket = commands.report(world.system, fleet[0], cause="noise", words="Loa rít từ sáng", mutes=True, now=now)
    late = commands.report(
        world.system, fleet[1], cause="noise", words="Loa rít từ hôm qua", now=now - timedelta(hours=9)
    )
    commands.assign(world.system, late, user_id=world.technician_user.pk, now=now)
    tasks.look_after(now=now)
    assert tasks.remind(now=now) > 0
    device = f"/desk/devices/{fleet[0].pk}/"
    silences, tickets = "/desk/devices/silences/", "/desk/devices/tickets/"
    pages = {
        "kythuat": [
            "/desk/", "/desk/devices/", device, f"{device}report/", f"{device}field/", f"{device}label/",
            silences, f"{silences}new/", f"{silences}{said.pk}/", f"{silences}{said.pk}/lift/",
            tickets, f"{tickets}{ticket.pk}/", f"{tickets}{late.pk}/", "/desk/devices/thresholds/",
        ]
    }  # fmt: skip

    assert walk(live_server, pages, look, pictures=request.config.getoption("pictures")) == []
