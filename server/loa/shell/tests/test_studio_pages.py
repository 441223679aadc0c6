import re

import docx
import numpy as np
import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile

from loa.audit.models import Entry
from loa.bulletins import commands as bulletins
from loa.bulletins.models import Bulletin
from loa.bulletins.tests.making import HEARD, make_bulletin
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.media import commands as media
from loa.media import intake, queries
from loa.media.rules import TuneUse
from loa.media.tests import sounds
from loa.shell.tests.desk import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(world, tmp_path):
    def keep(seconds=3, unit=None):
        sound = sounds.speechlike(seconds, seed=int(seconds * 10))
        file = sounds.write(tmp_path / f"{seconds}.wav", sound, container="wav", codec="pcm_s16le")
        return media.keep(scopes.system("test"), unit or world.commune, prepared=intake.from_upload(file))

    return keep


@pytest.fixture
def page(world, kept):
    """The officer's page of a bulletin that has a recording."""
    clip = kept(4)
    bulletin = make_bulletin(world, clip=clip, text="Câu thứ nhất. Câu thứ hai dài hơn một chút.")
    return browser_of("canbo"), f"/desk/bulletins/{bulletin.pk}/sound/", bulletin, clip


def fields(answer):
    """What the form on the page would send, as a browser without scripts does."""
    html = answer.content.decode()
    sent = dict(re.findall(r'<input[^>]* name="([\w-]+)"[^>]* value="([^"]*)"', html))
    sent.pop("csrfmiddlewaretoken", None)
    for name, options in re.findall(r'<select[^>]* name="([\w-]+)">(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        sent[name] = chosen[1]
    return sent


def file_of(sound, tmp_path):
    path = sounds.write(tmp_path / "take.wav", sound, container="wav", codec="pcm_s16le")
    upload = TemporaryUploadedFile("take.wav", "audio/wav", path.stat().st_size, None)
    upload.write(path.read_bytes())
    upload.seek(0)
    return upload


def test_the_page_shows_the_sound_the_bulletin_has_as_one_part(page):
    browser, address, _bulletin, clip = page

    sent = fields(browser.get(address))

    assert sent["count"] == "1"
    assert sent["clip-0"] == clip.sha256
    assert (sent["from-0"], float(sent["to-0"])) == ("0", clip.duration_ms / 1000)


def test_a_part_is_cut_heard_and_kept_with_its_list(page, world):
    browser, address, bulletin, clip = page
    sent = fields(browser.get(address)) | {"from-0": "0,5", "to-0": "2.5"}

    heard = browser.post(address, sent | {"action": "hear"})
    assert heard.status_code == 200
    assert 'value="save"' in heard.content.decode()
    assert Bulletin.objects.unscoped("test").get(pk=bulletin.pk).current.clip_id == clip.pk
    saved = browser.post(address, fields(heard) | {"action": "save"})

    assert saved.status_code == 302
    current = Bulletin.objects.unscoped("test").get(pk=bulletin.pk).current
    made = queries.clip(world.officer, current.clip_id)
    assert made.duration_ms == pytest.approx(2_000, abs=60)
    edit = queries.edit_of(made)
    assert [(part.from_ms, part.to_ms) for part in edit.parts] == [(500, 2_500)]
    assert fields(browser.get(address))["from-0"] == "0.5"


def test_sentences_are_spoken_one_by_one_and_one_is_taken_again(page, tmp_path, world):
    browser, address, _bulletin, _clip = page
    sent = fields(browser.get(address))

    spoken = browser.post(address, sent | {"action": "sentences"})
    first = fields(spoken)
    assert first["count"] == "2"
    assert (first["words-0"], first["words-1"]) == ("Câu thứ nhất.", "Câu thứ hai dài hơn một chút.")
    again = browser.post(
        address, first | {"action": "retake-1", "take-1": file_of(sounds.speechlike(2), tmp_path)}
    )  # fmt: skip

    second = fields(again)
    assert second["clip-0"] == first["clip-0"]
    assert second["clip-1"] != first["clip-1"]
    assert second["words-1"] == first["words-1"]
    taken = queries.visible(world.officer).get(sha256=second["clip-1"])
    assert (taken.source, taken.voice) == ("upload", "")


def test_parts_move_up_and_down_and_go(page, kept):
    browser, address, _bulletin, clip = page
    other = kept(2)
    sent = fields(browser.get(address)) | {
        "count": "2", "clip-1": other.sha256, "from-1": "0", "to-1": "1",
    }  # fmt: skip

    up = fields(browser.post(address, sent | {"action": "up-1"}))
    assert [up["clip-0"], up["clip-1"]] == [other.sha256, clip.sha256]
    assert fields(browser.post(address, up | {"action": "drop-0"}))["count"] == "1"
    for nothing in ("up-0", "down-1", "down-9", "drop-x", "up-²", "fly-0"):
        assert fields(browser.post(address, sent | {"action": nothing}))["clip-0"] == clip.sha256


@pytest.mark.parametrize(
    "wrong",
    [
        {"from-0": "x"}, {"from-0": "-1"}, {"to-0": "999"}, {"to-0": "1e99"}, {"from-0": "nan"}, {"gain-0": "inf"},
        {"gap": "99999"}, {"count": "0"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_on_the_page_and_nothing_is_lost(page, wrong):
    browser, address, bulletin, clip = page
    sent = fields(browser.get(address)) | wrong

    answer = browser.post(address, sent | {"action": "hear"})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert Bulletin.objects.unscoped("test").get(pk=bulletin.pk).current.clip_id == clip.pk


def test_a_clip_of_another_commune_cannot_be_named(page, kept, world):
    browser, address, _bulletin, _clip = page
    theirs = kept(2, unit=world.other_commune)
    sent = fields(browser.get(address)) | {"clip-0": theirs.sha256, "to-0": "1"}

    assert browser.post(address, sent | {"action": "hear"}).status_code == 404
    shown = browser.post(address, sent | {"action": "show"})
    assert f"/media/{theirs.sha256}#" not in shown.content.decode()


def test_an_approved_bulletin_keeps_its_sound(page, world):
    browser, address, bulletin, _clip = page
    bulletins.submit(world.officer, bulletin, now=clock.now())
    bulletin.refresh_from_db()
    bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=clock.now())

    assert browser.get(address).status_code == 409
    assert browser.post(address, {"action": "save", "count": "0"}).status_code == 409


def test_a_tune_is_added_offered_and_ended(world, page, tmp_path):
    browser, address, _bulletin, _clip = page
    tone = (np.sin(np.arange(48_000) / 20) * 0.4).astype(np.float32)

    added = browser.post(
        "/desk/bulletins/tunes/",
        {"unit": world.commune.pk, "name": "Trống hội", "use": "intro", "sound": file_of(tone, tmp_path)},
    )
    assert added.status_code == 302
    assert "Trống hội" in browser.get(address).content.decode()
    tune = queries.tunes(world.officer).get()
    sent = fields(browser.get(address)) | {"intro": tune.clip.sha256}
    assert fields(browser.post(address, sent | {"action": "hear"}))["intro"] == tune.clip.sha256
    assert browser.post(f"/desk/bulletins/tunes/{tune.pk}/end/").status_code == 302

    assert "Trống hội" not in browser.get(address).content.decode()


def test_a_tune_needs_its_name_once(world, page, kept, tmp_path):
    browser, *_ = page
    clip = kept(2)
    media.add_tune(world.officer, world.commune, clip=clip, name="Mở đầu", use=TuneUse.INTRO, now=clock.now())

    answer = browser.post(
        "/desk/bulletins/tunes/",
        {"unit": world.commune.pk, "name": "Mở  đầu", "use": "intro", "sound": file_of(sounds.speechlike(2), tmp_path)},
    )

    assert answer.status_code == 422
    assert "Đã có nhạc hiệu" in answer.content.decode()


def word_file(tmp_path, *paragraphs):
    paper = docx.Document()
    for words in paragraphs:
        paper.add_paragraph(words)
    paper.save(tmp_path / "thong-bao.docx")
    content = (tmp_path / "thong-bao.docx").read_bytes()
    upload = TemporaryUploadedFile("thong-bao.docx", "application/octet-stream", len(content), None)
    upload.write(content)
    upload.seek(0)
    return upload


def test_the_words_of_a_file_come_into_a_new_bulletin_and_nothing_is_kept(world, tmp_path):
    browser = browser_of("canbo")
    words = "Ủy ban nhân dân xã thông báo lịch tiêm phòng trong tháng 12."

    answer = browser.post("/desk/bulletins/new/import/", {"file": word_file(tmp_path, words, "<script>x</script>")})

    html = answer.content.decode()
    assert answer.status_code == 200
    assert words in html
    assert "&lt;script&gt;x&lt;/script&gt;" in html
    assert 'action="/desk/bulletins/new/"' in html
    assert not Bulletin.objects.unscoped("test").exists()


def test_a_file_that_gives_no_text_is_refused_at_its_field_and_on_record(world, tmp_path):
    answer = browser_of("canbo").post("/desk/bulletins/new/import/", {"file": word_file(tmp_path, " ")})

    assert answer.status_code == 422
    assert "Tệp này không có chữ nào." in answer.content.decode()
    assert Entry.objects.filter(action="media.turn_away_sound", detail__refused="media_no_words").count() == 1
