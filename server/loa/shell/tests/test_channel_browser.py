"""Channels in a real browser: what axe says, whether a full slide fits, and counts that agree with the server."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from loa.bulletins import commands, rules
from loa.bulletins.rules import deriving, sms
from loa.bulletins.rules.renditions import Form, Source
from loa.bulletins.rules.sealing import words_sha256
from loa.bulletins.tests.making import HEARD, make_bulletin
from loa.kernel import clock
from loa.shell.tests.browsing import LOOKS, live_server, password_is_enough, sign_in, walk

__all__ = ["live_server", "password_is_enough"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Lịch tiêm chủng mở rộng tháng 12"
TEXT = (
    "Trạm Y tế xã thông báo lịch tiêm chủng mở rộng tháng 12 năm 2026. "
    "Thời gian: từ 7 giờ 30 đến 11 giờ 30, ngày 5/12/2026. Địa điểm: Trạm Y tế xã, thôn Đông. "
    "Phụ huynh có con từ 2 tháng đến 18 tháng tuổi đưa trẻ đến tiêm, mang theo sổ tiêm chủng. "
    "Liên hệ Trạm Y tế xã, điện thoại 0211 3 825 123."
)


@pytest.fixture
def draft(world):
    return make_bulletin(world, title=TITLE, text=TEXT, now=clock.now())


def address(bulletin, rest=""):
    return f"/desk/bulletins/{bulletin.pk}/channels/{rest}"


def stale(world, bulletin):
    """Let the text message and the slide be edited, and the text change afterwards."""
    shown = deriving.derive_all(Source(title=TITLE, text=TEXT, unit_name=world.commune.name))
    for form in (Form.SMS, Form.SLIDE):
        words, body = shown[form], shown[form].body.replace("Tại", "Ở").replace("tại", "ở")
        commands.edit_rendition(
            world.officer, bulletin, form=form, title=words.title, body=body,
            seen=words_sha256(words), now=clock.now(),
        )  # fmt: skip
    commands.revise(
        world.officer, bulletin, title=TITLE, text=TEXT.replace("7 giờ 30", "8 giờ"), clip_id=None, voice="",
        now=clock.now(),
    )  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_channels_are_accessible_and_fit(live_server, world, draft, look, request):
    stale(world, draft)
    pages = {"canbo": [address(draft, rest) for rest in ("", "sms/", "slide/", "leaflet/")]}

    assert walk(live_server, pages, look, pictures=request.config.getoption("pictures")) == []


def test_the_fullest_slide_fits_both_boards(live_server, world, draft):
    words = deriving.derive(Form.SLIDE, Source(title=TITLE, text=TEXT, unit_name=world.commune.name))
    full = "Ương mưỡng ngưỡng mường tượng hương xa"[:36]
    commands.edit_rendition(
        world.officer, draft, form=Form.SLIDE, title=("Tiêm chủng mở rộng toàn dân " * 3)[:60].strip(),
        body="\n".join([full] * 6), seen=words_sha256(words), now=clock.now(),
    )  # fmt: skip
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        sign_in(page, live_server.url, "canbo")
        page.goto(live_server.url + address(draft))
        beyond = page.eval_on_selector_all(".slide", "all => all.map(one => one.scrollHeight - one.clientHeight)")
        browser.close()

    assert len(beyond) == 2
    assert max(beyond) <= 0


def test_the_count_while_typing_agrees_with_the_server(live_server, draft):
    texts = [
        "a" * 161,
        "đ" * 71,
        "a" * 152 + "€" + "a" * 10,
        "a" * 66 + "🌊" + "a" * 10,
        "o\u0302\u0301",
        "[x]\nnước",
        "`",
    ]
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        sign_in(page, live_server.url, "canbo")
        page.goto(live_server.url + address(draft, "sms/"))
        told = []
        for text in texts:
            page.fill("textarea", text)
            counts = [page.locator(f".form [data-count={name}]").inner_text() for name in ("parts", "units", "left")]
            told.append((*map(int, counts), page.locator(".form [data-when=gsm]").is_visible()))
        browser.close()

    sizes = [sms.measure(rules.body(text)) for text in texts]
    assert told == [(size.count, size.units, size.left, size.alphabet == "gsm") for size in sizes]


def test_a_message_is_shaped_without_script(live_server, draft):
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
        sign_in(page, live_server.url, "canbo")
        page.goto(live_server.url + address(draft))
        page.click("#sms a.button")
        page.click("button[value=plain]")
        assert page.locator(".bubble").count() == 1
        assert "Lich tiem chung" in page.locator(".bubble").inner_text()
        browser.close()


def test_an_approved_text_is_seen_on_every_channel(live_server, world, draft, tmp_path, request):
    """Each channel's picture, as docs/explanation/one-text-every-channel.md shows them: `--pictures=docs/pictures`."""
    commands.submit(world.officer, draft, now=clock.now())
    commands.approve(world.leader, draft, number=1, hearing=HEARD, now=clock.now())
    folder = Path(request.config.getoption("--pictures") or tmp_path)
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
        sign_in(page, live_server.url, "canbo")
        page.goto(live_server.url + address(draft))
        for form in Form:
            card = page.locator(f"#{form.value}")
            card.scroll_into_view_if_needed()
            page.wait_for_load_state("networkidle")
            card.screenshot(path=folder / f"channel-{form.value}.png")
        browser.close()

    sizes = {form: (folder / f"channel-{form.value}.png").stat().st_size for form in Form}
    assert all(size > 3_000 for size in sizes.values()), sizes
