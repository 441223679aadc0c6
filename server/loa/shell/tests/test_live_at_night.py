"""The page on which a leader begins to speak while people sleep, or shortly before: who can agree, and who did."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.schedules.rules.hours import Window
from loa.schedules.tests.hour_rules import every_day, lay_down
from loa.schedules.tests.speaking import agree
from loa.shell.tests.desk import browser_of, text_of

BEGIN = "/desk/live/"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = datetime(2026, 11, 23, 3, 15, tzinfo=ZONE)
EVENING = datetime(2026, 11, 23, 20, 40, tzinfo=ZONE)
WAKES = 'name="wakes"'
WHY = 'name="override"'


@pytest.fixture
def leader(world, monkeypatch):
    """The commune's leader, in a browser whose clock can be set."""
    make_devices(world.commune, count=5)

    def at(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
        return browser_of("lanhdao")

    return at


def chosen(world, **changes):
    return {"title": "Bão số 3", "reach": "all", "minutes": "10", "unit": world.commune.code, **changes}


def test_at_night_the_page_names_those_who_can_agree(world, leader):
    page = text_of(leader(NIGHT).get(BEGIN))

    assert world.officer_user.full_name in page.partition("Người có thể đồng ý")[2]
    assert "Đồng ý cho nói trực tiếp trong giờ nghỉ" in page
    assert "/desk/live/agree/" not in page


def test_at_night_the_page_says_who_agreed_and_until_when(world, leader):
    browser = leader(NIGHT)
    agree(world, wakes=7, now=NIGHT - timedelta(minutes=20))

    page = text_of(browser.get(BEGIN))

    assert f"{world.officer_user.full_name} đã đồng ý cho anh/chị nói, tối đa 7 cụm loa" in page
    assert "trước 03:55" in page
    assert "Người có thể đồng ý" not in page


def test_by_day_nobody_is_asked(world, leader):
    page = text_of(leader(EVENING - timedelta(hours=3)).get(BEGIN))

    assert WAKES not in page
    assert "giờ nghỉ" not in page


def test_a_speech_that_only_reaches_into_the_night_asks_how_many_it_wakes(world, leader):
    browser = leader(EVENING)
    assert WAKES not in text_of(browser.get(BEGIN))

    refused = browser.post(BEGIN, chosen(world, minutes="30"))

    assert refused.status_code == 409
    assert WAKES in text_of(refused)
    agree(world, wakes=5, now=EVENING)
    assert browser.post(BEGIN, chosen(world, minutes="30", wakes="5")).status_code == 302


def test_the_page_asks_as_well_where_the_usual_length_reaches_into_the_night(world, leader):
    assert WAKES in text_of(leader(EVENING + timedelta(minutes=15)).get(BEGIN))


def test_outside_of_the_hours_the_page_asks_why_and_only_then(world, leader):
    noon = EVENING - timedelta(hours=8)
    browser = leader(noon)
    assert WHY not in text_of(browser.get(BEGIN))
    lay_down(world, windows=every_day(Window(990, 1080)), now=noon)

    page = text_of(browser.get(BEGIN))
    refused = browser.post(BEGIN, chosen(world, override=""))

    assert WHY in page
    assert "không cho phép" in page
    assert refused.status_code == 409
    assert WHY in text_of(refused)
    assert browser.post(BEGIN, chosen(world, override="Vỡ đê")).status_code == 302


def test_who_agreed_takes_it_back_where_they_agreed(world, leader):
    browser = leader(NIGHT)
    officer, address = browser_of("canbo"), f"/desk/live/agree/?unit={world.commune.code}"
    word = agree(world, wakes=5, now=NIGHT)
    back = f"/desk/live/agree/{word.pk}/take-back/"

    assert f"{world.leader_user.full_name} được nói, tối đa 5 cụm loa" in text_of(officer.get(address))
    answer = officer.post(back)

    assert answer.status_code == 302
    assert back not in text_of(officer.get(address))
    assert browser.post(BEGIN, chosen(world, wakes="5")).status_code == 409
