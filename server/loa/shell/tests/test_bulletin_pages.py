import io
import wave

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loa.bulletins import commands, queries
from loa.bulletins.models import Bulletin
from loa.bulletins.tests.making import HEARD, make_bulletin
from loa.kernel import clock
from loa.media.models import Clip
from loa.shell.tests.desk import browser_of, text_of

WORDS = {
    "title": "Lịch cấp nước",
    "text": "Sáng mai có nước.",
    "sound": "speech",
    "voice": "espeak:vi",
    "action": "hear",
}


def recording(seconds=2):
    """A tone as a WAV file."""
    rate = 16_000
    body = io.BytesIO()
    with wave.open(body, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(
            b"".join(((n % 64) * 512 - 16_000).to_bytes(2, "little", signed=True) for n in range(seconds * rate))
        )
    return body.getvalue()


def everything():
    return Bulletin.objects.unscoped("test")


def test_hearing_a_new_bulletin_keeps_it_as_a_draft_with_sound(world):
    answer = browser_of("canbo").post("/desk/bulletins/new/", WORDS)

    (bulletin,) = everything()
    assert answer.url == f"/desk/bulletins/{bulletin.pk}/edit/#listen"
    assert (bulletin.state, bulletin.unit, bulletin.author) == ("draft", world.commune, world.officer_user)
    clip = Clip.objects.unscoped("test").get(pk=bulletin.current.clip_id)
    assert (clip.voice, clip.unit) == ("espeak:vi", world.commune)


def test_the_page_after_hearing_plays_the_clip_and_leads_on(world):
    browser = browser_of("canbo")
    page = text_of(browser.get(browser.post("/desk/bulletins/new/", WORDS).url))

    clip = Clip.objects.unscoped("test").get()
    assert f'preload="metadata" src="/media/{clip.sha256}"' in page  # it comes while they look at the page
    assert page.count("<rect") == 2 * len(clip.envelope)
    assert 'value="next"' in page


def test_next_leads_to_where_and_when(world):
    answer = browser_of("canbo").post("/desk/bulletins/new/", WORDS | {"action": "next"})

    assert answer.url == f"/desk/bulletins/{everything().get().pk}/where/"


def test_an_empty_form_stores_nothing_keeps_the_input_and_says_what_is_missing(world):
    answer = browser_of("canbo").post("/desk/bulletins/new/", WORDS | {"title": "", "text": "Giữ nguyên chữ này."})

    page = text_of(answer)
    assert answer.status_code == 422
    assert "Giữ nguyên chữ này." in page
    assert 'href="#id_title"' in page
    assert 'aria-describedby="id_title-error id_title-help"' in page
    assert not everything().exists()


def test_a_text_too_long_to_be_spoken_is_kept_in_the_form_and_says_how_to_go_on(world):
    text = "Sáng mai có nước. " * 250

    answer = browser_of("canbo").post("/desk/bulletins/new/", WORDS | {"text": text})

    page = text_of(answer)
    assert (answer.status_code, everything().exists()) == (422, False)
    assert 'id="id_text-error"' in page
    assert "tối đa 4000 ký tự mỗi lần" in page
    assert text.strip() in page


def test_what_the_framework_says_is_vietnamese_too(world):
    answer = browser_of("canbo").post("/desk/bulletins/new/", WORDS | {"title": "Lịch\x00"})

    assert "ký tự rỗng" in text_of(answer)


def test_a_recording_becomes_the_sound(world):
    fields = WORDS | {"sound": "clip", "text": "", "clip": SimpleUploadedFile("ghi.wav", recording())}
    browser_of("canbo").post("/desk/bulletins/new/", fields)

    clip = Clip.objects.unscoped("test").get(pk=everything().get().current.clip_id)
    assert (clip.voice, clip.source) == ("", "upload")


def test_a_program_named_like_a_recording_is_refused_beside_its_field_and_nothing_is_kept(world):
    fields = WORDS | {"sound": "clip", "clip": SimpleUploadedFile("loa.mp3", b"MZ\x90\x00" + b"\0" * 4096)}
    answer = browser_of("canbo").post("/desk/bulletins/new/", fields)

    assert answer.status_code == 422
    assert 'id="id_clip-error"' in text_of(answer)
    assert not everything().exists()
    assert not Clip.objects.unscoped("test").exists()


def test_editing_speaks_the_changed_words_again(world):
    browser = browser_of("canbo")
    browser.post("/desk/bulletins/new/", WORDS)
    bulletin = everything().get()
    before = bulletin.current.clip_id

    browser.post(f"/desk/bulletins/{bulletin.pk}/edit/", WORDS | {"text": "Chiều mai mới có nước."})

    bulletin.refresh_from_db()
    assert bulletin.current.text == "Chiều mai mới có nước."
    assert bulletin.current.clip_id != before


def test_an_approved_bulletin_is_not_edited(world):
    bulletin = make_bulletin(world, now=clock.now())
    commands.submit(world.officer, bulletin, now=clock.now())
    commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=clock.now())

    assert browser_of("canbo").get(f"/desk/bulletins/{bulletin.pk}/edit/").status_code == 409


def test_the_list_shows_what_the_unit_wrote_and_filters_by_state(world):
    make_bulletin(world)
    browser = browser_of("canbo")

    assert "Lịch cấp nước" in text_of(browser.get("/desk/bulletins/"))
    assert "Lịch cấp nước" in text_of(browser.get("/desk/bulletins/?state=draft"))
    assert "Lịch cấp nước" not in text_of(browser.get("/desk/bulletins/?state=approved"))
    assert "Lịch cấp nước" not in text_of(browser_of("nguoingoai").get("/desk/bulletins/"))


@pytest.mark.parametrize("page", ["", "edit/", "where/", "withdraw/"])
def test_a_bulletin_of_another_unit_is_absent_and_without_the_grant_refused(world, page):
    bulletin = make_bulletin(world)
    address = f"/desk/bulletins/{bulletin.pk}/{page}"

    assert browser_of("canbo").get(address).status_code == 200
    assert browser_of("canbo2").get(address).status_code == 404
    assert browser_of("kythuat").get(address).status_code == 403
    if page:
        assert browser_of("lanhdao").get(address).status_code == 403


def test_who_may_not_write_is_refused_the_form_with_the_reason(world):
    answer = browser_of("lanhdao").get("/desk/bulletins/new/")

    assert answer.status_code == 403
    assert "error-page" in text_of(answer)
    assert queries.visible(world.leader).count() == 0


def test_an_editor_of_a_province_speaks_in_its_name(world):
    browser_of("bientap").post("/desk/bulletins/new/", WORDS)

    assert everything().get().unit == world.province
