"""How words are read out, in a real browser, at the width of a phone and of a desk, in light and dark."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from loa.bulletins.tests.making import make_bulletin
from loa.kernel import clock
from loa.media import commands
from loa.media.speakable import Word
from loa.orgs.tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def live_server(tmp_path_factory):
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        server = LiveServer("localhost")
        yield server
        server.stop()


@pytest.fixture
def machine():
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _password_is_enough(settings):
    settings.LOA_SECOND_FACTOR = "offered"


def complaints(page):
    found = [
        f"{page.url}: {violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in Axe().run(page, options=RULES).response["violations"]
    ]
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, f"{page.url}: {overflow} px too wide"] if overflow > 0 else found


def sign_in(page, origin):
    page.goto(f"{origin}/desk/sign-in/")
    page.fill("[name=username]", "canbo")
    page.fill("[name=password]", PASSWORD)
    page.click("main button.primary")


@pytest.fixture
def dictionary(world):
    for unit, person, written, spoken in (
        (world.province, world.province_editor, "Krông Pắc", "cờ rông pắc"),
        (world.commune, world.officer, "TTVH-TT", "trung tâm văn hóa, thể thao"),
    ):
        commands.pronounce(person, unit, word=Word(written=written, spoken=spoken), now=clock.now())
    make_bulletin(world, text="Bão Xangsane đổ bộ. Xem trên QXZ.")


@pytest.mark.parametrize("look", [(390, "light"), (1280, "dark")])
def test_the_pages_of_words_fit_and_have_no_findings(dictionary, machine, live_server, tmp_path, look):
    width, scheme = look
    page = machine.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    sign_in(page, live_server.url)

    found = []
    for address in ("", "new/?written=QXZ", "import/"):
        page.goto(f"{live_server.url}/desk/pronunciation/{address}")
        found += complaints(page)
        page.screenshot(path=tmp_path / f"words-{address[:3] or 'list'}-{width}.png", full_page=True)

    assert found == []


def test_an_officer_hears_and_adds_a_word_without_javascript(world, machine, live_server, tmp_path):
    page = machine.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/desk/pronunciation/")
    page.click("main a.primary")
    page.fill("[name=written]", "Yagi")
    page.fill("[name=spoken]", "ya ghi")
    page.fill("[name=example]", "Bão Yagi cách bờ 250km")
    page.click("button[value=hear]")

    assert page.locator("audio").count() == 2
    assert "Bão ya ghi cách bờ hai trăm năm mươi ki lô mét" in page.inner_text("main")
    page.screenshot(path=tmp_path / "words-heard.png", full_page=True)
    page.click("button[value=save]")

    assert "ya ghi" in page.inner_text("main table")
