"""Pages of other makers' devices, stations by hand and groups, as people use them."""

import re
from datetime import timedelta

import pytest

from loa.devices import commands
from loa.devices.by_hand import Chain, Condition, Told
from loa.devices.models import Device, HandPlay, Silence
from loa.dispatch.tests.making import make_airing, make_devices, make_evidence
from loa.kernel import clock
from loa.shell.tests.desk import browser_of, text_of


@pytest.fixture
def devices(world):
    return make_devices(world.commune, count=3)


@pytest.fixture
def dyke(world, devices):
    return commands.make_group(
        world.system, world.commune, name="Dọc đê", device_ids=[one.pk for one in devices[:2]], now=clock.now()
    )


def test_a_technician_adds_another_makers_device_and_sees_its_secret_once(world):
    browser = browser_of("kythuat")
    answer = browser.post(
        "/desk/devices/add/",
        {"name": "Cụm chợ", "unit": "09043", "kind": "loudspeaker", "driver": "http_polled"},
    )
    device = Device.objects.unscoped("test").get()

    shown = browser.post(answer.url)

    secret = re.search(rf"{device.pk}\.[\w-]{{43}}", shown.content.decode())[0]
    assert secret
    assert secret not in browser.get(answer.url).content.decode()
    assert "Kênh không xác thực" in text_of(browser.get(f"/desk/devices/{device.pk}/"))
    assert "kênh không xác thực" in text_of(browser.get("/desk/devices/"))


def test_the_page_of_an_airing_says_which_of_those_that_were_heard_nobody_can_check(world, devices):
    gateway = commands.register(world.system, world.commune, name="Đài FM xã", kind="gateway", driver="gateway")
    commands.issue_secret(world.system, gateway, now=clock.now())
    start_at = clock.now() - timedelta(hours=1)
    airing = make_airing(world, start_at=start_at, now=start_at - timedelta(hours=1))
    for device in (devices[0], gateway):
        make_evidence(airing, device)

    page = browser_of("canbo").get(f"/desk/airings/{airing.pk}/")

    assert (page.context["outcome"].heard, page.context["outcome"].heard_unverified) == (2, 1)
    assert "1 thiết bị đã phát ra tiếng là bộ ghép nối báo qua kênh không xác thực" in text_of(page)
    marked = [row.device.name for row in page.context["outcome"].rows if row.is_unverified]
    assert marked == ["Đài FM xã"]


def test_a_secret_is_not_given_out_while_it_would_travel_in_the_clear(world, settings):
    device = commands.register(world.system, world.commune, name="Cụm chợ", kind="loudspeaker", driver="http_polled")
    settings.LOA_PUBLIC_URL = "http://loa.example.vn"
    browser = browser_of("kythuat")

    shown = browser.post(f"/desk/devices/{device.pk}/code/")

    assert shown.status_code == 409
    assert str(device.pk) + "." not in shown.content.decode()
    assert "http_polled" not in browser.get("/desk/devices/add/").content.decode()


def test_an_officer_notes_by_hand_what_an_airing_announced(world, devices):
    told = Told(name="Đài FM xã", chain=Chain.FM, condition=Condition.WORKING)
    now = clock.now()
    station = commands.add_station(world.system, world.commune, told=told, now=now - timedelta(hours=3))
    airing = make_airing(world, start_at=now - timedelta(hours=1), now=now - timedelta(hours=2))
    browser = browser_of("canbo")
    page = browser.get(f"/desk/airings/{airing.pk}/").content.decode()
    address = re.search(rf'href="(/desk/devices/stations/{station.pk}/played/[^"]+)"', page)[1].replace("&amp;", "&")

    form = browser.get(address).context["form"]
    browser.post(
        address.partition("?")[0],
        {"airing": str(airing.pk), "words": form["words"].value(), "on": form["on"].value(), "at": "00:01"},
    )

    line = HandPlay.objects.unscoped("test").get()
    assert (line.airing_id, line.words) == (airing.pk, airing.title)
    assert line.noted_by in text_of(browser.get(f"/desk/airings/{airing.pk}/"))


def test_the_list_shows_the_devices_of_a_group(world, devices, dyke):
    browser = browser_of("canbo")

    shown = browser.get("/desk/devices/", {"group": str(dyke.pk)})

    assert {row.pk for row, _ in shown.context["rows"]} == {one.pk for one in devices[:2]}
    assert browser.get("/desk/devices/", {"group": "x"}).status_code == 404


def test_a_group_is_silenced_by_its_name(world, devices, dyke):
    browser_of("canbo").post(
        "/desk/devices/silences/new/",
        {"unit": "09043", "mode": "real", "reason": "Loa rít", "groups": [str(dyke.pk)]},
    )

    assert Silence.objects.unscoped("test").get().device_ids == sorted(one.pk for one in devices[:2])
