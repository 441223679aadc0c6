"""Putting sound together in a real browser: the microphone, the slides, and what axe says."""

import os
import re
import shutil

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from loa.bulletins.tests.making import make_bulletin
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.media import commands as media
from loa.media import intake, store
from loa.media.rules import TuneUse
from loa.media.tests import sounds
from loa.shell.tests.browsing import RULES, live_server, sign_in  # noqa: F401 - a fixture is used by its name

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
SPOKEN_S = 6
WINDOW_S = 0.05


@pytest.fixture
def voice(tmp_path):
    """What the microphone hears: a voice with a long pause at its end, again and again."""
    sound = np.concatenate([sounds.speechlike(SPOKEN_S, amplitude=0.5), np.zeros(48_000, np.float32)])
    return sounds.write(tmp_path / "voice.wav", sound, container="wav", codec="pcm_s16le")


@pytest.fixture
def page(voice):
    flags = [
        "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={voice}",
    ]  # fmt: skip
    with sync_playwright() as playwright:
        flags += ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, locale="vi-VN", permissions=["microphone"]
        )
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error on {page.url}: {error}"))
        yield page
        browser.close()


@pytest.fixture
def bulletin(world, voice):
    whole = scopes.system("test")
    clip = media.keep(whole, world.commune, prepared=intake.from_upload(voice))
    media.add_tune(whole, world.commune, clip=clip, name="Trống hội", use=TuneUse.INTRO, now=clock.now())
    return make_bulletin(world, clip=clip, text="Câu thứ nhất. Câu thứ hai.", now=clock.now())


def test_a_recording_by_the_microphone_is_counted_in_and_arrives_as_it_was_spoken(
    world, bulletin, page, voice, live_server  # noqa: F811 - the fixture
):  # fmt: skip
    sign_in(page, live_server.url, "canbo")
    page.goto(f"{live_server.url}/desk/bulletins/{bulletin.pk}/sound/")
    recorder = page.locator(".recorder[data-recorder=new]")

    recorder.locator("[data-record]").click()
    expect(recorder.locator("[data-state]")).to_contain_text("3")
    expect(recorder).to_have_class("recorder ready on", timeout=15_000)
    expect(recorder.locator("[data-clock]")).to_have_text(re.compile("0:0[4-9]"), timeout=30_000)
    recorder.locator("[data-record]").click()
    expect(recorder.locator("[data-state]")).to_contain_text("Đã ghi xong")
    page.click("button[value=add]")

    expect(page.locator(".part")).to_have_count(2, timeout=30_000)
    taken = page.locator(".part > audio").last.get_attribute("data-base").removeprefix("/media/")
    heard, spoken = _levels(store.path(taken)), _levels(voice)
    assert 3 < len(heard) * WINDOW_S < 9
    assert _likeness(heard, np.tile(spoken, 4)) > 0.85


def test_a_recording_that_was_not_sent_is_offered_again(world, bulletin, page, live_server):  # noqa: F811 - as above
    sign_in(page, live_server.url, "canbo")
    address = f"{live_server.url}/desk/bulletins/{bulletin.pk}/sound/"
    page.goto(address)
    recorder = page.locator(".recorder[data-recorder=new]")
    recorder.locator("[data-record]").click()
    expect(recorder.locator("[data-clock]")).to_have_text(re.compile("0:0[2-9]"), timeout=30_000)

    page.goto(address)  # the page is gone in the middle of it
    expect(recorder.locator("[data-rescue]")).to_be_visible()
    recorder.locator("[data-use]").click()
    page.click("button[value=add]")
    expect(page.locator(".part")).to_have_count(2, timeout=30_000)


def test_the_ends_of_a_part_follow_the_slides_and_the_page_fits(world, bulletin, page, live_server):  # noqa: F811 - as above
    sign_in(page, live_server.url, "canbo")
    page.goto(f"{live_server.url}/desk/bulletins/{bulletin.pk}/sound/")
    first = page.locator(".part-slide").first

    first.focus()
    first.press("Home")
    for _ in range(20):
        first.press("ArrowRight")

    assert float(page.input_value("#from-0")) == pytest.approx(1.0, abs=0.01)
    assert "#t=1," in page.locator(".part > audio").get_attribute("src")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def _levels(file):
    sound, window = sounds.read(file), int(WINDOW_S * 48_000)
    return np.sqrt((sound[: len(sound) // window * window].reshape(-1, window) ** 2).mean(axis=1))


def _likeness(heard, spoken):
    """How well the levels of one fit into the other, at the best place."""
    places = range(len(spoken) - len(heard) + 1)
    return max(np.corrcoef(heard, spoken[at : at + len(heard)])[0, 1] for at in places)
