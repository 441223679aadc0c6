"""Pages in a real browser: what axe says of them, at the width of a phone and of a desk, light and dark."""

import shutil
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from loa.dispatch import counting
from loa.dispatch.tests.making import make_airing, make_devices, make_evidence
from loa.kernel import clock
from loa.orgs.tests.world import PASSWORD
from loa.shell.tests.desk import make_waiting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LOOKS = [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture(scope="session")
def live_server(tmp_path_factory):
    """A server in a thread; it looks for its static folder before the fixtures of a single test exist."""
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        server = LiveServer("localhost")
        yield server
        server.stop()


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
        "giamsat": ["/desk/heard/", f"/desk/heard/{world.commune.code}/"],
        "kythuat": [
            "/desk/devices/", "/desk/devices/add/", f"/desk/devices/{devices[0].pk}/",
            f"/desk/devices/{devices[0].pk}/code/",
        ],
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _password_is_enough(settings):
    """What leads people to a second factor is tried in room accounts."""
    settings.LOA_SECOND_FACTOR = "offered"


def sign_in(page, origin, username):
    page.goto(f"{origin}/desk/sign-in/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url(f"{origin}/desk/")


class Ear:
    """Writes down what the browser complains about."""

    def __init__(self, said):
        self.said = said

    def console(self, line):
        if line.type == "error":
            self.said.append(line.text)

    def error(self, error):
        self.said.append(str(error))


def complaints(page, address):
    """Return what axe, the console and the width of the page have to say."""
    found = [
        f"{address}: {violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in Axe().run(page, options=RULES).response["violations"]
    ]
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 0:
        found.append(f"{address}: {overflow} px wider than the window")
    return found


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_are_accessible_and_fit(live_server, addresses, width, scheme):
    said = []
    heard = Ear(said)
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for username, pages in addresses.items():
            context = browser.new_context(
                viewport={"width": width, "height": 844}, color_scheme=scheme, reduced_motion="reduce"
            )
            page = context.new_page()
            page.on("console", heard.console)
            page.on("pageerror", heard.error)
            sign_in(page, live_server.url, username)
            for address in pages:
                page.goto(live_server.url + address)
                said += complaints(page, address)
            context.close()
        browser.close()

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
