import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from loa.bulletins.tests.making import make_bulletin
from loa.kernel import clock
from loa.media import commands, queries, store
from loa.media.models import Pronunciation
from loa.media.speakable import Word
from loa.media.tests.test_documents_pages import browser_of

pytestmark = pytest.mark.django_db

LIST = "/desk/pronunciation/"
NEW = f"{LIST}new/"
YAGI = {"written": "Yagi", "spoken": "ya ghi", "voice": "espeak:vi"}


@pytest.fixture
def officer(world):
    return browser_of(world.officer_user)


def words(unit):
    return {entry.written: entry.spoken for entry in queries.heard_at(unit)}


def test_a_word_is_heard_alone_and_in_a_sentence_before_anything_is_kept(world, officer):
    page = officer.post(NEW, YAGI | {"action": "hear", "example": "Bão Yagi vào lúc 5h"}).content.decode()

    sounds = re.findall(r'src="/media/([0-9a-f]{64})"', page)
    assert len(set(sounds)) == 2
    assert all(store.has(sha256) for sha256 in sounds)
    assert "Bão ya ghi vào lúc năm giờ" in page
    assert words(world.commune) == {}


def test_another_reading_sounds_otherwise(officer):
    sounds = [
        re.findall(r'src="/media/([0-9a-f]{64})"', officer.post(NEW, data | {"action": "hear"}).content.decode())
        for data in (YAGI, YAGI | {"spoken": "bão số ba"})
    ]

    assert sounds[0] != sounds[1]


def test_a_word_is_added_found_without_accents_changed_and_taken_out(world, officer):
    officer.post(NEW, YAGI | {"action": "save"})
    assert words(world.commune) == {"Yagi": "ya ghi"}

    page = officer.get(LIST, {"q": "yÁ Ghi"}).content.decode()
    [entry] = re.findall(rf'href="({LIST}[0-9a-f-]{{36}}/)"', page)
    officer.post(entry, {"spoken": "da ghi", "action": "save"})
    assert words(world.commune) == {"Yagi": "da ghi"}

    assert officer.post(entry, {"spoken": "x", "action": "save"}).status_code == 404
    changed = Pronunciation.objects.unscoped("test").get(ended_at=None)
    officer.post(f"{LIST}{changed.pk}/", {"action": "remove"})
    assert words(world.commune) == {}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"written": "", "spoken": "a"}, "written"),
        ({"written": "…", "spoken": "a"}, "written"),
        ({"written": "QL2", "spoken": "quốc lộ 2"}, "spoken"),
        ({"written": "QL2", "spoken": "<script>alert(1)</script>"}, "spoken"),
        ({"written": "x" * 81, "spoken": "a"}, "written"),
    ],
)
@pytest.mark.parametrize("action", ["hear", "save"])
def test_what_does_not_fit_is_told_beside_its_field(world, officer, data, field, action):
    answer = officer.post(NEW, data | {"action": action})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'<input[^>]*name="{field}"[^>]*aria-invalid="true"', page)
    assert "<script>alert" not in page
    assert words(world.commune) == {}


def test_words_nobody_decided_on_are_offered_with_how_often_they_stand_there(world, officer):
    text = "UBND xã báo bão Yagi. Bà con nghe VTVCAB và QXZ, QXZ! Gọi 0912 345 678, xem phutho.gov.vn/abcxyz."
    make_bulletin(world, text=text)

    page = officer.get(LIST).content.decode()
    offered = re.findall(r"written=([^\"&]+)\"", page)
    assert offered[0] == "QXZ"
    assert "abcxyz" not in offered
    assert "UBND" not in offered

    commands.pronounce(world.officer, world.commune, word=Word(written="QXZ", spoken="quy xê dét"), now=clock.now())
    assert "QXZ" not in re.findall(r"written=([^\"&]+)\"", officer.get(LIST).content.decode())


def test_a_dictionary_goes_out_as_a_file_and_comes_in_elsewhere(world, officer):
    for written, spoken in (("Yagi", "ya ghi"), ("-40", "trừ bốn mươi")):
        commands.pronounce(world.officer, world.commune, word=Word(written=written, spoken=spoken), now=clock.now())

    handed = officer.get(f"{LIST}list.csv")
    assert handed["Content-Type"] == "text/csv; charset=utf-8"
    content = handed.content
    assert b"'-40" in content
    other = browser_of(world.other_officer_user)
    answer = other.post(f"{LIST}import/", {"file": SimpleUploadedFile("x.csv", content)}, follow=True)

    assert words(world.other_commune) == {"Yagi": "ya ghi", "-40": "trừ bốn mươi"}
    assert "2" in answer.content.decode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"a,b\n1,2\n",
        b"written,spoken\nYagi,1\n",
        b'written,spoken\n"Yagi,ya',
        b"written,spoken\n" + b"x" * 200 + b",y\n",
        b"written,spoken\n\x00,a\n",
    ],
)
def test_a_file_that_is_no_list_is_refused_and_nothing_is_taken(world, officer, content):
    answer = officer.post(f"{LIST}import/", {"file": SimpleUploadedFile("x.csv", content)})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert words(world.commune) == {}


def test_hostile_words_are_shown_inert(world, officer):
    nasty = '<img src=x onerror="alert(1)">'
    page = officer.get(NEW, {"written": nasty}).content.decode()

    assert nasty not in page
    assert escape(nasty) in page


def test_a_leader_sees_no_dictionary_and_another_commune_finds_no_word(world, settings):
    settings.LOA_SECOND_FACTOR = "offered"
    entry = commands.pronounce(world.officer, world.commune, word=Word(written="A", spoken="a"), now=clock.now())

    assert browser_of(world.leader_user).get(LIST).status_code == 403
    assert browser_of(world.other_officer_user).get(f"{LIST}{entry.pk}/").status_code == 404
    assert browser_of(world.other_officer_user).get(LIST, {"unit": world.commune.code}).status_code == 404
