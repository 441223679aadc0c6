"""How loud a device sounds: never above the ceilings of its plan, whatever was ordered, also alone."""

from datetime import timedelta

import pytest

from loa_agent import deck, speaking, stage, volume
from loa_agent.effects import Adjust, Arm, Tune
from loa_protocol import canonical, plan

from .conftest import NOON, Unit, airing, at
from .test_core_live import CHUNK, SESSION, Speaker
from .test_core_relay import Relay

NOON_BAND = plan.Ceiling(start_min=690, end_min=750, most_pct=25)  # 11:30 to 12:30 at the place
ALWAYS = plan.Ceiling(start_min=0, end_min=1440, most_pct=60)
ALARM = plan.Ceiling(start_min=0, end_min=1440, most_pct=90, is_alert=True)


SOON = plan.Ceiling(start_min=721, end_min=722, most_pct=10)  # from 12:01 to 12:02 at the place, where it is 12:00
LOW_ALARM = plan.Ceiling(start_min=0, end_min=1440, most_pct=30, is_alert=True)
DAY = plan.Ceiling(start_min=0, end_min=1440, most_pct=10)


def follow(unit, *airings, ceilings=(ALWAYS, NOON_BAND, ALARM), now=NOON):
    held = plan.Plan(start_at=at(-86400), end_at=at(7 * 86400), airings=airings, ceilings=ceilings)
    content = plan.encode(held)
    unit.hear_state(unit.server.state(plan=canonical.sha256(content)), now)
    unit.core.document(canonical.sha256(content), content, now)
    unit.tick(now)


def armed(unit):
    return [effect.volume_pct for effect in unit.done if isinstance(effect, Arm)]


@pytest.mark.parametrize(
    ("start", "volumes", "expected"),
    [
        (60, (None, 100), 25),
        (60, (10, 100), 10),
        (60, (None, 20), 20),
        (1795, (None, 100), 25),
        (1800, (None, 100), 60),
        (1800, (100, 30), 60),
    ],
)
def test_the_lowest_ceiling_wins_over_what_was_asked_or_ordered(unit, server, start, volumes, expected):
    asked, ordered = volumes
    unit.hear_command(server.command("volume", number=ordered))
    follow(unit, airing("a", start=start, seconds=10, volume_pct=asked))

    unit.tick(at(start - 1))

    assert armed(unit) == [expected]


def test_an_alert_is_bound_by_its_own_ceiling_alone(unit, server):
    follow(unit)
    urgent = airing("alarm", start=5, priority=plan.Priority.ALERT, volume_pct=100)

    unit.hear_now(server.now(airing=urgent))
    unit.tick(at(4))

    assert armed(unit) == [90]


@pytest.mark.parametrize(
    ("ordered", "asked", "ceilings", "expected"),
    [(0, None, (), 50), (49, None, (), 50), (70, None, (), 70), (0, 20, (), 20), (0, None, (LOW_ALARM,), 30)],
)
def test_an_alert_is_heard_on_a_device_that_was_turned_down(unit, ordered, asked, ceilings, expected):
    unit.hear_command(unit.server.command("volume", number=ordered))
    follow(unit, ceilings=ceilings)

    unit.hear_now(unit.server.now(airing=airing("alarm", start=5, priority=plan.Priority.ALERT, volume_pct=asked)))
    unit.tick(at(4))

    assert armed(unit) == [expected]


def test_an_emergency_that_is_spoken_is_heard_on_a_device_that_was_turned_down_and_a_speech_is_not(unit, server):
    unit.hear_command(server.command("volume", number=0))

    assert set(speak(unit, Speaker, until=2).values()) == {0}
    spoken = Unit(server)
    spoken.hear_command(server.command("volume", number=0))
    assert set(speak(spoken, Speaker, until=2, emergency=True).values()) == {50}


def test_a_programme_stays_silent_on_a_device_that_was_turned_down(unit, server):
    unit.hear_command(server.command("volume", number=0))
    follow(unit, airing("a", start=60, priority=plan.Priority.PRIORITY), ceilings=())

    unit.tick(at(59))

    assert armed(unit) == [0]


def test_what_came_by_an_urgent_message_obeys_the_plan_as_well(unit, server):
    follow(unit)

    unit.hear_now(server.now(airing=airing("now", start=5, volume_pct=100)))
    unit.tick(at(4))

    assert armed(unit) == [25]


def test_a_device_that_starts_again_alone_still_keeps_to_it(unit, server):
    follow(unit, airing("a", start=60))
    unit.hear_command(server.command("volume", number=100))

    again = Unit(server, store=unit.store)
    again.tick(at(59))

    assert armed(again) == [25]


def sounding(unit):
    """Return the volume at which the turn that sounds was last told to."""
    turns = [effect for effect in unit.done if isinstance(effect, Arm | Tune | Adjust)]
    return turns[-1].volume_pct


def speak(unit, kind, *, until, **more):
    """Speak chunk after chunk; return how loud it was at the moment of each, in seconds after noon."""
    speaker, found = kind(unit), {}
    speaker.open(seconds=3000.0, **more)
    for seq in range(round((until - 1.0) / CHUNK.total_seconds())):
        moment = speaker.base + seq * CHUNK
        speaker.say(seq)
        if seq == 0:
            unit.core.started(SESSION, speaker.base)
        unit.tick(moment)
        found[(moment - NOON).total_seconds()] = sounding(unit)
    return found


@pytest.mark.parametrize("kind", [Relay, Speaker])
def test_live_sound_follows_the_ceilings_as_they_begin_and_end(unit, kind):
    follow(unit, ceilings=(SOON,))

    loud = speak(unit, kind, until=140)

    assert {pct for moment, pct in loud.items() if 60 <= moment < 120} == {10}
    assert {pct for moment, pct in loud.items() if moment < 50} == {80}
    assert {pct for moment, pct in loud.items() if moment >= 125} == {80}


def test_an_emergency_that_is_spoken_follows_the_ceilings_for_alerts_alone(unit):
    alarm = plan.Ceiling(start_min=721, end_min=722, most_pct=70, is_alert=True)
    follow(unit, ceilings=(SOON, alarm))

    loud = speak(unit, Speaker, until=130, emergency=True)

    assert {pct for moment, pct in loud.items() if 60 <= moment < 120} == {70}
    assert {pct for moment, pct in loud.items() if moment < 50} == {80}


@pytest.mark.parametrize("kind", [Relay, Speaker])
def test_a_ceiling_that_comes_while_live_sound_lasts_holds_at_once(unit, kind):
    assert set(speak(unit, kind, until=5).values()) == {80}

    follow(unit, ceilings=(DAY,), now=at(5))

    assert sounding(unit) == 10
    assert unit.done[-1] == Adjust(airing=SESSION, volume_pct=10)


def test_a_ceiling_that_comes_while_a_clip_sounds_holds_at_once_and_the_evidence_tells_the_loudest(unit):
    clip = airing("a", start=60, seconds=20)
    follow(unit, clip, ceilings=())
    unit.tick(at(59))
    unit.core.started("a", at(60))
    unit.tick(at(60))

    follow(unit, clip, ceilings=(DAY,), now=at(65))

    assert [effect for effect in unit.done if isinstance(effect, Adjust)] == [Adjust(airing="a", volume_pct=10)]
    unit.core.ended("a", at(80), level_dbfs=-20.0)
    assert [event["volume_pct"] for event in unit.events if event["outcome"] == "played"] == [80]


def test_a_ceiling_that_comes_when_a_clip_is_prepared_holds_from_its_first_sample(unit):
    clip = airing("a", start=60, seconds=20)
    follow(unit, clip, ceilings=())
    unit.tick(at(59))

    follow(unit, clip, ceilings=(DAY,), now=at(59.5))
    unit.core.started("a", at(60))
    unit.core.ended("a", at(80), level_dbfs=-20.0)

    assert [effect for effect in unit.done if isinstance(effect, Adjust)] == [Adjust(airing="a", volume_pct=10)]
    assert [event["volume_pct"] for event in unit.events if event["outcome"] == "played"] == [10]


def test_a_clip_keeps_one_volume_over_the_edge_of_a_ceiling(unit):
    follow(unit, airing("a", start=30, seconds=120), ceilings=(SOON,))
    unit.tick(at(29))
    unit.core.started("a", at(30))

    for second in range(30, 150):
        unit.tick(at(second))

    assert armed(unit) == [10]
    assert not [effect for effect in unit.done if isinstance(effect, Adjust)]


def test_a_volume_that_is_ordered_while_something_sounds_holds_at_once_within_the_ceilings(unit, server):
    follow(unit)
    speak(unit, Relay, until=3)
    told = []

    for ordered in (10, 100):
        unit.hear_command(server.command("volume", number=ordered), at(3))
        told.append(sounding(unit))

    assert told == [10, 25]


def test_an_alert_that_sounds_is_not_lowered_by_a_ceiling_for_the_rest(unit, server):
    urgent = airing("alarm", start=5, seconds=60, priority=plan.Priority.ALERT, volume_pct=100)
    unit.hear_now(server.now(airing=urgent))
    unit.tick(at(4))
    unit.core.started("alarm", at(5))

    follow(unit, ceilings=(DAY,), now=at(10))

    assert armed(unit) == [100]
    assert not [effect for effect in unit.done if isinstance(effect, Adjust)]


def test_what_sounds_looks_at_its_ceilings_before_an_output_has_more_than_may_still_be_loud(unit):
    follow(unit, ceilings=(SOON,))
    speak(unit, Relay, until=5)

    looked_at = unit.tick(at(5))

    handed_over = timedelta(seconds=max(deck.AHEAD_S, speaking.AHEAD_S))
    assert looked_at - at(5) <= stage.OUTPUT_PATIENCE < volume.AHEAD - handed_over


def test_a_clip_that_sounds_while_the_clock_is_set_keeps_to_the_ceilings_of_the_hour_it_really_is(unit):
    follow(unit, airing("a", start=600, seconds=90), ceilings=(SOON,))
    unit.tick(at(599))
    unit.core.started("a", at(600))
    unit.tick(at(601))
    assert armed(unit) == [80]

    unit.core.stage.leap(timedelta(seconds=-560), at(45), along=True, is_trusted=True)
    unit.core.stage.tick(at(45))
    unit.collect()

    assert unit.done[-1] == Adjust(airing="a", volume_pct=10)
