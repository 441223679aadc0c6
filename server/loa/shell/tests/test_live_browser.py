"""Live speech in a real browser: what axe says in every look, and a voice that becomes chunks of Opus."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import av
import numpy as np
import pytest
from django.db import connection
from playwright.sync_api import expect, sync_playwright

from loa.devices.models import LiveChunk, LiveSession
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.media.tests import sounds
from loa.schedules.tests.speaking import make_speech
from loa.shell.tests.browsing import LOOKS, live_server, password_is_enough, sign_in, walk
from loa_protocol import live

__all__ = ["live_server", "password_is_enough"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.fixture
def speech(world):
    make_devices(world.commune, count=2)
    make_devices(world.hamlet, count=3)
    return make_speech(world, units=[world.hamlet], now=clock.now())


@pytest.mark.parametrize("look", LOOKS)
def test_pages_are_accessible_and_fit(live_server, speech, look, request):
    pages = ["/desk/live/", f"/desk/live/{speech.pk}/", f"/desk/airings/{speech.pk}/"]

    assert walk(live_server, {"lanhdao": pages}, look, pictures=request.config.getoption("pictures")) == []


@pytest.fixture
def page(tmp_path):
    voice = sounds.write(
        tmp_path / "voice.wav", sounds.speechlike(20, amplitude=0.5), container="wav", codec="pcm_s16le"
    )
    flags = [
        "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={voice}",
    ]  # fmt: skip
    with sync_playwright() as playwright:
        flags += ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        context = browser.new_context(viewport={"width": 390, "height": 844}, permissions=["microphone"])
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error on {page.url}: {error}"))
        yield page
        browser.close()


def test_a_voice_becomes_chunks_in_order_without_a_gap(live_server, speech, page):
    sign_in(page, live_server.url, "lanhdao")
    page.goto(f"{live_server.url}/desk/live/{speech.pk}/")

    page.keyboard.press("Enter")  # the button has the focus: no mouse is needed
    expect(page.locator(".live")).to_have_class("card live on", timeout=15_000)
    page.wait_for_timeout(4_000)
    page.locator("[data-live-end] button").click()
    page.wait_for_url(f"{live_server.url}/desk/airings/{speech.pk}/")

    chunks, session = _apart(lambda: (list(LiveChunk.objects.order_by("seq")), LiveSession.objects.get()))
    assert [one.seq for one in chunks] == list(range(session.chunks))
    assert session.chunks >= 9
    assert _level(chunks) > 0.02
    assert session.close_reason == "ended"


def test_without_a_microphone_the_page_says_so(live_server, speech, page):
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    sign_in(page, live_server.url, "lanhdao")
    page.goto(f"{live_server.url}/desk/live/{speech.pk}/")

    page.locator("[data-live-begin]").click()

    expect(page.locator("[data-live-words]")).to_contain_text("Không dùng được micrô")
    expect(page.locator("[data-live-begin]")).to_be_enabled()


def test_a_browser_that_cannot_encode_says_so(live_server, speech, page):
    page.add_init_script("delete window.AudioEncoder")
    sign_in(page, live_server.url, "lanhdao")
    page.goto(f"{live_server.url}/desk/live/{speech.pk}/")

    expect(page.locator("[data-live-words]")).to_contain_text("Trình duyệt này không gửi được tiếng nói")
    expect(page.locator("[data-live-begin]")).to_be_hidden()


def _apart(question):
    """Ask the database beside the loop of the browser."""

    def ask():
        try:
            return question()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(ask).result()


def _level(chunks):
    """The RMS of what was said, decoded as a device does."""
    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate, decoder.layout = 48_000, "mono"
    packets = [packet for one in chunks for packet in live.unpack(bytes(one.packets))]
    frames = [frame.to_ndarray().reshape(-1) for packet in packets for frame in decoder.decode(av.Packet(packet))]
    return float(np.sqrt(np.mean((np.concatenate(frames) / 32_768.0) ** 2)))
