"""Other makers' devices, stations by hand, groups and data in a real browser: what axe says, and whether pages fit."""

from datetime import timedelta

import pytest

from loa.devices import commands
from loa.devices.by_hand import Chain, Condition, Told
from loa.devices.fitting import Fitted
from loa.devices.models import Device, ReadingHour
from loa.dispatch.tests.making import make_airing, make_devices
from loa.kernel import clock
from loa.shell.tests.browsing import LOOKS, live_server, password_is_enough, walk

__all__ = ["live_server", "password_is_enough"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pages(world):
    """A polled loudspeaker, a gateway, a station with a corrected log, a group, and a SIM that goes over its volume."""
    now = clock.now()
    devices = make_devices(world.commune, count=3, seen_at=now)
    polled = commands.register(
        world.system, world.commune, name="Cụm chợ Phù", kind="loudspeaker", driver="http_polled"
    )
    gateway = commands.register(world.system, world.commune, name="Đài FM xã", kind="gateway", driver="gateway")
    for one in (polled, gateway):
        commands.issue_secret(world.system, one, now=now)
    Device.objects.unscoped("test").filter(pk=polled.pk).update(cannot_stop=True, connected=True, seen_at=now)
    told = Told(name="Loa có dây thôn Đông", chain=Chain.WIRED, condition=Condition.WEAK, speakers=6, power_w=200)
    station = commands.add_station(world.system, world.commune, told=told, now=now - timedelta(hours=2))
    airing = make_airing(world, start_at=now + timedelta(minutes=20), now=now)
    wrong = commands.note_hand_play(
        world.system, station, played_at=now - timedelta(hours=1), words="Đọc thông báo cấp nước", now=now
    )
    commands.correct_hand_play(
        world.system, wrong, played_at=now - timedelta(minutes=50), words="Đọc thông báo cấp nước thôn Đông",
        minutes=5, reason="Ghi nhầm giờ", now=now,
    )  # fmt: skip
    group = commands.make_group(
        world.system, world.commune, name="Dọc đê", device_ids=[one.pk for one in devices[:2]], now=now
    )
    commands.fit(
        world.system, devices[0], unit=world.commune, latitude=None, longitude=None, now=now,
        fitted=Fitted(sim_operator="Viettel", sim_tail="1234", sim_month_mb=100, sim_month_cost_vnd=50_000),
    )  # fmt: skip
    ReadingHour.objects.create(
        device_id=devices[0].pk, hour=now.replace(minute=0, second=0, microsecond=0), readings=4, on_battery=0,
        speaker_faults=0, amplifier_faults=0, traffic_bytes=150_000_000,
    )  # fmt: skip
    said = commands.silence(world.system, world.commune, reason="Phát nội dung lạ", now=now)
    stations, groups = "/desk/devices/stations/", "/desk/devices/groups/"
    return [
        "/desk/devices/", "/desk/devices/add/", f"/desk/devices/{polled.pk}/", f"/desk/devices/{gateway.pk}/",
        f"/desk/devices/{polled.pk}/code/", f"/desk/devices/silences/{said.pk}/", "/desk/devices/silences/new/",
        stations, f"{stations}new/", f"{stations}{station.pk}/", f"{stations}{station.pk}/change/",
        f"{stations}{station.pk}/played/", groups, f"{groups}new/", f"{groups}{group.pk}/",
        "/desk/devices/data/", f"/desk/devices/{devices[0].pk}/data/", f"/desk/devices/{devices[0].pk}/field/",
        f"/desk/airings/{airing.pk}/",
    ]  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_other_makers_stations_groups_and_data_are_accessible_and_fit(
    live_server, world, pages, look, request
):
    assert walk(live_server, {"kythuat": pages}, look, pictures=request.config.getoption("pictures")) == []
