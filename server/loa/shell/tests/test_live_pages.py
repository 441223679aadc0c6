"""Pages of live speech: choosing where, the speaker's page, its sound, its end."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loa.devices.models import LiveChunk, LiveSession
from loa.dispatch.models import Airing
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.schedules import tasks
from loa.schedules.tests.speaking import CHUNK, agree, make_speech
from loa.shell.tests.desk import browser_of, text_of

BEGIN = "/desk/live/"
NIGHT = datetime(2026, 11, 23, 3, 15, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def clusters(world):
    return [*make_devices(world.commune, count=2), *make_devices(world.hamlet, count=3)]


@pytest.fixture(autouse=True)
def consent(world, clusters):
    """Whatever the clock says while the tests run, somebody else has agreed."""
    agree(world, now=clock.now())


@pytest.fixture
def speech(world, clusters):
    return make_speech(world, now=clock.now())


def chosen(world, **changes):
    return {"title": "Bão số 3", "reach": "all", "minutes": "10", "unit": world.commune.code, "wakes": "9", **changes}


def address(airing, *parts):
    return f"{BEGIN}{airing.pk}/" + "".join(f"{part}/" for part in parts)


def test_a_leader_chooses_and_comes_to_the_microphone(world, clusters):
    leader = browser_of("lanhdao")
    assert "Nói trực tiếp" in text_of(leader.get(BEGIN))

    answer = leader.post(BEGIN, chosen(world))

    airing = Airing.objects.unscoped("test").get()
    assert answer.url == address(airing)
    page = text_of(leader.get(answer.url))
    assert "Bắt đầu nói" in page
    assert "0 trong 5 cụm đang nghe" in page


def test_only_parts_of_a_commune_are_spoken_to(world, clusters):
    answer = browser_of("lanhdao").post(BEGIN, chosen(world, reach="chosen", parts=[str(world.hamlet.pk)]))

    assert answer.status_code == 302
    assert LiveSession.objects.get().areas == [world.hamlet.path]


def test_chosen_parts_have_to_be_chosen(world, clusters):
    answer = browser_of("lanhdao").post(BEGIN, chosen(world, reach="chosen"))

    assert answer.status_code == 422
    assert "Hãy chọn ít nhất một nơi" in text_of(answer)


@pytest.mark.parametrize(
    "wrong", [{"minutes": "61"}, {"title": ""}, {"title": "\0"}, {"reach": "moon"}, {"wakes": "-1"}, {"parts": ["x"]}]
)
def test_what_makes_no_sense_is_shown_again(world, clusters, wrong):
    answer = browser_of("lanhdao").post(BEGIN, chosen(world, **wrong))

    assert answer.status_code == 422
    assert not LiveSession.objects.exists()


def test_a_unit_out_of_reach_is_not_there(world, clusters):
    assert browser_of("lanhdao").get(BEGIN, {"unit": world.other_commune.code}).status_code == 404


def test_at_night_the_page_says_who_will_wake(world, clusters, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NIGHT)
    leader = browser_of("lanhdao")
    agreed = browser_of("canbo").post(
        f"{BEGIN}agree/", {"unit": world.commune.code, "speaker": world.leader_user.pk, "wakes": 5}
    )

    assert agreed.status_code == 302
    assert "5" in text_of(leader.get(BEGIN)).partition('name="wakes"')[2][:300]
    asked = chosen(world)
    del asked["wakes"]
    assert leader.post(BEGIN, asked).status_code == 409
    assert leader.post(BEGIN, chosen(world, wakes="5")).status_code == 302


def test_sound_is_taken_from_the_speaker(world, speech):
    leader = browser_of("lanhdao")

    answer = leader.post(address(speech, "sound", 0), CHUNK, content_type="application/octet-stream")

    assert answer.status_code == 204
    assert LiveChunk.objects.get().seq == 0


@pytest.mark.parametrize(("sound", "status"), [(b"", 422), (b"noise", 422), (b"x" * 70_000, 413)])
def test_what_is_no_sound_is_refused(world, speech, sound, status):
    answer = browser_of("lanhdao").post(address(speech, "sound", 0), sound, content_type="application/octet-stream")

    assert answer.status_code == status
    assert not LiveChunk.objects.exists()


def test_a_number_nobody_counts_to_is_refused(world, speech):
    answer = browser_of("lanhdao").post(address(speech, "sound", 2**70), CHUNK, content_type="application/octet-stream")

    assert answer.status_code == 422


def test_the_end_leads_to_what_was_heard(world, speech):
    leader = browser_of("lanhdao")
    leader.post(address(speech, "sound", 0), CHUNK, content_type="application/octet-stream")

    answer = leader.post(address(speech, "end"))

    assert answer.url == f"/desk/airings/{speech.pk}/"
    assert LiveSession.objects.get().close_reason == "ended"
    assert "nói trực tiếp" in text_of(leader.get(answer.url))


def test_a_speech_that_has_ended_leads_to_what_was_heard(world, speech):
    tasks.settle_speech(now=clock.now() + timedelta(seconds=61))

    answer = browser_of("lanhdao").get(address(speech))

    assert answer.url == f"/desk/airings/{speech.pk}/"


def test_the_state_says_why_it_ended(world, speech):
    leader = browser_of("lanhdao")
    leader.post(address(speech, "sound", 0), CHUNK, content_type="application/octet-stream")
    tasks.settle_speech(now=clock.now() + timedelta(seconds=4))

    assert "tự kết thúc" in text_of(leader.get(address(speech, "state")))


def test_a_speech_that_never_was_is_not_found(world, clusters):
    assert browser_of("lanhdao").get(f"{BEGIN}{uuid.uuid4()}/").status_code == 404


def test_an_officer_is_not_offered_the_microphone(world, clusters):
    officer = browser_of("canbo")

    assert "Nói trực tiếp" not in text_of(officer.get("/desk/"))
    assert officer.get(BEGIN).status_code == 403


def test_the_officer_reads_whom_it_wakes_before_agreeing(world, clusters):
    page = text_of(browser_of("canbo").get(f"{BEGIN}agree/"))

    assert "5 cụm loa" in page
    assert world.leader_user.full_name in page
    assert browser_of("canbo").post(f"{BEGIN}agree/", {"speaker": world.leader_user.pk}).status_code == 422
    assert browser_of("giamsat").get(f"{BEGIN}agree/").status_code == 403
