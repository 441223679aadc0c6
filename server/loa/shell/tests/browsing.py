"""Walking through pages in a real browser: both widths, both schemes, both languages, and what axe says."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.test import override_settings
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from loa.orgs.tests.world import PASSWORD
from loa.shell.tests.desk import confirmed

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LOOKS = [(390, "light", "vi"), (390, "dark", "en"), (1280, "light", "en"), (1280, "dark", "vi")]
"""Width, scheme and language."""

TOO_WIDE = """[...document.querySelectorAll(".columns > *")]
    .filter(part => part.scrollWidth > part.clientWidth).map(part => part.innerText.slice(0, 40))"""
"""What runs into its neighbor: the window is wide enough for it all the same."""


@pytest.fixture(scope="session")
def live_server(tmp_path_factory):
    """A server in a thread; it looks for its static folder before the fixtures of a single test exist."""
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        server = LiveServer("localhost")
        yield server
        server.stop()


@pytest.fixture(autouse=True)
def password_is_enough(settings):
    """What leads people to a second factor is tried in room accounts."""
    settings.LOA_SECOND_FACTOR = "offered"


def sign_in(page, origin, username):
    page.goto(f"{origin}/desk/sign-in/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url(f"{origin}/desk/")
    (session,) = (cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "loa_session")
    with ThreadPoolExecutor(1) as aside:  # a loop of the browser's runs in this thread
        aside.submit(_confirm, session).result()


def _confirm(session):
    try:
        confirmed(session)
    finally:
        connection.close()


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
    found += [f"{address}: {words!r} runs out of its column" for words in page.evaluate(TOO_WIDE)]
    return found


def walk(live_server, addresses, look, *, pictures=None):
    """Open the addresses of each person in one look; return all complaints. `pictures` is a folder to leave each in."""
    width, scheme, language = look
    said = []
    heard = Ear(said)
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for username, pages in addresses.items():
            context = browser.new_context(
                viewport={"width": width, "height": 844}, color_scheme=scheme, reduced_motion="reduce"
            )
            context.add_cookies([{"name": "loa_language", "value": language, "url": live_server.url}])
            page = context.new_page()
            page.on("console", heard.console)
            page.on("pageerror", heard.error)
            sign_in(page, live_server.url, username)
            for number, address in enumerate(pages):
                page.goto(live_server.url + address)
                if urlsplit(page.url).path != urlsplit(address).path:
                    said.append(f"{address}: led to {page.url}")
                if page.get_attribute("html", "lang") != language:
                    said.append(f"{address}: not in the language asked for")
                said += complaints(page, address)
                if pictures:
                    name = f"{username}-{number}-{width}-{scheme}-{language}.png"
                    page.screenshot(path=Path(pictures) / name, full_page=True)
            context.close()
        browser.close()
    return said
