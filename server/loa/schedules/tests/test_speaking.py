import io
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import av
import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction

from loa.devices import live
from loa.devices.models import Device, LiveChunk, LiveSession, Outbound
from loa.devices.refusals import BadSound, LiveOver
from loa.devices.rules import LIVE_LEAD, LiveEnd
from loa.dispatch import commands as dispatching
from loa.dispatch import plans, rules
from loa.dispatch import spoken as speeches
from loa.dispatch.models import NO_CLIP, Airing
from loa.dispatch.refusals import AlreadySpeaking, NobodyThere
from loa.dispatch.tests.making import NOW, make_devices, sent
from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound
from loa.media import store
from loa.schedules import commands, speech, tasks
from loa.schedules.refusals import (
    AnothersSpeech,
    NotSpeaking,
    QuietHours,
    SecondPersonNeeded,
    SubjectNeeded,
    TooLong,
)
from loa.schedules.rules import speaking
from loa.schedules.tests.sending import chief_of
from loa.schedules.tests.speaking import CHUNK, agree, make_speech

NIGHT = datetime(2026, 11, 23, 3, 15, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
SECOND = timedelta(seconds=1)


@pytest.fixture
def clusters(world):
    return [*make_devices(world.commune, count=2), *make_devices(world.hamlet, count=3)]


def said(world, airing, *, chunks=3, at=NOW + SECOND, scope=None):
    for seq in range(chunks):
        speech.take(scope or world.leader, airing.pk, seq, CHUNK, now=at + seq * timedelta(milliseconds=400))


def session(airing):
    return LiveSession.objects.get(pk=airing.pk)


def test_a_leader_opens_live_speech_to_every_cluster_of_the_commune(world, clusters):
    airing = make_speech(world)

    message = sent()[-1]
    assert (message["kind"], message["area"], message["devices"]) == ("live", world.commune.path, None)
    assert message["live"]["id"] == str(airing.pk)
    assert (airing.is_live, airing.state, airing.clip_sha256) == (True, "released", NO_CLIP)
    assert speech.spoken(world.leader, airing.pk).meant == 5


def test_live_speech_to_hamlets_is_said_in_their_areas_only(world, clusters):
    airing = make_speech(world, units=[world.hamlet])

    assert [message["area"] for message in sent()] == [world.hamlet.path]
    assert session(airing).areas == [world.hamlet.path]
    assert speech.spoken(world.leader, airing.pk).meant == 3


def test_a_hamlet_within_a_chosen_commune_is_spoken_to_once(world, clusters):
    make_speech(world, units=[world.hamlet, world.commune])

    assert [message["area"] for message in sent()] == [world.commune.path]


@pytest.mark.parametrize("who", ["officer", "monitor", "technician", "administrator"])
def test_who_has_no_right_to_speak_is_denied(world, clusters, who):
    with pytest.raises(Denied):
        make_speech(world, scope=getattr(world, who))


def test_a_stranger_finds_no_such_place(world, clusters):
    with pytest.raises(NotFound):
        make_speech(world, scope=world.outsider)


def test_nobody_speaks_beyond_their_unit(world, clusters):
    make_devices(world.other_commune)

    with pytest.raises(NotFound):
        make_speech(world, units=[world.commune, world.other_commune])


def test_beyond_one_commune_a_second_factor_is_fresh(world, clusters):
    make_devices(world.other_commune)
    chief = chief_of(world)
    where = {"unit": world.province, "units": [world.commune, world.other_commune]}

    with pytest.raises(FreshFactorNeeded):
        make_speech(world, scope=replace(chief, is_fresh=False), **where)

    assert make_speech(world, scope=chief, **where).unit_id == world.province.pk


def at_night(world, *, wakes=5, now=NIGHT, **about):
    """Let the leader try to speak at night with nothing but their own word."""
    return make_speech(world, scope=world.leader, wakes=wakes, now=now, **about)


def test_in_the_quiet_hours_the_speaker_says_how_many_clusters_may_wake(world, clusters):
    agree(world, now=NIGHT)

    for too_few in (None, 4):
        with pytest.raises(QuietHours):
            at_night(world, wakes=too_few)

    assert at_night(world).is_live


def test_in_the_quiet_hours_nobody_speaks_without_the_word_of_another(world, clusters):
    with pytest.raises(SecondPersonNeeded):
        at_night(world)
    agree(world, wakes=4, now=NIGHT)
    agree(world, now=NIGHT - 2 * speaking.CONSENT_LASTS)
    with pytest.raises(SecondPersonNeeded):
        at_night(world)

    agree(world, wakes=5, now=NIGHT)
    assert at_night(world, units=[world.hamlet]).is_live


def test_nobody_agrees_to_their_own_speech(world, clusters):
    with pytest.raises(SecondPersonNeeded):
        agree(world, by=world.officer, speaker=world.officer_user, now=NIGHT)


def test_the_word_of_another_is_good_for_one_speech(world, clusters):
    agree(world, now=NIGHT)
    airing = at_night(world)
    commands.end_speech(world.leader, airing, now=NIGHT + SECOND)

    with pytest.raises(SecondPersonNeeded):
        at_night(world, now=NIGHT + 2 * SECOND)


def test_a_speech_that_runs_into_the_quiet_hours_is_asked_about_too(world, clusters):
    with pytest.raises(QuietHours):
        at_night(world, wakes=None, now=NIGHT.replace(hour=20, minute=55))


def test_who_agrees_does_so_for_somebody_who_may_speak_there(world, clusters):
    with pytest.raises(NotFound):
        agree(world, speaker=world.monitor_user, now=NIGHT)
    for by in (world.monitor, world.technician):
        with pytest.raises(Denied):
            agree(world, by=by, now=NIGHT)
    with pytest.raises(NotFound):
        agree(world, by=world.outsider, now=NIGHT)


def test_what_somebody_agreed_to_stays_on_record(world, clusters):
    agree(world, now=NIGHT)

    for words in (
        "UPDATE schedules_speech_consent SET wakes = 99999",
        "DELETE FROM schedules_speech_consent",
        "TRUNCATE schedules_speech_consent",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words)


def test_only_clusters_that_sound_live_speech_are_counted_and_woken(world, clusters):
    make_devices(world.commune, count=2, kind="gateway")
    Device.objects.unscoped("test").filter(kind="gateway").update(driver="gateway")
    make_devices(world.commune, count=1, kind="board")

    assert speeches.hearers([world.commune.path]) == speeches.hearers([world.commune.path, world.hamlet.path]) == 5
    agree(world, wakes=5, now=NIGHT)
    assert at_night(world, wakes=5).is_live


def test_what_it_is_about_is_kept_as_titles_are(world, clusters):
    assert make_speech(world, title=" Bão\u202e  s\u1ed1\u200b 3\u2066 ").title == "Bão số 3"
    with pytest.raises(SubjectNeeded):
        make_speech(world, title="\u202e\u2066 ")


@pytest.mark.parametrize(("about", "refusal"), [({"minutes": 61}, TooLong), ({"title": " "}, SubjectNeeded)])
def test_without_a_length_or_words_nobody_speaks(world, clusters, about, refusal):
    with pytest.raises(refusal):
        make_speech(world, **about)


def test_without_a_cluster_nobody_speaks(world):
    with pytest.raises(NobodyThere):
        make_speech(world)
    assert not LiveSession.objects.exists()


def test_two_do_not_speak_to_the_same_clusters_at_once(world, clusters):
    make_speech(world, units=[world.hamlet])

    with pytest.raises(AlreadySpeaking):
        make_speech(world)


def test_the_first_chunk_says_when_all_of_them_sound(world, clusters):
    airing = make_speech(world)

    said(world, airing)

    base = session(airing).base_at
    assert base == NOW + SECOND + LIVE_LEAD
    assert [one.play_at - base for one in LiveChunk.objects.order_by("seq")] == [
        number * timedelta(milliseconds=400) for number in range(3)
    ]


def test_a_chunk_sent_twice_is_one(world, clusters):
    airing = make_speech(world)

    said(world, airing, chunks=1)
    said(world, airing, chunks=1)

    assert LiveChunk.objects.count() == 1


def test_only_who_opened_it_is_heard(world, clusters):
    airing = make_speech(world)

    with pytest.raises(AnothersSpeech):
        said(world, airing, scope=chief_of(world))
    assert not LiveChunk.objects.exists()


@pytest.mark.parametrize("sound", [b"", b"\x00", b"\x00\x09abc", CHUNK + CHUNK, b"\xff\xff" + b"x" * 100])
def test_what_is_no_sound_is_refused(world, clusters, sound):
    airing = make_speech(world)

    with pytest.raises(BadSound):
        speech.take(world.leader, airing.pk, 0, sound, now=NOW + SECOND)


@pytest.mark.parametrize("seq", [100_000, 2**40])
def test_a_number_far_ahead_of_its_time_is_refused(world, clusters, seq):
    airing = make_speech(world)

    with pytest.raises(BadSound):
        speech.take(world.leader, airing.pk, seq, CHUNK, now=NOW + SECOND)


def test_the_end_tells_the_devices_how_much_was_said_and_the_airing_its_times(world, clusters):
    airing = make_speech(world)
    said(world, airing, chunks=5)

    commands.end_speech(world.leader, airing, now=NOW + 4 * SECOND)

    message = sent()[-1]
    airing.refresh_from_db()
    assert (message["kind"], message["airing_id"], message["chunks"]) == ("close", str(airing.pk), 5)
    assert (airing.start_at, airing.clip_duration_ms) == (session(airing).base_at, 2000)
    assert session(airing).close_reason == LiveEnd.ENDED


def test_after_the_end_nothing_is_taken_any_more(world, clusters):
    airing = make_speech(world)
    said(world, airing)
    commands.end_speech(world.leader, airing, now=NOW + 4 * SECOND)

    with pytest.raises(LiveOver):
        speech.take(world.leader, airing.pk, 9, CHUNK, now=NOW + 5 * SECOND)


def test_ending_twice_changes_nothing(world, clusters):
    airing = make_speech(world)
    said(world, airing)
    commands.end_speech(world.leader, airing, now=NOW + 4 * SECOND)
    before = Outbound.objects.count()

    commands.end_speech(world.leader, airing, now=NOW + 9 * SECOND)

    assert Outbound.objects.count() == before
    assert session(airing).closed_at == NOW + 4 * SECOND


def test_it_ends_by_itself_when_nothing_comes_from_the_speaker(world, clusters):
    airing = make_speech(world)
    said(world, airing)
    last = NOW + SECOND + timedelta(milliseconds=800)

    assert tasks.settle_speech(now=last + timedelta(seconds=2.9)) == 0
    tasks.settle_speech(now=last + 3 * SECOND)

    assert (session(airing).close_reason, session(airing).chunks) == (LiveEnd.LINE_LOST, 3)


def test_it_ends_by_itself_when_its_time_is_up(world, clusters):
    airing = make_speech(world, minutes=5)
    said(world, airing, at=NOW + timedelta(minutes=4, seconds=57))

    tasks.settle_speech(now=NOW + timedelta(minutes=5))

    assert session(airing).close_reason == LiveEnd.LIMIT


def test_a_speech_nobody_began_is_no_airing_that_was_missed(world, clusters):
    airing = make_speech(world)

    tasks.settle_speech(now=NOW + timedelta(seconds=61))

    airing.refresh_from_db()
    assert (session(airing).chunks, airing.state) == (0, rules.State.CANCELLED)


def test_a_stop_by_somebody_else_closes_it(world, clusters):
    airing = make_speech(world)
    said(world, airing)
    dispatching.stop(world.officer, airing, reason="nhầm địa bàn", now=NOW + 2 * SECOND)

    with pytest.raises(NotSpeaking):
        speech.take(world.leader, airing.pk, 4, CHUNK, now=NOW + 2 * SECOND)
    tasks.settle_speech(now=NOW + 3 * SECOND)

    assert session(airing).close_reason == LiveEnd.STOPPED
    assert sent()[-1]["kind"] == "stop"


def test_a_right_taken_away_in_the_middle_ends_the_taking(world, clusters):
    airing = make_speech(world)
    said(world, airing, chunks=1)

    with pytest.raises(NotFound):
        said(world, airing, scope=replace(world.leader, grants={}))


def opus(seconds):
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = 48_000, "mono", "flt", 32_000
    encoder.options = {"frame_duration": "20"}
    time = np.arange(round(seconds * 48_000)) / 48_000
    tone = (0.3 * np.sin(2 * np.pi * 440 * time)).astype("f4")
    packets = []
    for start in range(0, len(tone), 960):
        frame = av.AudioFrame.from_ndarray(tone[start : start + 960].reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate, frame.pts = 48_000, start
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return packets


def test_what_was_said_is_kept_as_a_recording_with_silence_where_a_piece_never_came(
    world, clusters, settings, tmp_path
):
    settings.MEDIA_FOLDER = tmp_path
    airing = make_speech(world)
    packets = opus(1.6)
    for seq in (0, 1, 3):
        piece = live.live.pack(packets[seq * 20 : seq * 20 + 20])
        speech.take(world.leader, airing.pk, seq, piece, now=NOW + SECOND)
    commands.end_speech(world.leader, airing, now=NOW + 3 * SECOND)

    tasks.settle_speech(now=NOW + 4 * SECOND)

    airing.refresh_from_db()
    content = store.path(airing.clip_sha256).read_bytes()
    assert (airing.clip_size_bytes, session(airing).recording) == (len(content), airing.clip_sha256)
    with av.open(io.BytesIO(content)) as container:
        sound = np.concatenate([frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)])
    assert abs(len(sound) / 48_000 - 1.6) < 0.02
    levels = [float(np.abs(sound[round(at * 48_000) :][:4800]).max()) for at in (0.1, 0.5, 0.95, 1.4)]
    assert levels[0] > 0.2 < levels[1]
    assert levels[2] < 0.02
    assert levels[3] > 0.2
    assert not LiveChunk.objects.exists()


def test_no_plan_carries_live_speech(world, clusters, settings, tmp_path):
    settings.MEDIA_FOLDER = tmp_path
    make_speech(world)
    plans.mark([cluster.pk for cluster in clusters])

    prepared = plans.prepare(now=NOW)

    assert prepared is not None
    assert list(prepared.airings) == []


def test_live_speech_stands_in_the_day_as_any_airing(world, clusters):
    airing = make_speech(world)

    assert Airing.objects.within(world.monitor, "dispatch.view").get().pk == airing.pk
