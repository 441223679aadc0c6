"""The programme in a real browser: both widths, schemes and languages, axe, and an entry dragged to another day."""

import shutil
from datetime import time, timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import sync_playwright

from loa.devices import commands as devices
from loa.dispatch import commands as dispatching
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.schedules import planning, tasks
from loa.schedules.tests.hour_rules import EVENING, MORNING, every_day, lay_down
from loa.schedules.tests.programme_making import approved, handed_in, make_entry, make_words, written
from loa.shell.tests.browsing import LOOKS, live_server, password_is_enough, sign_in, walk

__all__ = ["live_server", "password_is_enough"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def programme(world):
    make_devices(world.commune)
    now = clock.now()
    today = planning.today(now)
    bulletin = make_words(world, now=now, duration_ms=90_000)
    entry = make_entry(world, bulletin, now=now, start_on=today)
    later = make_words(world, now=now, title="Bản tin sau")
    waiting = handed_in(
        world, written(world, later, now=now, title="Nhắc lịch tiêm", at=time(17, 1), start_on=today), now=now
    )
    return entry, waiting


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_pages_of_the_programme_have_no_findings(world, live_server, look, pytestconfig):
    entry, waiting = programme(world)
    both = ["/desk/programme/", f"/desk/programme/{entry.pk}/", f"/desk/programme/{waiting.entry_id}/"]
    tomorrow = planning.today(clock.now()) + timedelta(days=1)
    why = f"/desk/programme/why/?day={tomorrow}&at=17:00:30"
    pages = {
        "canbo": [*both, "/desk/programme/new/", f"/desk/programme/{entry.pk}/edit/", "/desk/programme/preview/", why],
        "lanhdao": both,
    }

    assert walk(live_server, pages, look, pictures=pytestconfig.getoption("pictures")) == []


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[-1]], ids=lambda look: "-".join(map(str, look)))
def test_pages_of_what_breaks_hour_rules_or_is_silenced_have_no_findings(world, live_server, look, pytestconfig):
    entry, _waiting = programme(world)
    now = clock.now()
    today = planning.today(now)
    lay_down(world, windows=every_day(MORNING, EVENING), first=today, now=now)
    noon = {"at": time(12, 0), "start_on": today}
    set_aside = written(world, make_words(world, now=now, title="Chợ phiên"), now=now, title="Chợ phiên", **noon)
    approved(world, set_aside, now=now, override="Chợ phiên họp buổi trưa")
    waits = written(world, make_words(world, now=now, title="Chợ đêm"), now=now, title="Chợ đêm", **noon)
    handed_in(world, waits, now=now, override="Chợ họp cả tuần")
    tasks.unroll(now=now)
    devices.silence(world.leader, world.commune, reason="Đám tang", now=now)
    ceiling = dispatching.set_ceiling(world.leader, world.commune, start_min=300, end_min=1380, most_pct=60, now=now)
    dispatching.ask_to_end(world.officer, ceiling, now=now)
    grid, shown = f"/desk/programme/?from={today + timedelta(days=7)}", "/desk/programme/preview/"
    pages = {
        "canbo": [grid, shown, f"/desk/programme/{set_aside.entry_id}/"],
        "lanhdao": [f"/desk/programme/{waits.entry_id}/", f"/desk/programme/{entry.pk}/", "/desk/ceilings/"],
    }

    assert walk(live_server, pages, look, pictures=pytestconfig.getoption("pictures")) == []


def test_an_entry_is_dragged_to_another_day(world, live_server):
    entry, _waiting = programme(world)
    monday = planning.today(clock.now()) + timedelta(days=7)
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        sign_in(page, live_server.url, "canbo")
        page.goto(f"{live_server.url}/desk/programme/?from={monday}")
        days = page.locator("[data-day]")
        item = days.nth(1).locator("[data-edit]").first
        day = item.get_attribute("data-of")

        item.drag_to(days.nth(3))
        page.wait_for_url(f"**/{entry.pk}/edit/**")

        asked = parse_qs(urlparse(page.url).query)
        assert asked["move"] == [day]
        assert page.input_value("[name=move_day]") == day
        assert page.input_value("[name=move_to]") == asked["to"][0] != day
        assert page.input_value("[name=move_at]") == "17:00"
        browser.close()
