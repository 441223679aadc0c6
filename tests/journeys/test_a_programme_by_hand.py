"""A programme as an officer keeps it, on a phone and on a desk: the steps of the how-to page, and its pictures."""

import re

import pytest
from playwright.sync_api import expect

from loa.box.demo import province

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.xdist_group("box"), pytest.mark.timeout(300)]

TITLE = "Nhắc lịch tiêm phòng"
WEEKDAYS = ("MO", "WE", "FR")
SCREEN = {"width": 1920, "height": 1080}

_OTHERS = """
from datetime import time, timedelta
from loa.accounts.models import User
from loa.bulletins.models import Bulletin
from loa.kernel import clock
from loa.orgs import queries as orgs
from loa.schedules import commands, planning, programme
from loa.schedules.rules.entries import EntryKind
from loa.schedules.wishes import Wish
officer, leader = (orgs.scope_for(User.objects.get(username=name), is_fresh=True) for name in ("canbo", "lanhdao"))
commune, now = orgs.unit_by_code(officer, facts["commune"]), clock.now()
tomorrow = planning.today(now) + timedelta(days=1)
for name, at, rule, words in facts["entries"]:
    bulletin = Bulletin.objects.unscoped("test").get(title=words)
    wish = Wish(kind=EntryKind.BULLETIN, title=name, bulletin_id=bulletin.pk, at=time.fromisoformat(at),
                frame=timedelta(minutes=15), rule=rule, start_on=tomorrow)
    version = commands.write(officer, commune, wish=wish, now=now)
    sha256 = programme.agreed(programme.versions(version.entry)[0])
    there = commands.submit(officer, version.entry, sha256=sha256, confirmed=False, now=now)
    commands.approve_entry(leader, there.entry, number=there.number, sha256=there.sha256, wakes=None, now=now)
"""
_ON_PLAN = """
SELECT count(*) FROM schedules_occurrence AS day JOIN schedules_entry_version AS version ON version.id = day.version_id
 WHERE version.title = %s AND day.state = 'planned'
"""


@pytest.fixture(scope="module")
def others(box):
    """What the commune's clusters play on other days and hours."""
    entries = [
        ("Bản tin sáng", "05:45", "FREQ=DAILY", province.EARLY.title),
        ("Bản tin trưa", "11:15", "FREQ=WEEKLY;BYDAY=TU,TH,SA", province.EARLY.title),
    ]
    box.ask(_OTHERS, commune=province.HOME, entries=entries)


def test_an_entry_is_written_seen_approved_and_explained(box, person, picture, others):
    officer, leader = person("canbo", 390), person("lanhdao", 1280)

    _write(officer, picture)
    expect(officer.locator(".air-line").first).to_be_visible()
    assert officer.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    officer.click("form[action$='/hand-in/'] button")
    expect(officer.locator(".notice.info")).to_contain_text("một người khác")

    leader.goto("/desk/programme/")
    leader.locator("section[aria-labelledby=open-title] a", has_text=TITLE).first.click()
    leader.click("form[action$='/approve/'] button")
    expect(leader.locator("form[action$='/approve/']")).to_have_count(0)
    box.until(lambda: box.scalar(_ON_PLAN, TITLE) >= len(WEEKDAYS))

    _see(person("canbo", 1280), box, picture)


def test_the_province_looks_from_above(box, person, picture, others):
    monitor = person("giamsat", 1280)

    monitor.goto("/desk/overview/")
    expect(monitor.locator("h1")).to_contain_text("Vĩnh Phúc")
    picture(monitor, "overview-desk")

    monitor.set_viewport_size(SCREEN)
    monitor.goto(f"/desk/wall/?unit={province.PROVINCE}")
    expect(monitor.locator(".wall-tiles li").first).to_be_visible()
    assert monitor.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    picture(monitor, "wall")


def _write(page, picture):
    page.goto("/desk/programme/")
    page.locator("a[href*='/desk/programme/new/']").first.click()
    page.select_option("select[name=bulletin]", label=province.EARLY.title)
    page.fill("input[name=title]", TITLE)
    page.fill("input[name=at]", "17:00")
    page.check("input[name=repeat][value=weekly]")
    for day in WEEKDAYS:
        page.check(f"input[name=weekdays][value={day}]")
    page.locator("#when-title").scroll_into_view_if_needed()
    picture(page, "programme-entry-phone")
    page.click("main form[method=post] button.primary")
    expect(page).to_have_url(re.compile(r"/desk/programme/[0-9a-f-]{36}/$"))


def _see(page, box, picture):
    """Look at the week, at what the clusters will play, and at why."""
    page.goto("/desk/programme/")
    page.locator("nav.pager a").last.click()
    expect(page.locator(".week-item", has_text=TITLE)).to_have_count(len(WEEKDAYS))
    picture(page, "programme-desk")

    page.locator("a[href*='/desk/programme/preview/']").click()
    page.locator("details:has(.air-days)").evaluate("days => { days.open = true }")
    line = page.locator(".air-days .air-line", has_text=TITLE)
    expect(line.first.locator("time")).to_have_text("17:00:00")
    picture(page, "preview-desk")
    line.first.locator("a").click()

    names = dict(box.rows("SELECT username, full_name FROM accounts_user"))
    facts = page.locator("dl.facts")
    expect(facts).to_contain_text(TITLE)
    expect(facts).to_contain_text(names["canbo"])
    expect(facts).to_contain_text(names["lanhdao"])
