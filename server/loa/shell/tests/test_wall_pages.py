"""A screen on a wall: what it shows, to whom, and what it never shows."""

from datetime import timedelta

import pytest
from django.test import Client

from loa.devices.models import Device
from loa.dispatch import commands, counting
from loa.dispatch.tests.making import make_airing, make_devices, make_evidence
from loa.kernel import clock
from loa.shell.overviews import Kind
from loa.shell.tests.desk import browser_of, text_of
from loa.shell.web import wall


@pytest.fixture
def link(world):
    return commands.show_wall(world.leader, world.commune, name="Sảnh", lasts=timedelta(days=30), now=clock.now())


def screen(secret):
    browser = Client()
    answer = browser.get(f"/wall/open/{secret}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/wall/")
    return browser


def test_a_screen_opens_its_link_once_and_then_shows_the_unit_with_nobody_signed_in(world, link):
    now = clock.now()
    devices = make_devices(world.commune, seen_at=now)
    airing = make_airing(world, now=now - timedelta(minutes=30), title="Tin buồn ông Nguyễn Văn A")
    make_evidence(airing, devices[0])
    counting.refresh(now=now)
    Device.objects.unscoped("test").filter(pk=devices[1].pk).update(seen_at=now - timedelta(hours=1), connected=False)

    answer = screen(link[1]).get("/wall/")
    page = text_of(answer)

    assert answer.status_code == 200
    assert "Xã Tam Hồng" in page
    assert "trên 3 thiết bị mất kết nối" in page
    assert "Nguyễn Văn A" not in page
    assert link[1] not in page
    assert "<form" not in page
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_cookie_of_a_screen_opens_no_other_page(world, link):
    browser = screen(link[1])

    for address in ("/desk/", "/desk/wall/", "/desk/overview/", "/desk/overview/09043/", "/desk/devices/"):
        assert browser.get(address).headers["Location"].startswith("/desk/sign-in/")


def test_a_link_that_was_ended_shows_nothing_from_the_next_look_on(world, link):
    browser = screen(link[1])
    assert browser.get("/wall/").status_code == 200

    commands.end_wall(world.leader, link[0], now=clock.now())

    assert browser.get("/wall/").status_code == 404
    assert Client().get(f"/wall/open/{link[1]}/").status_code == 404


@pytest.mark.parametrize("secret", ["x", "%00", "a" * 4_000, "..%2f..", "' OR 1=1"])
def test_a_wrong_secret_opens_nothing(world, secret):
    assert Client().get(f"/wall/open/{secret}/").status_code == 404
    browser = Client()
    browser.cookies["loa_wall"] = "x"
    assert browser.get("/wall/").status_code == 404
    assert Client().get("/wall/").status_code == 404


def test_people_who_signed_in_see_the_wall_of_their_own_units(world):
    assert "Tỉnh Vĩnh Phúc" in text_of(browser_of("giamsat").get("/desk/wall/"))
    assert "Xã Tam Hồng" in text_of(browser_of("giamsat").get("/desk/wall/?unit=09043"))
    assert "Xã Tam Hồng" in text_of(browser_of("canbo").get("/desk/wall/"))
    for code in ("26", "09037", "nowhere", "\0"):
        assert browser_of("canbo").get("/desk/wall/", {"unit": code}).status_code == 404


def test_a_leader_makes_a_link_sees_its_address_once_and_ends_it(world):
    leader = browser_of("lanhdao")
    made = text_of(leader.post("/desk/walls/09043/", {"name": "Sảnh trụ sở", "days": "30"}))
    again = text_of(leader.get("/desk/walls/09043/"))

    assert "/wall/open/" in made
    assert "/wall/open/" not in again
    assert "Sảnh trụ sở" in again
    assert "chưa mở lần nào" in again


@pytest.mark.parametrize(
    "data", [{}, {"name": "", "days": "30"}, {"name": "x", "days": "99999"}, {"name": "\0", "days": "30"}]
)
def test_a_link_without_name_or_end_is_refused_with_a_reason(world, data):
    answer = browser_of("lanhdao").post("/desk/walls/09043/", data)

    assert answer.status_code == 422
    assert 'class="summary-errors"' in text_of(answer)


def test_every_exception_has_its_turn_on_the_screen():
    found = [(None, Kind.SILENT, number) for number in range(wall.AT_ONCE * 2 + 1)]
    now = clock.now()

    shown = [wall._turn(found, now=now + timedelta(seconds=wall.FRESH_S * turn)) for turn in range(3)]

    assert sorted(count for group in shown for _, _, count in group) == list(range(len(found)))
    assert wall._turn([], now=now) == ()
