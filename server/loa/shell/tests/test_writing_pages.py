import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loa.bulletins import commands, rules
from loa.bulletins.models import Bulletin
from loa.bulletins.tests.making import make_bulletin, make_clip
from loa.kernel import clock
from loa.media.models import Clip
from loa.orgs.rules import Role
from loa.orgs.tests.world import make_user
from loa.shell.tests.desk import browser_of, text_of
from loa.shell.tests.test_bulletin_pages import WORDS, recording


def everything():
    return Bulletin.objects.unscoped("test").select_related("current")


def told(answer):
    return json.loads(answer.content)


@pytest.fixture
def bulletin(world):
    return make_bulletin(world, now=clock.now())


@pytest.fixture
def colleague(world):
    return make_user("canbo3", "Ngô Thị Ba", unit=world.commune, role=Role.OFFICER)


def edit(bulletin):
    return f"/desk/bulletins/{bulletin.pk}/edit/"


def test_the_form_says_what_a_bulletin_is_about_and_keeps_it(world):
    facts = {
        "kind": "power_cut", "category": "local.services", "abstract": "Cắt điện sáng thứ ba.", "byline": "Điện lực",
        "language": "mtq", "valid_from": "2026-12-01", "valid_until": "2026-12-02", "is_must": "on",
    }  # fmt: skip
    browser = browser_of("canbo")
    page = browser.get(browser.post("/desk/bulletins/new/", WORDS | facts).url)

    revision = everything().get().current
    assert (revision.kind, revision.category_id, revision.language_id) == ("power_cut", "local.services", "mtq")
    assert (revision.abstract, revision.byline, revision.is_must) == ("Cắt điện sáng thứ ba.", "Điện lực", True)
    assert (revision.valid_from.isoformat(), revision.valid_until.isoformat()) == (
        "2026-11-30T17:00:00+00:00",
        "2026-12-02T17:00:00+00:00",
    )
    assert 'value="2026-12-02"' in text_of(page)
    assert '<option value="mtq" selected>Tiếng Mường' in text_of(page)


def test_a_form_that_says_nothing_about_it_changes_nothing_about_it(world, bulletin):
    facts = rules.Facts(kind=rules.Kind.STORM, abstract="Bão.", is_must=True, valid_until=clock.now())
    commands.revise(
        world.officer, bulletin, title="Cũ", text="Cũ", clip_id=None, voice="", facts=facts, now=clock.now()
    )
    before = everything().get().current.facts

    browser_of("canbo").post(edit(bulletin), WORDS)

    assert everything().get().current.facts == before


def test_a_wrong_fact_is_said_at_its_field_with_the_details_open(world):
    answer = browser_of("canbo").post(
        "/desk/bulletins/new/", WORDS | {"valid_from": "2026-12-02", "valid_until": "2026-12-01"}
    )

    assert answer.status_code == 422
    assert 'id="id_valid_until-error"' in text_of(answer)
    assert '<details class="card facts-fields" open>' in text_of(answer)


def test_typing_keeps_a_draft_and_says_when(world):
    answer = browser_of("canbo").post("/desk/bulletins/new/autosave/", {"title": "Lịch", "text": "Sáng mai."})

    kept = everything().get()
    assert told(answer)["address"] == edit(kept)
    assert (told(answer)["edition"], kept.state, kept.current.text) == (1, "draft", "Sáng mai.")
    assert len(told(answer)["saved"]) == 5


def test_a_form_sent_twice_over_a_bad_line_is_one_bulletin(world):
    browser = browser_of("canbo")
    named = {"draft": "01890000-0000-7000-8000-000000000001"}
    for text in ("Sáng mai.", "Sáng mai có nước."):
        assert browser.post("/desk/bulletins/new/autosave/", {"title": "Lịch", "text": text} | named).status_code == 200
    browser.post("/desk/bulletins/new/", WORDS | named)

    assert everything().get().current.text == "Sáng mai có nước."
    assert everything().get().current.clip_id is not None


def test_a_form_cannot_take_the_name_of_anothers_bulletin(world, bulletin):
    answer = browser_of("canbo2").post(
        "/desk/bulletins/new/autosave/", {"title": "Lịch", "text": "Của xã khác.", "draft": str(bulletin.pk)}
    )

    assert told(answer)["bulletin"] != str(bulletin.pk)
    assert everything().get(pk=bulletin.pk).current.text == "Lịch cấp nước tuần này."


def test_a_draft_without_title_is_kept_under_its_first_words_and_nothing_is_not_kept(world):
    browser = browser_of("canbo")

    assert browser.post("/desk/bulletins/new/autosave/", {"title": "", "text": "  "}).status_code == 422
    browser.post("/desk/bulletins/new/autosave/", {"title": "", "text": "Sáng mai có nước."})

    assert everything().get().title == "Sáng mai có nước."


def test_typing_on_drops_spoken_sound_that_no_longer_fits_and_keeps_a_recording(world, bulletin):
    browser = browser_of("canbo")
    recorded = make_bulletin(world, now=clock.now())
    commands.revise(
        world.officer, recorded, title="Lời", text="", clip_id=make_clip(world.commune, content=b"voice").pk, voice="",
        now=clock.now(),
    )  # fmt: skip

    for one in (bulletin, recorded):
        one.refresh_from_db()
        answer = browser.post(
            f"{edit(one)}autosave/", {"title": "Mới", "text": "Chữ mới.", "edition": str(one.edition)}
        )
        assert answer.status_code == 200

    assert everything().get(pk=bulletin.pk).current.clip_id is None
    assert everything().get(pk=recorded.pk).current.clip_id is not None


def test_saving_the_same_again_is_no_new_edition(world, bulletin):
    same = {"title": bulletin.title, "text": bulletin.current.text, "edition": "1"}

    answer = browser_of("canbo").post(f"{edit(bulletin)}autosave/", same)

    assert told(answer)["edition"] == 1
    assert everything().get().current.clip_id is not None


def test_what_waits_for_approval_is_not_changed_by_typing(world, bulletin):
    commands.submit(world.officer, bulletin, now=clock.now())

    answer = browser_of("canbo").post(f"{edit(bulletin)}autosave/", {"title": "Mới", "text": "Mới", "edition": "1"})

    assert answer.status_code == 409
    assert everything().get().state == "submitted"


def test_who_saves_over_newer_words_sees_both_and_loses_nothing(world, bulletin, colleague):
    first, second = browser_of("canbo"), browser_of("canbo3")
    assert 'name="edition" value="1"' in text_of(second.get(edit(bulletin)))
    first.post(f"{edit(bulletin)}autosave/", {"title": "Lịch nước", "text": "Nước về lúc 5 giờ sáng.", "edition": "1"})

    mine = WORDS | {"title": "Lịch nước", "text": "Nước về lúc 6 giờ <b>tối</b>.", "edition": "1", "kind": "water_cut"}
    answer = second.post(edit(bulletin), mine)

    page = text_of(answer)
    assert answer.status_code == 409
    assert "Trần Văn Cán" in page
    assert 'value="Nước về lúc 6 giờ &lt;b&gt;tối&lt;/b&gt;."' in page
    assert "Nước về lúc 5 6 giờ sáng. &lt;b&gt;tối&lt;/b&gt;." in page
    assert '<input type="hidden" name="kind" value="water_cut">' in page
    assert everything().get().current.text == "Nước về lúc 5 giờ sáng."

    assert second.post(edit(bulletin), mine | {"edition": "2"}).status_code == 302
    assert everything().get().current.text == "Nước về lúc 6 giờ <b>tối</b>."
    assert first.post(f"{edit(bulletin)}autosave/", {"title": "x", "text": "y", "edition": "2"}).status_code == 409


def test_a_recording_that_came_too_late_is_kept_for_the_choice(world, bulletin, colleague):
    first, second = browser_of("canbo"), browser_of("canbo3")
    first.post(f"{edit(bulletin)}autosave/", {"title": "Lịch nước", "text": "Mới.", "edition": "1"})

    mine = WORDS | {"sound": "clip", "edition": "1"}
    answer = second.post(edit(bulletin), mine | {"clip": SimpleUploadedFile("ghi.wav", recording())})

    kept = Clip.objects.unscoped("test").get(source="upload")
    assert answer.status_code == 409
    assert f'name="kept" value="{kept.pk}"' in text_of(answer)
    second.post(edit(bulletin), mine | {"edition": "2", "kept": str(kept.pk)})
    assert everything().get().current.clip_id == kept.pk


def test_a_kept_recording_of_another_unit_is_not_taken(world, bulletin):
    foreign = make_clip(world.other_commune, content=b"foreign")

    answer = browser_of("canbo").post(
        edit(bulletin), WORDS | {"sound": "clip", "edition": "1", "kept": str(foreign.pk)}
    )

    assert answer.status_code == 404
    assert everything().get().current.clip_id != foreign.pk


def test_the_form_says_who_else_has_it_open(world, bulletin, colleague):
    browser_of("canbo").get(edit(bulletin))

    assert "Trần Văn Cán" in text_of(browser_of("canbo3").get(edit(bulletin))).partition("</h1>")[2]


@pytest.mark.parametrize("text", ["a" * 20_001, "một " * 300_000])
def test_a_text_too_long_is_refused_in_words_by_form_and_typing(world, bulletin, text):
    browser = browser_of("canbo")

    typed = browser.post(f"{edit(bulletin)}autosave/", {"title": "Dài", "text": text, "edition": "1"})
    sent = browser.post(edit(bulletin), WORDS | {"text": text, "edition": "1"})

    assert (typed.status_code, sent.status_code) == (422, 422)
    assert told(typed)["message"]
    assert text.strip()[:200] in text_of(sent)
    assert everything().get().current.text == "Lịch cấp nước tuần này."


def test_an_edition_that_is_no_number_is_refused_not_believed(world, bulletin):
    for edition in ("-1", "9" * 10_000, "x"):
        answer = browser_of("canbo").post(f"{edit(bulletin)}autosave/", {"title": "a", "text": "b", "edition": edition})
        assert answer.status_code == 422
    assert everything().get().current.text == "Lịch cấp nước tuần này."
