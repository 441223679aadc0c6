import re
from datetime import timedelta

import pytest

from loa.dispatch import queries, rules, timeline
from loa.dispatch.models import Airing
from loa.dispatch.tests.making import make_airing, make_devices, make_evidence
from loa.dispatch.web import views
from loa.kernel import clock
from loa.shell.tests.desk import browser_of, text_of


@pytest.fixture
def airing(world):
    """An airing that began a second ago on three clusters: one heard, one without sound, one still silent."""
    devices = make_devices(world.commune, seen_at=clock.now())
    airing = make_airing(world, now=clock.now() - timedelta(seconds=4))
    make_evidence(airing, devices[0])
    make_evidence(airing, devices[1], level_dbfs=-70.0)
    return airing


def test_the_page_says_how_many_heard_it_and_why_not(world, airing):
    page = text_of(browser_of("canbo").get(f"/desk/airings/{airing.pk}/"))

    assert re.search(r'class="giant"[^>]*>1<span class="of">/3</span>', page)
    assert page.count('class="tile ') == 3
    assert page.count("v-silent") >= 2
    assert "-70 dB" in page
    assert 'hx-trigger="every 2s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_a_report_that_cannot_be_so_is_shown_as_doubtful_and_says_why(world, airing):
    told = queries.outcome(world.officer, airing.pk, now=clock.now()).rows
    (waiting,) = [row for row in told if row.verdict == "waiting"]
    make_evidence(airing, type("Told", (), {"pk": waiting.device_id}), clip="cd" * 32)

    page = text_of(browser_of("canbo").get(f"/desk/airings/{airing.pk}/"))

    assert re.search(r'class="giant"[^>]*>1<span class="of">/3</span>', page)
    assert '<rect class="v-odd"' in page
    assert re.search(r'<li class="v-odd">.*<strong class="number">1</strong> Báo cáo đáng ngờ', page)
    assert "Thiết bị báo đã phát một tệp âm thanh khác với tệp của lượt phát này." in page


def test_numbers_inside_pictures_are_written_for_machines_in_either_language(world, airing):
    page = text_of(browser_of("canbo").get(f"/desk/airings/{airing.pk}/"))

    numbers = re.findall(r' (?:x|y|width|height|cx|cy|r|value)="([^"]*,[^"]*)"', page)
    assert not numbers
    assert '<meter min="-60" max="0" low="-50" high="-1" optimum="-20" value="-20.0"' in page


def test_the_live_part_says_nothing_while_nothing_changes(world, airing):
    browser = browser_of("canbo")
    page = text_of(browser.get(f"/desk/airings/{airing.pk}/"))
    address = re.search(r'hx-get="([^"]+)"', page).group(1)

    assert browser.get(address).status_code == 204

    make_evidence(airing, make_devices(world.hamlet, count=1)[0])
    left = Airing.objects.unscoped("test").get(pk=airing.pk)
    (waiting,) = [
        row for row in browser.get(f"/desk/airings/{left.pk}/").context["outcome"].rows if row.verdict == "waiting"
    ]
    make_evidence(airing, type("Told", (), {"pk": waiting.device_id}))
    part = browser.get(address)
    assert part.status_code == 200
    assert "<html" not in text_of(part)
    assert ">2<span" in text_of(part)
    assert '<p id="live-words" hx-swap-oob="innerHTML">2 ' in text_of(part)


def test_when_it_is_over_the_page_stops_asking(world):
    devices = make_devices(world.commune)
    over = make_airing(world, now=clock.now() - timedelta(hours=1))
    for device in devices:
        make_evidence(over, device)

    page = text_of(browser_of("canbo").get(f"/desk/airings/{over.pk}/"))

    assert "hx-get" not in page
    assert "http-equiv" not in page
    assert ">3<span" in page


def test_a_long_list_shows_the_worst_first_and_the_rest_on_request(world):
    devices = make_devices(world.commune, count=60)
    over = make_airing(world, now=clock.now() - timedelta(hours=1))
    for device in devices[:59]:
        make_evidence(over, device)
    browser = browser_of("canbo")

    short = text_of(browser.get(f"/desk/airings/{over.pk}/"))
    whole = text_of(browser.get(f"/desk/airings/{over.pk}/?all=1"))

    assert (short.count('<tr id="d-'), whole.count('<tr id="d-')) == (40, 60)
    assert short.index(f'<tr id="d-{devices[59].pk}"') < short.index('<tr id="d-', short.index('<tr id="d-') + 1)


def test_stopping_asks_why_and_then_stops(world, airing):
    browser = browser_of("lanhdao")
    address = f"/desk/airings/{airing.pk}/stop/"

    assert browser.get(address).status_code == 200
    assert browser.post(address, {"reason": ""}).status_code == 422
    answer = browser.post(address, {"reason": "Sai giờ"})

    assert answer.url == f"/desk/airings/{airing.pk}/"
    assert Airing.objects.unscoped("test").get(pk=airing.pk).state == rules.State.STOPPED
    assert "Sai giờ" in text_of(browser.get(answer.url))
    assert browser.post(address, {"reason": "Lần nữa"}).status_code == 409


@pytest.mark.parametrize("page", ["", "live/", "stop/"])
def test_an_airing_elsewhere_is_absent_and_without_the_grant_refused(world, airing, page):
    address = f"/desk/airings/{airing.pk}/{page}"

    assert browser_of("lanhdao").get(address).status_code == 200
    assert browser_of("canbo2").get(address).status_code == 404
    assert browser_of("quantri").get(address).status_code == 403
    if page == "stop/":
        assert browser_of("giamsat").get(address).status_code == 403


def test_the_timeline_shows_the_day_with_the_present_in_its_place(world, monkeypatch):
    noon = clock.now().astimezone(rules.ZONE).replace(hour=12, minute=0, second=0, microsecond=0)
    make_devices(world.commune)
    make_airing(world, title="Buổi sáng", now=noon - timedelta(hours=5), source="slot:a")
    make_airing(world, title="Buổi chiều", start_at=noon + timedelta(hours=5), now=noon, source="slot:b")
    monkeypatch.setattr(clock, "now", lambda: noon)
    browser = browser_of("canbo")

    page = text_of(browser.get("/desk/timeline/"))

    assert page.index("Buổi sáng") < page.index('class="now-line"') < page.index("Buổi chiều")
    tomorrow = (noon + timedelta(days=1)).date().isoformat()
    assert "Buổi chiều" not in text_of(browser.get(f"/desk/timeline/?day={tomorrow}"))


@pytest.fixture
def long_day(world, monkeypatch):
    """Eight airings, on the hour from eight in the morning; it is ten past noon."""
    noon = clock.now().astimezone(rules.ZONE).replace(hour=12, minute=0, second=0, microsecond=0)
    make_devices(world.commune)
    for hour in range(8, 16):
        at = noon.replace(hour=hour)
        make_airing(world, title=f"Tin {hour} giờ", start_at=at, now=noon - timedelta(hours=5), source=f"slot:{hour}")
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(minutes=10))


def told(page):
    """Return the hours that a page names, in order, and where it says that it is now."""
    return [hour or "now" for hour in re.findall(r'Tin (\d+) giờ</span>|class="now-line"', page)]


def test_a_long_day_has_pages_and_opens_where_it_is_now(long_day, monkeypatch):
    monkeypatch.setattr(views, "PAGE_LENGTH", 3)
    browser = browser_of("canbo")

    opened, first, last = (text_of(browser.get(f"/desk/timeline/{at}")) for at in ("", "?page=1", "?page=99"))

    assert told(opened) == ["11", "12", "now", "13"]
    assert (told(first), told(last)) == (["8", "9", "10"], ["14", "15"])
    assert "page=1" in opened
    assert not re.search(r'href="\?[^"]*day=[^"]*page=|href="\?[^"]*page=[^"]*day=', first.split("<ol")[0])


def test_home_shows_what_lies_around_now_and_reads_no_evidence_of_the_rest(long_day, monkeypatch):
    asked = []
    read = timeline.evidence
    monkeypatch.setattr(timeline, "evidence", lambda airings: asked.append(airings) or read(airings))

    page = text_of(browser_of("canbo").get("/desk/"))

    assert told(page) == ["10", "11", "12", "now", "13", "14", "15"]
    assert [len(airings) for airings in asked] == [6]


def test_the_timeline_of_a_unit_outside_is_absent(world):
    browser = browser_of("canbo")

    assert browser.get("/desk/timeline/?unit=09043.01").status_code == 200
    assert browser.get("/desk/timeline/?unit=09037").status_code == 404
    assert browser.get("/desk/timeline/?day=không").status_code == 200
    assert browser_of("quantri").get("/desk/timeline/").status_code == 403


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_end_of_the_calendar_shows_today(world, day):
    assert browser_of("canbo").get(f"/desk/timeline/?day={day}").status_code == 200


@pytest.mark.parametrize(("name", "page"), [("kythuat", "devices"), ("quantri", "people")])
def test_a_null_byte_in_a_search_finds_nothing_and_breaks_nothing(world, name, page):
    assert browser_of(name).get(f"/desk/{page}/?q=%00").status_code == 200


def test_an_airing_on_several_communes_names_the_commune_of_each_cluster(world):
    make_devices(world.hamlet, count=1)
    alone = make_airing(world, now=clock.now())
    make_devices(world.other_commune, count=1)
    both = make_airing(world, unit=world.province, source="slot:2", now=clock.now())
    browser = browser_of("giamsat")

    assert "Thôn Phù Lưu, Xã Tam Hồng" in text_of(browser.get(f"/desk/airings/{both.pk}/"))
    assert "Thôn Phù Lưu, Xã Tam Hồng" not in text_of(browser.get(f"/desk/airings/{alone.pk}/"))
