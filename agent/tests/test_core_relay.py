"""A relay on a device: the lowest rung, only inside its opening, joined again and not delayed."""

from datetime import timedelta

import pytest

from loa_agent.effects import Arm, Halt
from loa_agent.live import PATIENCE, RELAY_PATIENCE
from loa_protocol import live, signing, topics
from loa_protocol.plan import Priority

from .conftest import AREA, NOON, airing, at
from .test_core_live import CHUNK, SESSION, Speaker, never_heard, refused, tunes

SOURCE = "Đài Tiếng nói Việt Nam, VOV1"


class Relay(Speaker):
    """Passes a source on to a unit."""

    def open(self, now=NOON, **more):
        super().open(now, **{"source": SOURCE} | more)


@pytest.fixture
def relay(unit):
    return Relay(unit)


def begin(unit, relay, chunks=3):
    relay.open()
    for seq in range(chunks):
        relay.say(seq)
    unit.core.started(SESSION, relay.base)
    unit.tick(relay.base)


def test_a_relay_sounds_from_its_first_chunk(unit, relay):
    relay.open()
    relay.say(0)

    assert [(tune.id, tune.at) for tune in tunes(unit)] == [(SESSION, relay.base)]
    assert tunes(unit)[0].opening.priority is Priority.RELAY
    assert tunes(unit)[0].opening.source == SOURCE


def test_a_scheduled_item_breaks_in_on_a_relay_which_is_joined_again_in_step(unit, relay):
    begin(unit, relay)
    unit.follow(airing("a", start=1.5, seconds=2, window=6), now=at(1.2))
    unit.tick(at(1.3))
    assert [effect.airing.id for effect in unit.done if isinstance(effect, Arm)] == ["a"]

    unit.core.started("a", at(1.5))
    unit.core.ended(SESSION, at(1.5), level_dbfs=-18.0, chunks=1)
    for seq in range(3, 9):
        relay.say(seq)
    unit.core.ended("a", at(3.5), level_dbfs=-20.0)
    unit.tick(at(3.5))

    assert Halt(airing=SESSION) in unit.done
    assert [tune.at for tune in tunes(unit)] == [relay.base, at(3.5)]
    assert {tune.base_at for tune in tunes(unit)} == {relay.base}


def test_speech_breaks_in_on_a_relay(unit, relay):
    begin(unit, relay)
    speaker = Speaker(unit, base=2.0, session="019aaf2e-3c00-7000-8000-0000000000d2")
    unit.hear_now(unit.server.now(live=live.Opening(id=speaker.session, start_at=at(1.0), end_at=at(60.0))), at(1.1))

    speaker.say(0, now=at(1.2))
    unit.tick(at(1.3))

    assert [tune.id for tune in tunes(unit)] == [SESSION, speaker.session]


def test_a_relay_waits_longer_than_a_speech_for_another_process_to_go_on(unit, relay):
    begin(unit, relay, chunks=3)
    last = relay.base + 3 * CHUNK

    unit.tick(last + PATIENCE)
    assert SESSION in unit.core.stage.speeches.open
    unit.tick(last + RELAY_PATIENCE)
    unit.core.ended(SESSION, last + RELAY_PATIENCE, level_dbfs=-18.0, chunks=3)

    assert unit.outcomes()[-1] == (SESSION, "partial", "line_lost")


def test_a_relay_is_never_heard_beyond_its_end(unit, relay):
    relay.open(seconds=3.0)
    for seq in range(4):
        relay.say(seq)
    unit.core.started(SESSION, relay.base)

    relay.say(5, now=at(2.0))
    unit.tick(at(3.0))
    unit.core.ended(SESSION, at(3.0), level_dbfs=-18.0, chunks=4)
    relay.say(6, now=at(20.0), play_at=at(21.0))

    assert refused(unit) == [(SESSION, "expired"), (SESSION, "not_open")]
    assert (SESSION, "partial", "live_limit") in unit.outcomes()
    assert len(tunes(unit)) == 1


def test_an_unsigned_chunk_of_an_open_relay_is_never_heard(unit, relay):
    relay.open()
    signed = relay.chunk(0)
    unit.hear(topics.area_live(AREA), signed[:-64] + bytes(64), at(0.2))

    assert never_heard(unit)
    assert refused(unit) == [(SESSION, "bad_signature")]


def test_a_chunk_of_another_key_is_never_heard_in_a_relay(unit, relay):
    relay.open()
    stranger = Relay(unit, key=signing.generate())

    stranger.say(0)

    assert never_heard(unit)
    assert refused(unit) == [(SESSION, "bad_signature")]


def test_a_relay_may_be_longer_than_a_speech_but_never_an_emergency():
    kept = {"id": SESSION, "start_at": NOON, "end_at": NOON + timedelta(hours=2)}
    told = live.Opening(**kept, source=SOURCE)

    assert live.Opening.from_json(told.to_json()) == told
    assert "source" not in live.Opening(**kept).to_json()


def test_of_two_relays_by_the_grid_the_second_sets_in_when_the_first_ends_though_it_is_ready_before(unit):
    first = Relay(unit, base=1.0)
    second = Relay(unit, base=3.0, session="019aaf2e-3c00-7000-8000-0000000000d2")
    first.open(seconds=3.0)
    second.open(start=3.0, seconds=60.0)
    for seq in range(5):
        first.say(seq)
    unit.core.started(SESSION, first.base)
    second.say(0, now=at(1.5))
    second.say(1, now=at(1.6))
    unit.tick(at(1.7))
    sounding_before = unit.core.stage.playing

    first.close(5, at(2.5))
    unit.tick(at(2.6))
    unit.core.ended(SESSION, at(3.0), level_dbfs=-18.0, chunks=5)
    unit.tick(at(3.0))

    assert sounding_before == SESSION
    assert [(tune.id, tune.base_at) for tune in tunes(unit)] == [(SESSION, at(1.0)), (second.session, at(3.0))]
    assert (SESSION, "played", "live_5_5") in unit.outcomes()


def test_of_two_relays_that_overlap_the_earlier_is_heard_to_its_end_and_never_both(unit):
    first = Relay(unit, base=1.0)
    second = Relay(unit, base=1.4, session="019aaf2e-3c00-7000-8000-0000000000d2")
    for one in (first, second):
        one.open(seconds=60.0)
        for seq in range(5):
            one.say(seq)
        unit.core.started(one.session, one.base)
    unit.tick(at(3.0))

    assert [tune.id for tune in tunes(unit)] == [SESSION]
    assert unit.core.stage.playing == SESSION
