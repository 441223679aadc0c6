"""The archive's pages in a real browser: what axe says, at the width of a phone and of a desk, light and dark."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

from loa.bulletins import commands
from loa.bulletins.models import Tape
from loa.bulletins.tests.making import make_bulletin
from loa.kernel import clock
from loa.shell.tests.addresses import archive
from loa.shell.tests.test_browser import LOOKS, Ear, complaints, live_server, sign_in

__all__ = ["live_server"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _password_is_enough(settings):
    settings.LOA_SECOND_FACTOR = "offered"


@pytest.fixture
def addresses(world):
    """What there is to see: a batch that waits, one that comes in, and an archive that lies there."""
    make_bulletin(world, now=clock.now())
    looked = archive.batch(world)["batch_id"]
    found = [
        Tape(name="1998/băng 03.mp3", sha256="1" * 64, title="Lũ trên sông", state="new"),
        Tape(name="../../rất dài/" + "tên-tệp-không-có-dấu-cách" * 6, state="refused", reason="tape_name"),
        Tape(name="bản sao.wav", sha256="2" * 64, state="known"),
    ]
    running = commands.begin_batch(
        world.system, world.commune, author_id=world.officer_user.pk, folder="/tmp/x", name="kho 1998.zip",  # noqa: S108 - a name, nothing is opened
        is_written_down=False, found=found, now=clock.now(),
    )  # fmt: skip
    archive.export(world)
    batches = "/desk/archive/batches/"
    return {
        "canbo": ["/desk/archive/", batches, f"{batches}new/", f"{batches}{looked}/", f"{batches}{running.pk}/"],
        "lanhdao": ["/desk/archive/", "/desk/archive/exports/"],
    }


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_of_the_archive_are_accessible_and_fit(live_server, addresses, width, scheme, tmp_path):
    said = []
    heard = Ear(said)
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for username, places in addresses.items():
            context = browser.new_context(
                viewport={"width": width, "height": 844}, color_scheme=scheme, reduced_motion="reduce"
            )
            page = context.new_page()
            page.on("console", heard.console)
            page.on("pageerror", heard.error)
            sign_in(page, live_server.url, username)
            for number, place in enumerate(places):
                page.goto(live_server.url + place)
                said += complaints(page, place)
                page.screenshot(path=tmp_path / f"{username}-{number}-{width}-{scheme}.png", full_page=True)
            context.close()
        browser.close()

    assert said == []
