import re

import pytest

from loa.devices import commands
from loa.devices.models import Device, Outbound, Silence
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.shell.tests.desk import browser_of, text_of

NEW = "/desk/devices/silences/new/"


@pytest.fixture
def devices(world):
    return make_devices(world.commune, count=3)


def said():
    return Silence.objects.unscoped("test").get()


def test_two_steps_silence_a_commune_and_the_page_counts_who_confirmed(world, devices):
    browser = browser_of("canbo")

    assert "/desk/devices/silences/new/" in browser.get("/desk/devices/silences/").content.decode()
    page = browser.get(NEW)
    assert page.context["count"] == 3
    answer = browser.post(NEW, {"unit": "09043", "mode": "real", "reason": "Nội dung lạ"})

    assert answer.url == f"/desk/devices/silences/{said().pk}/"
    shown = browser.get(answer.url)
    assert (shown.context["told"].confirmed, shown.context["total"], shown.context["is_live"]) == (0, 3, True)
    assert Outbound.objects.get().body["kind"] == "stop"


def test_one_loudspeaker_is_silenced_from_its_own_page(world, devices):
    browser = browser_of("canbo")
    page = browser.get(f"/desk/devices/{devices[0].pk}/").content.decode()
    address = re.search(r'href="(/desk/devices/silences/new/\?device=[^"]+)"', page)[1]

    browser.post(address.partition("?")[0], {"device": str(devices[0].pk), "mode": "real", "reason": "Loa rít"})

    assert said().device_ids == [devices[0].pk]
    assert "Loa rít" in text_of(browser.get(f"/desk/devices/{devices[0].pk}/"))
    assert "Loa rít" not in text_of(browser.get(f"/desk/devices/{devices[1].pk}/"))


def test_some_loudspeakers_are_chosen_by_hand(world, devices):
    chosen = [str(devices[0].pk), str(devices[2].pk)]

    browser_of("canbo").post(NEW, {"unit": "09043", "mode": "real", "reason": "Rít", "device_ids": chosen})

    assert sorted(map(str, said().device_ids)) == sorted(chosen)


def test_a_drill_says_clearly_that_it_is_one_on_every_page(world, devices):
    browser = browser_of("canbo")

    answer = browser.post(NEW, {"unit": "09043", "mode": "spared", "reason": "Diễn tập tháng 11"})

    assert "Đây là diễn tập" in text_of(browser.get(answer.url))
    assert "Diễn tập" in text_of(browser.get("/desk/devices/silences/"))
    assert "đã được tắt tiếng" not in text_of(browser.get("/desk/devices/"))
    assert Outbound.objects.get().body["kind"] == "drill"


def test_whoever_looks_at_the_devices_reads_that_they_are_silenced_and_why(world, devices):
    browser_of("canbo").post(NEW, {"unit": "09043", "mode": "real", "reason": "Nội dung lạ"})

    page = text_of(browser_of("lanhdao").get("/desk/devices/"))

    assert "đã được tắt tiếng" in page
    assert "Nội dung lạ" in page


def test_the_list_of_devices_says_how_many_of_a_commune_are_silenced(world, devices):
    browser = browser_of("canbo")
    commands.silence(world.officer, devices[0], reason="Loa rít", now=clock.now())

    one = text_of(browser.get("/desk/devices/"))
    commands.silence(world.officer, world.commune, reason="Nội dung lạ", now=clock.now())
    both = text_of(browser.get("/desk/devices/"))

    assert f"1 loa của {world.commune.name} đã được tắt tiếng" in one
    assert "Toàn bộ loa" not in one
    assert f"Toàn bộ loa của {world.commune.name} đã được tắt tiếng" in both


def test_lifting_asks_for_a_reason_and_is_done_once(world, devices):
    browser = browser_of("canbo")
    browser.post(NEW, {"unit": "09043", "mode": "real", "reason": "Nội dung lạ"})
    address = f"/desk/devices/silences/{said().pk}/lift/"

    assert browser.get(address).status_code == 200
    assert browser.post(address, {"reason": " "}).status_code == 422
    assert browser.post(address, {"reason": "Đã kiểm tra"}).status_code == 302
    assert browser.post(address, {"reason": "Đã kiểm tra"}).status_code == 409
    assert said().lift_reason == "Đã kiểm tra"


def test_the_part_that_changes_is_sent_only_when_it_changed(world, devices):
    browser = browser_of("canbo")
    browser.post(NEW, {"unit": "09043", "mode": "real", "reason": "Nội dung lạ"})
    address = f"/desk/devices/silences/{said().pk}/progress/"
    first = browser.get(address)

    assert browser.get(f"{address}?seen={first.context['seen']}").status_code == 204
    Device.objects.unscoped("test").update(connected=False)
    assert browser.get(f"{address}?seen={first.context['seen']}").status_code == 200


def test_hostile_words_and_places_change_nothing(world, devices):
    browser = browser_of("canbo")

    assert browser.post(NEW, {"unit": "09037", "mode": "real", "reason": "x"}).status_code == 404
    assert browser.post(NEW, {"device": "' OR 1=1", "mode": "real", "reason": "x"}).status_code == 404
    assert browser.post(NEW, {"unit": "09043", "mode": "loud", "reason": "x"}).status_code == 422
    assert browser.post(NEW, {"unit": "09043", "mode": "real", "reason": "x" * 501}).status_code == 422
    assert not Silence.objects.unscoped("test").exists()


def test_the_officer_reads_that_the_province_said_it_and_is_refused_to_lift_it(world, devices):
    commands.silence(world.province_editor, devices[0], reason="Tiếng lạ", now=clock.now())
    browser = browser_of("canbo")
    address = f"/desk/devices/silences/{said().pk}/"

    page = browser.get(address)

    assert page.context["may_lift"] is False
    assert f"do {world.province.name} đưa ra" in text_of(page)
    assert browser.get(f"{address}lift/").status_code == 403
    assert browser.post(f"{address}lift/", {"reason": "Xong"}).status_code == 403
    assert said().is_open
