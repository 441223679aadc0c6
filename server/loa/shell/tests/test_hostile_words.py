"""Words nobody would write: each through every door of writing, then seen on pages, heard, sent to every channel."""

import io
import re
from html import unescape

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loa.bulletins.models import Bulletin, Rendition, Template
from loa.bulletins.rules import TEXT_LONGEST, deriving, sms, tapes
from loa.bulletins.rules.renditions import Form, Source
from loa.bulletins.tests.making import make_bulletin
from loa.kernel import clock
from loa.media import queries as media
from loa.media import speech
from loa.shell.tests.desk import browser_of, text_of

pytestmark = pytest.mark.django_db

TAGS = "<script>alert(1)</script><img src=x onerror=alert(1)>"
SPEECH_TAGS = '<speak><break time="9s"/><audio src="file:///etc/passwd"/></speak>'
KEPT = {
    "right to left": ("Mời \u202eđình\u202c họp \u2067thôn\u2069", "Mời đình họp thôn"),
    "zero width": ("M\u200bất\u2060 đi\u200cện\ufeff \u00adtối\u200d n\u034fay", "Mất điện tối nay"),
    "tags nobody sees": ("Họp thôn\U000e0041\U000e0042", "Họp thôn"),
    "heaped marks": ("Họp thôn" + "\u0302" * 90, "Họp thôn\u0302\u0302\u0302"),
    "pictures": ("Mừng 👨\u200d👩\u200d👧 ❤\ufe0f 👍🏽 🇻🇳", "Mừng 👨\u200d👩\u200d👧 ❤\ufe0f 👍🏽 🇻🇳"),
    "markup": (f"Họp {TAGS}", f"Họp {TAGS}"),
    "speech markup": (f"Họp {SPEECH_TAGS}", f"Họp {SPEECH_TAGS}"),
}
"""What is typed, and what of it is kept."""

REFUSED = {
    "a null byte": ("Họp\x00thôn", "rỗng"),
    "a megabyte": ("thôn " * 210_000, "Tối đa 20000 ký tự"),
}
"""What is refused at a form, and what its sentence says of it."""


def written_as_title(world, words):
    browser_of("canbo").post("/desk/bulletins/new/autosave/", {"title": words, "text": "Xin chào."})
    return [bulletin.current.title for bulletin in Bulletin.objects.unscoped("test")]


def written_as_text(world, words):
    browser_of("canbo").post("/desk/bulletins/new/autosave/", {"title": "Họp", "text": words})
    return [bulletin.current.text for bulletin in Bulletin.objects.unscoped("test")]


def edited_in_the_form(world, words):
    bulletin = make_bulletin(world, now=clock.now())
    browser_of("canbo").post(
        f"/desk/bulletins/{bulletin.pk}/edit/", {"title": "Họp", "text": words, "sound": "speech", "voice": "espeak:vi"}
    )
    return [found.current.text for found in Bulletin.objects.unscoped("test") if found.current.title == "Họp"]


def edited_for_phones(world, words):
    bulletin, browser = make_bulletin(world, now=clock.now()), browser_of("canbo")
    address = f"/desk/bulletins/{bulletin.pk}/channels/social/"
    seen = re.search(r'name="seen" value="(\w+)"', text_of(browser.get(address)))[1]
    browser.post(address, {"action": "save", "seen": seen, "body": words})
    return [found.body for found in Rendition.objects.unscoped("test")]


def kept_as_template(world, words):
    form = {"name": "Mẫu", "kind": "notice", "title": "Họp", "text": words}
    browser_of("canbo").post("/desk/bulletins/templates/add/", form)
    return [found.text for found in Template.objects.unscoped("test")]


def taught_to_the_voice(world, words):
    form = {"written": words, "spoken": "họp", "action": "save"}
    browser_of("canbo").post("/desk/pronunciation/new/", form)
    return [entry.written for entry in media.heard_at(world.commune)]


def taught_by_a_list(world, words):
    quoted = words.replace('"', '""')
    file = SimpleUploadedFile("x.csv", f'written,spoken\n"{quoted}",họp\n'.encode())
    browser_of("canbo").post("/desk/pronunciation/import/", {"file": file})
    return [entry.written for entry in media.heard_at(world.commune)]


def brought_in_with_a_tape(world, words):
    (row,) = tapes.rows([["Tên tệp", "Nội dung"], ["tin.mp3", words]])
    return [row.text]


DOORS = [
    written_as_title, written_as_text, edited_in_the_form, edited_for_phones, kept_as_template, brought_in_with_a_tape,
]  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", KEPT)
def test_what_nobody_sees_is_left_out_and_the_rest_kept_as_typed(world, door, case):
    typed, kept = KEPT[case]

    assert door(world, typed) == [kept]


@pytest.mark.parametrize("door", [taught_to_the_voice, taught_by_a_list])
@pytest.mark.parametrize("case", KEPT)
def test_a_word_of_the_dictionary_is_one_that_can_be_seen(world, door, case):
    found = door(world, KEPT[case][0])

    assert len(found) <= 1
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]", "".join(found))


@pytest.mark.parametrize("door", [*DOORS[:-1], taught_to_the_voice])
@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_meant_is_refused_and_nothing_kept(world, door, case):
    assert door(world, REFUSED[case][0]) == []


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_stands_beside_the_field_in_words(world, case):
    words, sentence = REFUSED[case]

    answer = browser_of("canbo").post("/desk/bulletins/new/", {"title": "Họp", "text": words, "sound": "speech"})

    page = text_of(answer)
    assert answer.status_code == 422
    assert sentence in page[page.index('id="id_text-error"') :][:400]


def test_a_tape_with_too_many_words_is_refused_by_its_row():
    (row,) = tapes.rows([["Tên tệp", "Nội dung"], ["tin.mp3", "thôn " * 210_000]])

    assert row.fault == tapes.Fault.TEXT
    assert len(row.text) == TEXT_LONGEST


@pytest.mark.parametrize("case", KEPT)
def test_pages_show_it_as_words_and_nothing_else(world, case):
    typed, kept = KEPT[case]
    bulletin = make_bulletin(world, title=typed, text=typed, now=clock.now())
    browser = browser_of("canbo")

    for rest in ("", "edit/", "channels/"):
        page = text_of(browser.get(f"/desk/bulletins/{bulletin.pk}/{rest}"))
        assert kept in unescape(page)
        assert TAGS not in page
        assert "<speak>" not in page
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)
    assert kept in unescape(text_of(browser.get("/desk/bulletins/")))


@pytest.mark.parametrize(
    ("case", "heard"),
    [
        ("right to left", "Mời đình họp thôn"),
        ("zero width", "Mất điện tối nay"),
        ("tags nobody sees", "Họp thôn"),
        ("pictures", "Mừng"),
    ],
)
def test_it_is_spoken_as_if_only_the_words_stood_there(case, heard):
    assert speech.normalise(KEPT[case][0]) == heard


@pytest.mark.parametrize("case", KEPT)
def test_nothing_that_is_spoken_is_a_command(case):
    assert re.fullmatch(r"[\w\s.,;:!?\u0300-\u036f]*", speech.normalise(KEPT[case][0]))


def test_a_number_of_ten_thousand_digits_is_read_digit_by_digit():
    spoken = speech.normalise("7" * 10_000)

    assert set(re.findall(r"\w+", spoken)) == {"bảy"}
    assert len(re.findall(r"\w+", spoken)) == 10_000


@pytest.mark.parametrize("case", KEPT)
def test_every_channel_carries_it_inert(world, case):
    bulletin = make_bulletin(world, title=KEPT[case][0], text=KEPT[case][0], now=clock.now())
    browser = browser_of("canbo")

    made = deriving.derive_all(Source(title=bulletin.title, text=bulletin.current.text, unit_name="Xã"))

    for form in Form:
        assert not re.search("[\u200b\u202a-\u202e\u2060-\u2069\ufeff]", made[form].title + made[form].body)
    assert sms.measure(made[Form.SMS].body).count <= sms.measure(KEPT[case][0] * 2).count + 1
    leaflet = browser.get(f"/desk/bulletins/{bulletin.pk}/channels/leaflet.pdf")
    assert leaflet.status_code == 200
    reader = pypdf.PdfReader(io.BytesIO(leaflet.content))
    assert "/JavaScript" not in str(reader.trailer["/Root"])
    assert reader.pages[0].extract_text().strip()
