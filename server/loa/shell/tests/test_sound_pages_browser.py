"""Every page of voices, words, tunes and putting together in a real browser: both languages, both widths."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

from loa.bulletins.tests.making import make_bulletin
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.media import commands as media
from loa.media import intake
from loa.media.models import AddedVoice
from loa.media.rules import TuneUse
from loa.media.speakable import Word
from loa.media.tests import papers, sounds
from loa.shell.tests.browsing import LOOKS, complaints, live_server, password_is_enough, sign_in, walk

__all__ = ["live_server", "password_is_enough"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

FROM_THE_RIGHT = "خبر 5 – 7"


@pytest.fixture
def addresses(world, tmp_path):
    """What there is to see: a voice that was added, a word, a tune, a bulletin of two parts, words nobody knows."""
    now, whole = clock.now(), scopes.system("test")
    AddedVoice.objects.create(
        unit=world.province, label="Giọng nữ miền Nam", region="south", gender="female", license="CC BY 4.0",
        note="Thu từ một người đọc.", sha256="ab" * 32, config_sha256="cd" * 32, size_bytes=63_000_000,
        dataset="thử", language="vi", quality="medium", added_at=now,
    )  # fmt: skip
    media.pronounce(world.officer, world.commune, word=Word(written="TTVH-TT", spoken="trung tâm văn hóa"), now=now)
    file = sounds.write(tmp_path / "a.wav", sounds.speechlike(4), container="wav", codec="pcm_s16le")
    clip = media.keep(whole, world.commune, prepared=intake.from_upload(file))
    media.add_tune(whole, world.commune, clip=clip, name="Trống hội làng", use=TuneUse.INTRO, now=now)
    bulletin = make_bulletin(world, clip=clip, title="Bão Xangsane", text="Bão Xangsane đổ bộ. Xem QXZ.", now=now)
    make_bulletin(world, title=FROM_THE_RIGHT, text="Xin chào.", now=now)
    return {
        "canbo": [
            "/desk/voices/", "/desk/pronunciation/", "/desk/pronunciation/new/?written=QXZ",
            "/desk/pronunciation/import/", "/desk/bulletins/tunes/", f"/desk/bulletins/{bulletin.pk}/sound/",
            "/desk/bulletins/new/import/",
        ],
        "quantri": ["/desk/voices/", "/desk/voices/new/"],
    }  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_sound_have_no_findings_and_fit(live_server, addresses, look, request):
    assert walk(live_server, addresses, look, pictures=request.config.getoption("pictures")) == []


def test_the_words_of_a_paper_are_shown_to_be_read_through(live_server, world, tmp_path):
    paper = papers.written(tmp_path, papers.docx(), "giay.docx")
    said = []
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        sign_in(page, live_server.url, "canbo")
        page.goto(f"{live_server.url}/desk/bulletins/new/import/")
        page.set_input_files("input[type=file]", str(paper))
        page.click("main button.primary")
        page.wait_for_selector("textarea[name=text]")
        assert page.input_value("[name=text]").strip()
        said += complaints(page, "imported")
        page.screenshot(path=tmp_path / "imported.png", full_page=True)
        browser.close()

    assert said == []


def test_a_title_that_runs_from_the_right_turns_nothing_beside_it(live_server, addresses):
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        sign_in(page, live_server.url, "canbo")
        page.goto(f"{live_server.url}/desk/bulletins/")
        title = page.get_by_text(FROM_THE_RIGHT)
        assert title.evaluate("(one) => getComputedStyle(one).unicodeBidi") == "isolate"
        title.click()
        assert page.locator("h1").evaluate("(one) => getComputedStyle(one).unicodeBidi") == "plaintext"
        browser.close()
