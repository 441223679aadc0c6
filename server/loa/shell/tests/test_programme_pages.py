"""Pages of the programme: from an empty week to a plan, with two people and a preview between."""

import re
from datetime import datetime, time, timedelta

import pytest

from loa.dispatch import plans
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.schedules import planning, tasks
from loa.schedules.models import EntryVersion, Occurrence
from loa.schedules.rules.slots import ZONE
from loa.schedules.tests.programme_making import make_entry, make_words
from loa.shell.tests.desk import browser_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(world):
    make_devices(world.commune)
    return browser_of("canbo")


def said(bulletin, **about):
    today = planning.today(clock.now())
    return {
        "kind": "bulletin",
        "bulletin": str(bulletin.pk),
        "title": "Thời sự xã",
        "at": "17:00",
        "frame": "15",
        "repeat": "daily",
        "start_on": (today + timedelta(days=1)).isoformat(),
        "reach": "all",
    } | about


def sha256_on(page):
    return re.search(r'name="sha256" value="(\w{64})"', page)[1]


def write(browser, bulletin, **about):
    """Fill the form in; return the address of the entry."""
    answer = browser.post("/desk/programme/new/", said(bulletin, **about))
    assert answer.status_code == 302, text_of(answer)
    return answer.headers["Location"]


def test_from_an_empty_week_to_the_plan_of_the_clusters(world, officer):
    entry = write(officer, make_words(world, now=clock.now()))
    page = text_of(officer.get(entry))
    assert "Thời sự xã" in page

    officer.post(f"{entry}hand-in/", {"sha256": sha256_on(page)})
    leader = browser_of("lanhdao")
    assert f'href="{entry}"' in text_of(leader.get("/desk/"))
    assert f'href="{entry}"' not in text_of(officer.get("/desk/"))
    waiting = text_of(leader.get(entry))
    assert "17:00:00" in waiting
    answer = leader.post(f"{entry}approve/", {"sha256": sha256_on(waiting), "number": "1"})
    tasks.unroll(now=clock.now())

    assert answer.status_code == 302
    assert Occurrence.objects.unscoped("test").filter(state="planned").count() == 8
    assert plans.prepare(now=clock.now()).airings


def test_the_week_shows_what_is_approved_and_what_waits(world, officer):
    bulletin = make_words(world, now=clock.now())
    make_entry(world, bulletin, now=clock.now(), start_on=planning.today(clock.now()))
    write(officer, bulletin, title="Bản tin trưa", at="11:30")

    page = text_of(officer.get("/desk/programme/"))

    assert page.count("week-item approved") >= 1
    assert "week-item draft" in page or "Bản tin trưa" in page


def test_a_form_that_does_not_fit_says_where_and_keeps_what_was_typed(world, officer):
    bulletin = make_words(world, now=clock.now())

    answer = officer.post(
        "/desk/programme/new/", said(bulletin, repeat="weekly", left_out="mai", until_on="2020-01-01", title="Giữ lại")
    )

    page = text_of(answer)
    assert answer.status_code == 422
    assert all(name in page for name in ('href="#id_weekdays"', 'href="#id_left_out"', 'href="#id_until_on"'))
    assert "Giữ lại" in page


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "DROP TABLE", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;" * 40]
)
def test_a_hostile_rule_is_refused_beside_its_field(world, officer, rule):
    answer = officer.post("/desk/programme/new/", said(make_words(world, now=clock.now()), repeat="rule", rule=rule))

    assert answer.status_code in {409, 422}
    assert 'href="#id_rule"' in text_of(answer)


@pytest.mark.parametrize(
    ("about", "rule"),
    [
        ({"repeat": "weekly", "weekdays": ["MO", "FR"]}, "FREQ=WEEKLY;BYDAY=MO,FR"),
        ({"repeat": "monthly", "month_day": "31"}, "FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD"),
        ({"repeat": "lunar", "lunar_days": "1, 15"}, "RSCALE=X-VIETNAMESE;FREQ=MONTHLY;BYMONTHDAY=1,15"),
        ({"repeat": "once"}, ""),
        ({"repeat": "daily", "until_on": "2027-03-01"}, "FREQ=DAILY;UNTIL=20270301"),
    ],
)
def test_the_form_says_a_rule_and_shows_it_again_as_it_was_said(world, officer, about, rule):
    entry = write(officer, make_words(world, now=clock.now()), **about)

    assert EntryVersion.objects.unscoped("test").get().rule == rule
    page = text_of(officer.get(f"{entry}edit/"))
    assert re.search(rf'name="repeat" value="{about["repeat"]}"[^>]* checked', page)


def test_dragging_opens_the_form_with_the_move_filled_in(world, officer):
    entry = write(officer, make_words(world, now=clock.now()))
    day = planning.today(clock.now()) + timedelta(days=2)

    page = text_of(officer.get(f"{entry}edit/", {"move": day, "to": day + timedelta(days=1), "at": "17:00"}))

    assert re.search(rf'name="move_day" value="{day}"', page)
    assert re.search(rf'name="move_to" value="{day + timedelta(days=1)}"', page)


def test_who_wrote_it_is_told_that_another_person_approves(world, officer):
    entry = write(officer, make_words(world, now=clock.now()))
    officer.post(f"{entry}hand-in/", {"sha256": sha256_on(text_of(officer.get(entry)))})

    page = text_of(officer.get(entry))

    assert "Cần một người khác xem lại và duyệt mục này." in page
    assert "/approve/" not in page


def test_what_was_not_seen_is_not_approved(world, officer):
    entry = write(officer, make_words(world, now=clock.now()))
    officer.post(f"{entry}hand-in/", {"sha256": sha256_on(text_of(officer.get(entry)))})

    answer = browser_of("lanhdao").post(f"{entry}approve/", {"sha256": "0" * 64, "number": "1"})

    assert answer.status_code == 409
    assert "đã thay đổi sau khi anh/chị mở trang" in text_of(answer)


def test_the_quiet_hours_name_how_many_clusters_wake_and_need_both(world, officer):
    entry = write(officer, make_words(world, now=clock.now()), at="03:15")
    page = text_of(officer.get(entry))
    assert "3 cụm loa" in page

    without = officer.post(f"{entry}hand-in/", {"sha256": sha256_on(page)})
    officer.post(f"{entry}hand-in/", {"sha256": sha256_on(page), "confirmed": "on"})
    leader = browser_of("lanhdao")
    shown = sha256_on(text_of(leader.get(entry)))
    refused = leader.post(f"{entry}approve/", {"sha256": shown, "number": "1"})
    taken = leader.post(f"{entry}approve/", {"sha256": shown, "number": "1", "wakes": "3"})

    assert (without.status_code, refused.status_code, taken.status_code) == (409, 409, 302)


def test_two_entries_that_meet_are_marked_while_the_second_is_written(world, officer):
    now = clock.now()
    long = make_words(world, now=now, duration_ms=180_000, title="Bản tin dài")
    tomorrow = planning.today(now) + timedelta(days=1)
    make_entry(world, long, now=now, start_on=tomorrow)

    entry = write(officer, make_words(world, now=now, title="Bản tin sau"), at="17:01", title="Bản tin sau")

    page = text_of(officer.get(entry))
    assert "không phát: nội dung khác phát quá lâu" in page
    assert "air-line odd" in page


def test_the_preview_is_what_the_clusters_play_and_says_why(world, officer):
    now = clock.now()
    tomorrow = planning.today(now) + timedelta(days=1)
    make_entry(world, make_words(world, now=now, duration_ms=60_000), now=now, start_on=tomorrow)

    page = text_of(officer.get("/desk/programme/preview/"))
    at = datetime.combine(tomorrow, time(17, 0, 30), tzinfo=ZONE)
    why = text_of(officer.get("/desk/programme/why/", {"day": f"{at:%Y-%m-%d}", "at": f"{at:%H:%M:%S}"}))
    silent = text_of(officer.get("/desk/programme/why/", {"day": f"{at:%Y-%m-%d}", "at": "12:00"}))

    assert "17:00:00" in page
    assert all(words in why for words in ("Thời sự xã", "phiên bản 1", "Lê Thị Lãnh", "Trần Văn Cán", "mục theo lịch"))
    assert "Không có gì được xếp lịch vào phút này." in silent


def test_what_changed_since_yesterday_is_told(world, officer):
    now = clock.now()
    make_entry(world, now=now, start_on=planning.today(now) + timedelta(days=1))

    page = text_of(officer.get("/desk/programme/preview/"))

    assert "Thay đổi so với hôm qua" in page
    assert page.count('<span class="pill accent">mới</span>') >= 6


@pytest.mark.parametrize(
    "address", ["?from=9999-12-31", "?from=rubbish", "why/?day=0001-01-01&at=99:99", "preview/?group=77"]
)
def test_addresses_with_strange_days_answer(world, officer, address):
    assert officer.get(f"/desk/programme/{address}").status_code == 200


def test_who_may_decide_has_it_counted_in_the_navigation(world, officer):
    entry = write(officer, make_words(world, now=clock.now()))
    officer.post(f"{entry}hand-in/", {"sha256": sha256_on(text_of(officer.get(entry)))})

    page = text_of(browser_of("lanhdao").get("/desk/programme/"))

    assert "Chờ duyệt" in page
    assert 'class="badge"' in page


def test_a_rule_without_simple_words_is_told_by_the_days_it_comes_on(world, officer):
    now = clock.now()
    monday = planning.today(now) + timedelta(days=7 - planning.today(now).weekday())
    rule = {"repeat": "rule", "rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "start_on": monday.isoformat()}
    moved = {"move_day": monday.isoformat(), "move_to": (monday + timedelta(days=1)).isoformat(), "move_at": "18:30"}

    page = text_of(officer.get(write(officer, make_words(world, now=now), **rule, **moved)))

    told = page.partition("Các lần tới")[2]
    assert f"18:30, Thứ Ba {monday + timedelta(days=1):%d/%m/%Y}" in told
    assert f"17:00, Thứ Hai {monday + timedelta(days=14):%d/%m/%Y}" in told
    assert f"Thứ Hai {monday:%d/%m}: sang 18:30" in told.partition("Ngày được dời")[2]
