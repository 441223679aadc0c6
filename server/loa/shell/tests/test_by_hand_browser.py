"""Stations worked by hand, groups, data and a machine that is replaced, as an officer has them on a phone."""

import shutil
from datetime import timedelta

import pytest
from playwright.sync_api import expect, sync_playwright

from loa.devices import commands
from loa.devices.by_hand import Chain, Condition, Told
from loa.devices.models import ReadingHour
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.shell.tests.browsing import LOOKS, live_server, password_is_enough, sign_in, walk

__all__ = ["live_server", "password_is_enough"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STATIONS, GROUPS = "/desk/devices/stations/", "/desk/devices/groups/"


@pytest.fixture
def page():
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 390, "height": 844}, locale="vi-VN")
        browser.close()


@pytest.fixture
def station(world):
    return commands.add_station(
        world.system,
        world.commune,
        told=Told(
            name="Đài có dây thôn Phù Lưu", chain=Chain.WIRED, condition=Condition.WEAK, place="Nhà văn hóa thôn",
            power_w=150, speakers=6, words="Dây đoạn cầu hay đứt khi có gió",
        ),
        now=clock.now() - timedelta(days=2),
    )  # fmt: skip


@pytest.fixture
def devices(world):
    made = make_devices(world.commune, count=30, seen_at=clock.now())
    ReadingHour.objects.create(
        device_id=made[0].pk, hour=clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=2),
        readings=4, on_battery=0, speaker_faults=0, amplifier_faults=0, traffic_bytes=150_000_000,
    )  # fmt: skip
    return made


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_stations_groups_and_data_are_accessible_and_fit(live_server, world, station, devices, look, request):  # noqa: PLR0917 - five fixtures
    now = clock.now()
    line = commands.note_hand_play(
        world.system, station, played_at=now - timedelta(hours=1), words="Thông báo cắt điện", minutes=5, now=now
    )
    group = commands.make_group(
        world.system, world.commune, name="Dọc đê", device_ids=[one.pk for one in devices[:3]], now=now
    )
    at = f"{STATIONS}{station.pk}/"
    pages = {
        "canbo": [
            STATIONS, at, f"{at}played/", f"{at}change/", f"{STATIONS}new/", f"{STATIONS}lines/{line.pk}/correct/",
            GROUPS, f"{GROUPS}new/", f"{GROUPS}{group.pk}/", "/desk/devices/data/",
        ],
        "kythuat": [f"/desk/devices/{devices[0].pk}/", f"/desk/devices/{devices[0].pk}/code/"],
    }  # fmt: skip

    assert walk(live_server, pages, look, pictures=request.config.getoption("pictures")) == []


def test_an_officer_notes_on_a_phone_what_was_read_out_in_three_touches(live_server, world, station, page):
    sign_in(page, live_server.url, "canbo")
    page.goto(live_server.url + STATIONS)

    page.get_by_role("link", name="Ghi nội dung đã phát").click()
    page.fill("[name=words]", "Họp thôn tối thứ Bảy")
    page.locator("main form button.primary").click()

    expect(page).to_have_url(f"{live_server.url}{STATIONS}{station.pk}/")
    expect(page.locator("main")).to_contain_text("Họp thôn tối thứ Bảy")
    expect(page.locator("main")).to_contain_text("Trần Văn Cán")
