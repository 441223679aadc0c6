"""Live speech on a device: when it sounds, what it makes way for, how it ends, and whose voice is never heard."""

from datetime import timedelta

import pytest

from loa_agent.effects import Arm, Halt, Sound, Tune
from loa_agent.live import PATIENCE
from loa_protocol import live, messages, signing, topics
from loa_protocol.plan import Priority, ResumeRule

from .conftest import AREA, DEVICE, NOON, Unit, airing, at

SESSION = "019aaf2e-3c00-7000-8000-0000000000d1"
CHUNK = timedelta(milliseconds=400)
PACKETS = tuple(bytes([word + 1]) * 60 for word in range(20))


def opening(session=SESSION, start=0.0, seconds=600.0, **more):
    return live.Opening(id=session, start_at=at(start), end_at=at(start + seconds), **more)


class Speaker:
    """Speaks to a unit: chunk after chunk, each heard a second before it sounds."""

    def __init__(self, unit, *, base=1.0, session=SESSION, key=None):
        self.unit, self.base, self.session, self.key = unit, at(base), session, key or unit.server.key

    def open(self, now=NOON, **more):
        self.unit.hear_now(self.unit.server.now(live=opening(self.session, **more)), now)

    def chunk(self, seq, *, play_at=None, packets=PACKETS):
        moment = play_at or self.base + seq * CHUNK
        return live.sign(self.session, seq, moment, live.pack(packets), self.key)

    def say(self, seq, *, now=None, **more):
        heard_at = now or self.base + seq * CHUNK - timedelta(seconds=1)
        return self.unit.hear(topics.area_live(AREA), self.chunk(seq, **more), heard_at)

    def close(self, chunks, now):
        self.unit.hear_now(self.unit.server.now(airing_id=self.session, chunks=chunks), now)


@pytest.fixture
def speaker(unit):
    return Speaker(unit)


def tunes(unit):
    return [effect for effect in unit.done if isinstance(effect, Tune)]


def sounds(unit):
    return sorted({effect.seq for effect in unit.done if isinstance(effect, Sound)})


def begin(unit, speaker, chunks=3):
    """Open, say some chunks, and let the output set in on its moment."""
    speaker.open()
    for seq in range(chunks):
        speaker.say(seq)
    unit.core.started(SESSION, speaker.base)
    unit.tick(speaker.base)


def refused(unit):
    return [(event.get("airing"), event["reason"]) for event in unit.events if event["outcome"] == "refused"]


def test_the_first_chunk_tunes_the_output_to_its_own_moment(unit, speaker):
    speaker.open()
    assert tunes(unit) == []

    speaker.say(0)

    assert [(tune.id, tune.at, tune.base_at) for tune in tunes(unit)] == [(SESSION, speaker.base, speaker.base)]
    last = unit.done[-1]
    assert (type(last), last.seq, last.packets) == (Sound, 0, PACKETS)


def test_a_whole_speech_is_played_and_tells_how_much_of_it_sounded(unit, speaker):
    begin(unit, speaker, chunks=10)
    speaker.close(10, at(4.5))
    unit.tick(at(5.0))

    unit.core.ended(SESSION, at(5.0), level_dbfs=-18.0, chunks=10)

    told = unit.events[-1]
    assert (told["airing"], told["outcome"], told["reason"]) == (SESSION, "played", "live_10_10")
    assert (told["level_dbfs"], told["lateness_ms"]) == (-18.0, 0)
    assert told["started_at"] == "2026-11-23T05:00:01.000Z"


@pytest.mark.parametrize(("sounded", "outcome"), [(10, "played"), (9, "partial"), (0, "missed")])
def test_a_device_that_missed_chunks_says_so(unit, speaker, sounded, outcome):
    begin(unit, speaker, chunks=10)
    speaker.close(10, at(4.5))
    unit.tick(at(5.0))

    unit.core.ended(SESSION, at(5.0), level_dbfs=-18.0, chunks=sounded)

    assert unit.outcomes()[-1] == (SESSION, outcome, f"live_{sounded}_10")


def test_it_breaks_in_on_a_programme_which_resumes_by_its_rule(unit, speaker):
    unit.follow(airing("a", start=0, seconds=60, window=300, resume_rule=ResumeRule.RESUME))
    unit.core.started("a", NOON)
    begin(unit, speaker, chunks=5)
    assert Halt(airing="a") in unit.done
    unit.core.ended("a", speaker.base, level_dbfs=-20.0)

    speaker.close(5, at(2.4))
    unit.tick(at(3.0))

    unit.core.ended(SESSION, at(3.0), level_dbfs=-18.0, chunks=5)
    armed = [effect for effect in unit.done if isinstance(effect, Arm)][-1]
    assert (armed.airing.id, armed.at, armed.position) == ("a", at(3.0), timedelta(seconds=1))


def test_an_alert_breaks_in_on_a_speech_which_goes_on_in_step_afterwards(unit, speaker):
    begin(unit, speaker)
    alarm = airing("alarm", start=1.5, seconds=2, priority=Priority.ALERT)
    unit.hear_now(unit.server.now(airing=alarm), at(1.2))
    unit.core.started("alarm", at(1.5))
    unit.core.ended(SESSION, at(1.5), level_dbfs=-18.0, chunks=1)
    for seq in range(3, 9):
        speaker.say(seq)
    unit.core.ended("alarm", at(3.5), level_dbfs=-10.0)
    unit.tick(at(3.5))

    assert [tune.at for tune in tunes(unit)] == [speaker.base, at(3.5)]
    assert {tune.base_at for tune in tunes(unit)} == {speaker.base}


def test_a_scheduled_item_does_not_break_in_on_a_speech(unit, speaker):
    begin(unit, speaker)
    unit.follow(airing("a", start=1.5, seconds=5, window=6), now=at(1.4))

    unit.tick(at(1.5))

    assert [effect for effect in unit.done if isinstance(effect, Arm)] == []


def test_a_speech_from_which_nothing_comes_ends_by_itself_and_the_programme_is_free(unit, speaker):
    begin(unit, speaker, chunks=3)
    last_s = 1.0 + 3 * 0.4

    unit.tick(at(last_s) + PATIENCE - timedelta(milliseconds=1))
    assert SESSION in unit.core.stage.speeches.open
    unit.tick(at(last_s) + PATIENCE)
    unit.core.ended(SESSION, at(last_s) + PATIENCE, level_dbfs=-18.0, chunks=3)

    assert unit.outcomes()[-1] == (SESSION, "partial", "line_lost")
    assert unit.core.stage.speeches.open == {}


def test_nobody_speaks_longer_than_the_opening_allows(unit, speaker):
    speaker.open(seconds=3.0)
    for seq in range(4):
        speaker.say(seq)
    unit.core.started(SESSION, speaker.base)

    speaker.say(5, now=at(2.0))
    unit.tick(at(3.0))
    unit.core.ended(SESSION, at(3.0), level_dbfs=-18.0, chunks=4)

    assert refused(unit) == [(SESSION, "expired")]
    assert unit.outcomes()[-1] == (SESSION, "partial", "live_limit")


def test_a_session_in_which_nobody_spoke_leaves_no_evidence_of_a_sound(unit, speaker):
    speaker.open()

    speaker.close(0, at(5))
    unit.tick(at(5))

    assert unit.outcomes() == [(SESSION, "received", "live")]


def test_a_stop_silences_it_at_once(unit, speaker):
    begin(unit, speaker)

    unit.hear_now(unit.server.now(airing_id=SESSION), at(1.5))
    unit.core.ended(SESSION, at(1.5), level_dbfs=-18.0, chunks=1)

    assert unit.outcomes()[-1] == (SESSION, "partial", "stopped")


def test_a_power_cut_is_told_and_the_speech_stays_silent_afterwards(unit, server, speaker):
    begin(unit, speaker)

    again = Unit(server, store=unit.store, now=at(2))
    again.hear(topics.area_live(AREA), speaker.chunk(4), at(2))

    assert (SESSION, "partial", "power_cut") in again.outcomes()
    assert tunes(again) == []
    assert refused(again) == []


def test_who_is_not_named_neither_hears_nor_complains(unit, server, speaker):
    unit.hear_now(server.now(live=opening(), devices=["somebody else"]))

    speaker.say(0)

    assert (tunes(unit), sounds(unit), unit.events) == ([], [], [])


def test_an_opening_said_again_lets_in_who_came_late_and_nobody_twice(unit, server, speaker):
    token = server.now(live=opening())

    unit.hear(topics.area_live(AREA), token)
    unit.hear(topics.area_live(AREA), token)
    speaker.say(7)

    assert unit.outcomes() == [(SESSION, "received", "live")]
    assert [tune.at for tune in tunes(unit)] == [at(2.8)]


# The foreign voice: sound offered by anybody else is never heard, and is on record.


def never_heard(unit):
    return (tunes(unit), sounds(unit)) == ([], [])


def test_noise_on_the_topic_is_never_heard(unit, speaker):
    speaker.open()

    unit.hear(topics.area_live(AREA), b"\x01" + b"radio" * 100)

    assert never_heard(unit)
    assert refused(unit) == [(None, "bad_signature")]


def test_a_chunk_of_another_key_is_never_heard(unit, server, speaker):
    speaker.open()

    Speaker(unit, key=signing.generate()).say(0)

    assert never_heard(unit)
    assert refused(unit) == [(SESSION, "bad_signature")]


def test_a_chunk_without_a_session_is_never_heard(unit, speaker):
    Speaker(unit, key=signing.generate()).say(0)

    assert never_heard(unit)
    assert refused(unit) == [(None, "bad_signature")]


def test_an_opening_of_another_key_opens_nothing(unit, server, speaker):
    stranger = signing.generate()
    unit.hear_now(server.now(live=opening(), key=stranger))

    Speaker(unit, key=stranger).say(0)

    assert never_heard(unit)
    assert "bad_signature" in [reason for _, reason in refused(unit)]


def test_an_opening_for_another_area_opens_nothing(unit, server, speaker):
    unit.hear_now(server.now(area="26/243/08710", live=opening()))

    speaker.say(0)

    assert never_heard(unit)
    assert refused(unit) == [(None, "wrong_area")]


def test_a_replayed_session_is_never_heard_again(unit, server, speaker):
    token, first = server.now(live=opening()), speaker.chunk(0)
    unit.hear_now(token)
    unit.hear(topics.area_live(AREA), first)
    unit.core.started(SESSION, speaker.base)
    speaker.close(1, at(1.2))
    unit.tick(at(1.4))
    unit.core.ended(SESSION, at(1.4), level_dbfs=-18.0, chunks=1)
    heard = len(tunes(unit))

    unit.hear_now(token, at(60))
    unit.hear(topics.area_live(AREA), first, at(60))

    assert len(tunes(unit)) == heard
    assert refused(unit) == [(None, "replayed"), (SESSION, "not_open")]


def test_a_chunk_of_a_closed_session_is_never_heard(unit, speaker):
    begin(unit, speaker, chunks=3)
    speaker.close(3, at(2.0))
    unit.tick(at(2.2))
    unit.core.ended(SESSION, at(2.2), level_dbfs=-18.0, chunks=3)
    heard = sounds(unit)

    speaker.say(40)

    assert sounds(unit) == heard
    assert refused(unit) == [(SESSION, "not_open")]


def test_the_same_chunk_twice_sounds_once(unit, speaker):
    begin(unit, speaker, chunks=2)
    before = len([effect for effect in unit.done if isinstance(effect, Sound)])

    speaker.say(1)

    assert len([effect for effect in unit.done if isinstance(effect, Sound)]) == before
    assert refused(unit) == [(SESSION, "replayed")]


def test_a_chunk_at_another_moment_than_its_number_says_is_never_heard(unit, speaker):
    begin(unit, speaker, chunks=2)

    speaker.say(2, play_at=at(9))

    assert 2 not in sounds(unit)
    assert refused(unit) == [(SESSION, "malformed")]


def test_a_withdrawn_key_is_not_heard_any_more(unit, server, speaker):
    begin(unit, speaker, chunks=2)
    unit.core.learn_keys(server.vouch(server.key, seq=2, revoked=[signing.key_id(server.key)]), at(1.4))

    speaker.say(2)

    assert 2 not in sounds(unit)
    assert refused(unit) == [(SESSION, "revoked_key")]


def test_a_storm_of_strange_sounds_leaves_a_few_lines_on_record(unit, speaker):
    stranger = signing.generate()
    for number in range(500):
        session = f"019aaf2e-3c00-7000-8000-{number:012x}"
        unit.hear(topics.area_live(AREA), live.sign(session, 0, at(1), live.pack(PACKETS), stranger))

    assert 0 < len(refused(unit)) <= 20
    assert never_heard(unit)


def test_an_urgent_play_said_on_the_topic_of_live_sound_is_not_followed(unit, server):
    unit.hear(topics.area_live(AREA), server.now(airing=airing("a", start=1)))

    assert refused(unit) == [(None, "unknown_verb")]
    assert [effect for effect in unit.done if isinstance(effect, Arm)] == []


def test_a_message_of_live_speech_is_read_back_as_it_was_written():
    spoken = messages.Now(
        area=AREA, seq=1, id="m", kind=messages.NowKind.LIVE, iat=1, exp=2, live=opening(), devices=[DEVICE]
    )

    assert messages.Now.read(spoken.claims()).claims() == spoken.claims()
