"""Pages in a real browser: what axe says of them, at the width of a phone and of a desk, light and dark."""

import shutil
from datetime import timedelta

import pytest
from playwright.sync_api import sync_playwright

from loa.dispatch import counting
from loa.dispatch.tests.making import make_airing, make_devices, make_evidence
from loa.kernel import clock
from loa.shell.tests.browsing import LOOKS, live_server, password_is_enough, sign_in, walk
from loa.shell.tests.desk import make_waiting

__all__ = ["live_server", "password_is_enough"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def addresses(world):
    """What there is to see: a bulletin that waits, an airing with every kind of verdict, a device."""
    devices = make_devices(world.commune, count=6, seen_at=clock.now())
    bulletin = make_waiting(world)
    airing = make_airing(world, now=clock.now() - timedelta(seconds=5))
    make_evidence(airing, devices[0])
    make_evidence(airing, devices[1], level_dbfs=-70.0)
    make_evidence(airing, devices[2], "missed", reason="media_missing", started=False, level_dbfs=None, late_ms=None)
    make_evidence(airing, devices[3], "partial")
    make_evidence(airing, devices[4], clip="cd" * 32)
    over = make_airing(world, now=clock.now() - timedelta(hours=1), source="over")
    make_evidence(over, devices[0])
    counting.refresh(now=clock.now())
    own = f"/desk/bulletins/{bulletin.pk}/"
    return {
        "canbo": [
            "/desk/", "/desk/bulletins/", "/desk/bulletins/new/", f"{own}edit/", f"{own}sound/", f"{own}where/",
            "/desk/bulletins/tunes/", f"{own}withdraw/", "/desk/timeline/", "/desk/files/", "/desk/files/new/",
            "/desk/bulletins/new/import/", "/desk/none/",
        ],
        "lanhdao": [own, f"/desk/airings/{airing.pk}/", f"/desk/airings/{airing.pk}/stop/"],
        "giamsat": [
            "/desk/heard/", f"/desk/heard/{world.commune.code}/", "/desk/bulletins/overview/",
            "/desk/bulletins/overdue/",
        ],
        "quantri": ["/desk/bulletins/flows/", "/desk/bulletins/flows/new/", "/desk/bulletins/days/"],
        "kythuat": [
            "/desk/devices/", "/desk/devices/add/", f"/desk/devices/{devices[0].pk}/",
            f"/desk/devices/{devices[0].pk}/code/",
        ],
    }  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
def test_pages_are_accessible_and_fit(live_server, addresses, look, request):
    said = walk(live_server, addresses, look, pictures=request.config.getoption("pictures"))

    # A page that is absent is told to the console by the browser itself
    assert [line for line in said if "404 (Not Found)" not in line] == []


def test_the_whole_way_works_without_script(live_server, world):
    make_devices(world.commune)
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
        sign_in(page, live_server.url, "canbo")
        page.click("a.primary")
        page.fill("[name=title]", "Lịch cấp nước")
        page.fill("[name=text]", "Sáng mai có nước.")
        page.click("button[value=hear]")
        assert page.get_by_label("Lịch cấp nước").is_visible()
        page.click("button[value=next]")
        page.click("button[value=submit]")
        place = page.url.split("#")[0]
        page.click("summary")
        page.click("form[action='/desk/sign-out/'] button")
        sign_in(page, live_server.url, "lanhdao")
        page.goto(place)
        page.click(".decision form button")
        assert "/desk/airings/" in page.url or page.locator(".pill").count() > 0
        browser.close()
