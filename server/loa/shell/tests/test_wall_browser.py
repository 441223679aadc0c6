"""A screen on a wall in a real browser: it keeps fresh by itself, and keeps its figures when nobody answers."""

import shutil
import threading
from datetime import timedelta

import pytest
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from loa.devices.models import Device
from loa.dispatch import commands
from loa.dispatch.models import WallLink
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.shell.tests.browsing import complaints, live_server, password_is_enough

__all__ = ["live_server", "password_is_enough"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(world, live_server):
    now = clock.now()
    devices = make_devices(world.commune, count=6, seen_at=now)
    Device.objects.unscoped("test").filter(pk=devices[0].pk).update(seen_at=now - timedelta(hours=1), connected=False)
    _link, secret = commands.show_wall(world.leader, world.commune, name="Sảnh", lasts=timedelta(days=30), now=now)
    return f"{live_server.url}/wall/open/{secret}/"


@pytest.fixture
def screen():
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce")
        yield page
        browser.close()


def aside(act, *given):
    """Do something in the database beside the browser, which keeps this thread busy with its events."""
    failed = []

    def run():
        try:
            act(*given)
        except Exception as broken:  # noqa: BLE001 - told to the test
            failed.append(broken)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert failed == []


def all_away():
    Device.objects.unscoped("test").update(seen_at=clock.now() - timedelta(hours=1), connected=False)


def end_link(world):
    link = WallLink.objects.unscoped("test").select_related("unit").get()
    commands.end_wall(world.leader, link, now=clock.now())


def test_a_wall_is_accessible_and_fits_a_large_screen_and_a_small_one(address, screen, request):
    screen.goto(address)

    assert complaints(screen, "/wall/") == []
    assert screen.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    if pictures := request.config.getoption("pictures"):
        screen.screenshot(path=f"{pictures}/wall-1920.png")
    screen.set_viewport_size({"width": 390, "height": 844})
    assert complaints(screen, "/wall/") == []


def test_a_wall_asks_anew_by_itself_and_keeps_its_figures_with_their_age_when_nobody_answers(address, screen, world):
    screen.clock.install()
    screen.goto(address)
    away = screen.locator(".wall-figures .bad strong")
    expect(away).to_have_text("1")

    aside(all_away)
    screen.clock.run_for(16_000)
    expect(away).to_have_text("6")

    screen.route("**/wall/", lambda route: route.abort())
    screen.clock.run_for(200_000)
    expect(screen.locator("[data-age]")).to_contain_text("Mất kết nối")
    expect(away).to_have_text("6")

    screen.unroute("**/wall/")
    screen.clock.run_for(16_000)
    expect(screen.locator("[data-age]")).to_contain_text("Số liệu lúc")


def test_a_wall_whose_link_is_ended_shows_nothing_any_more(address, screen, world):
    screen.clock.install()
    screen.goto(address)
    expect(screen.locator("#wall")).to_be_visible()

    aside(end_link, world)
    screen.clock.run_for(16_000)

    expect(screen.locator("#wall")).to_have_count(0)
