import io
import re

import pypdf
import pytest

from loa.bulletins import commands, papers
from loa.bulletins.models import Bulletin, Rendition, Revision
from loa.bulletins.rules import boards
from loa.bulletins.rules.renditions import Form, Words
from loa.bulletins.tests.making import HEARD, make_bulletin
from loa.kernel import clock
from loa.shell.tests.desk import browser_of, text_of
from tools.source import ROOT

TEXT = "Sáng thứ Ba từ 7 giờ đến 9 giờ cấp nước tại thôn Đình, xã Đại Đồng. Hỏi thêm: 0211 3 825 123."
HOSTILE = '#import "@preview/x:1.0.0"\n#panic() $x$ `raw` \\ <b>đậm</b> *sao* _gạch_ = tiêu đề // @ref [link](x) #"'


@pytest.fixture
def draft(world):
    return make_bulletin(world, text=TEXT, now=clock.now())


def address(bulletin, rest=""):
    return f"/desk/bulletins/{bulletin.pk}/channels/{rest}"


def post(browser, bulletin, form="sms", **fields):
    page = text_of(browser.get(address(bulletin, f"{form}/")))
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    return browser.post(address(bulletin, f"{form}/"), {"action": "save", "seen": seen} | fields)


def body(form="sms"):
    return Rendition.objects.unscoped("test").get(form=form).body


def words_of(pdf):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_every_channel_is_seen_at_a_glance(draft):
    page = text_of(browser_of("canbo").get(address(draft)))

    for form in Form:
        assert f'id="{form.value}-title"' in page
    assert page.count('class="bubble"') == 2
    assert "Bảng 16:9" in page
    assert 'src="/desk/bulletins/' in page


def test_a_reader_without_the_right_to_write_sees_and_changes_nothing(draft):
    browser = browser_of("giamsat")

    page = text_of(browser.get(address(draft)))
    assert "/channels/sms/" not in page
    assert browser.get(address(draft, "sms/")).status_code == 403
    assert browser.post(address(draft, "sms/"), {"action": "derive", "seen": "x"}).status_code == 403


def test_an_edit_is_kept_and_shown_as_edited(draft):
    browser = browser_of("canbo")

    answer = post(browser, draft, body="Có nước từ 7 giờ.")

    assert answer.url == address(draft) + "#sms"
    page = text_of(browser.get(answer.url))
    assert "Có nước từ 7 giờ." in page
    assert "Đã chỉnh" in page


def test_one_button_leaves_accents_out_and_the_message_is_one_part(draft):
    browser = browser_of("canbo")

    answer = post(browser, draft, body="Đề nghị bà con trữ nước từ 7 giờ. " * 4, action="plain")

    assert body() == ("De nghi ba con tru nuoc tu 7 gio. " * 4).strip()
    page = text_of(browser.get(answer.url))
    assert 'data-count="parts">1<' in page
    assert re.search(r'data-when="ucs2" hidden', page)


def test_too_much_is_refused_beside_the_field_and_the_words_stay(draft):
    answer = post(browser_of("canbo"), draft, "slide", title="Nước", body="\r\n".join(["dòng"] * 7))

    page = text_of(answer)
    assert answer.status_code == 422
    assert 'id="id_body-error"' in page
    assert "tối đa 6 dòng" in page
    assert page.count("dòng\r\ndòng") or page.count("dòng\ndòng")
    assert not Rendition.objects.unscoped("test").exists()


def test_two_editors_at_once_the_second_is_told_and_keeps_what_they_wrote(draft):
    browser = browser_of("canbo")
    seen = re.search(r'name="seen" value="(\w+)"', text_of(browser.get(address(draft, "sms/"))))[1]
    post(browser, draft, body="Của người thứ nhất.")

    answer = browser.post(address(draft, "sms/"), {"action": "save", "seen": seen, "body": "Của người thứ hai."})

    page = text_of(answer)
    assert answer.status_code == 422
    assert "Của người thứ hai." in page
    assert body() == "Của người thứ nhất."


def revise(world, bulletin, text):
    fresh = Bulletin.objects.unscoped("test").select_related("unit", "current").get(pk=bulletin.pk)
    commands.revise(world.officer, fresh, title=fresh.title, text=text, clip_id=None, voice="", now=clock.now())


@pytest.mark.parametrize(("action", "expected"), [("keep", "Của tôi: 7 giờ."), ("derive", None)])
def test_what_is_stale_shows_the_difference_and_two_ways_on(world, draft, action, expected):
    browser = browser_of("canbo")
    post(browser, draft, body="Của tôi: 7 giờ.")
    revise(world, draft, TEXT.replace("7 giờ", "8 giờ"))

    page = text_of(browser.get(address(draft, "sms/")))
    assert "<del>" in page
    assert "<ins>" in page
    assert "Lời bản tin đã thay đổi" in text_of(browser.get(address(draft)))
    post(browser, draft, action=action)

    kept = Rendition.objects.unscoped("test").values_list("body", flat=True).first()
    assert kept == expected
    assert "<del>" not in text_of(browser.get(address(draft, "sms/")))


def test_markup_of_every_kind_is_letters_on_every_preview(world):
    bulletin = make_bulletin(world, text=f"<script>alert(1)</script> {HOSTILE}", now=clock.now())

    page = text_of(browser_of("canbo").get(address(bulletin)))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("form", ["leaflet", "briefing"])
def test_a_paper_holds_text_that_can_be_searched_and_says_that_it_is_a_draft(draft, form):
    answer = browser_of("canbo").get(address(draft, f"{form}.pdf"))

    said = words_of(answer.content)
    assert answer["Content-Type"] == "application/pdf"
    assert "BẢN NHÁP" in said
    assert "0211 3 825 123" in said
    assert "7 giờ" in said
    assert "Lịch cấp nước" in said


def test_an_approved_paper_bears_no_mark_of_a_draft(world, draft):
    commands.submit(world.officer, draft, now=clock.now())
    commands.approve(world.leader, draft, number=1, hearing=HEARD, now=clock.now())

    said = words_of(browser_of("canbo").get(address(draft, "leaflet.pdf")).content)

    assert "BẢN NHÁP" not in said
    assert "0211 3 825 123" in said


def test_a_withdrawn_paper_says_so(world, draft):
    commands.withdraw(world.officer, draft, now=clock.now())

    assert "ĐÃ THU HỒI" in words_of(browser_of("canbo").get(address(draft, "leaflet.pdf")).content)


@pytest.mark.parametrize("form", ["leaflet", "briefing"])
def test_the_first_page_is_a_picture(draft, form):
    answer = browser_of("canbo").get(address(draft, f"{form}.png"))

    assert answer.content.startswith(b"\x89PNG")
    assert len(answer.content) < 150_000


@pytest.mark.parametrize("rest", ["sms.pdf", "none.pdf", "sms.png", "none/"])
def test_what_is_no_paper_and_no_form_is_absent(draft, rest):
    assert browser_of("canbo").get(address(draft, rest)).status_code == 404


def sheet(draft, text):
    revision = Revision.objects.unscoped("test").select_related("bulletin__unit").get(bulletin=draft)
    return papers.paper(revision, Words(form=Form.LEAFLET, title="Thử", body=text))


def test_typesetting_marks_are_letters(draft):
    said = " ".join(words_of(papers.pdf(sheet(draft, HOSTILE))).split())

    for mark in ('#import "@preview/x:1.0.0"', "#panic()", "$x$", "`raw`", "<b>", "*sao*", "_gạch_", "= tiêu đề"):
        assert mark in said


@pytest.mark.parametrize(
    "text",
    ["a" * 1_000_000, "nước " * 200_000, "- \n" * 20_000, "🌊\u200d" * 2_000, "汉字 עברית \u202e", "9" * 10_000],
)
def test_a_paper_of_anything_is_set(draft, text):
    assert papers.pdf(sheet(draft, text)).startswith(b"%PDF")


def test_a_paper_is_the_same_file_whenever_it_is_asked_for(draft):
    assert papers.pdf(sheet(draft, TEXT)) == papers.pdf(sheet(draft, TEXT))


def test_the_page_shows_boards_in_the_colors_that_were_judged():
    css = (ROOT / "server/loa/shell/static/loa/channels.css").read_text(encoding="utf-8")

    for name, color in (("board", boards.GROUND), ("board-ink", boards.INK), ("board-title", boards.TITLE_INK)):
        assert f"--{name}: {color};" in css
    assert f"font-size: {boards.TITLE_PCT:g}cqmin" in css
    assert f"font-size: {boards.ROW_PCT:g}cqmin" in css


def test_who_decides_sees_every_channel_on_the_page_of_the_decision(world, draft):
    commands.submit(world.officer, draft, now=clock.now())

    page = text_of(browser_of("lanhdao").get(f"/desk/bulletins/{draft.pk}/"))

    assert page.count("<summary><span>") == len(Form)
    assert 'class="bubble"' in page
    assert "BẢN NHÁP" not in page
