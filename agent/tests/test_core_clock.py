"""Clocks that are wrong and are mended: nothing stale is played, no alert is lost, nothing plays twice."""

from datetime import timedelta

import pytest

from loa_agent.doubts import DOUBTS_MOST
from loa_protocol import canonical, envelope, messages, plan, topics
from loa_protocol.plan import LateRule, Priority

from .conftest import DEVICE, NOON, Unit, airing, at

YEAR, HOUR = timedelta(days=365), timedelta(hours=1)
OFF = [YEAR, -YEAR, HOUR, -HOUR]
ALERT = Priority.ALERT
ACK = topics.down(DEVICE, topics.Down.ACK)


def answer(unit, now, *, server_at):
    """Answer the last question about the time; return whether there was one."""
    unit.collect()
    asked = [
        told["ask"]
        for one in unit.sent()
        if one.topic.endswith("/up/beat")
        and "ask" in (told := messages.load(envelope.unseal(one.payload, unit.server.device_key, one.topic)))
    ]
    if asked:
        told = messages.Ack(at=server_at, asked=asked[-1]).encode()
        unit.hear(ACK, envelope.seal(told, unit.server.device_key, ACK), now)
    return bool(asked)


def acknowledge(unit, now, *, server_at):
    """Acknowledge all evidence there is, as the server's clock has it."""
    unit.hear_ack((1, unit.core.evidence.last_seq), now=now, server_at=server_at)


def led_astray(server, wrong, **options):
    """A device that was right and agreed with its server until that was wrong by so much."""
    unit = Unit(server, **options)
    unit.hear_now(server.now(airing_id="none"))
    acknowledge(unit, at(0.1), server_at=at(0.05))
    assert unit.core.clock.trusted
    unit.hear_now(server.now(airing_id="nothing"), at(1))
    acknowledge(unit, at(1.1), server_at=at(1.05) + wrong)
    assert not unit.core.clock.trusted
    return unit


def signed(server, by, name="storm", *, start=0.0, exp=1800.0, **more):
    """An alert as a server signs it whose clock is off by so much."""
    off = by.total_seconds()
    found = airing(name, start=start + off, window=600, priority=ALERT, **more)
    return server.now(airing=found, iat=start + off - 1, exp=exp + off)


@pytest.mark.parametrize("wrong", OFF)
def test_the_first_alert_after_the_server_is_right_again_is_played(server, wrong):
    unit = led_astray(server, wrong)

    unit.hear_now(signed(server, timedelta(), start=100), at(100))
    assert answer(unit, at(100.2), server_at=at(100.1))
    unit.play_until(at(130), begin=at(100.3))

    assert ("storm", "played", "") in unit.outcomes()
    assert unit.core.clock.trusted


@pytest.mark.parametrize("wrong", OFF)
def test_so_it_is_when_the_server_s_last_word_is_young_and_was_wrong(server, wrong):
    unit = led_astray(server, wrong)

    unit.hear_now(signed(server, timedelta(), start=20), at(20))
    acknowledge(unit, at(20.2), server_at=at(20.1))
    unit.play_until(at(60), begin=at(20.3))

    assert unit.outcomes()[-1] == ("storm", "played", "")


@pytest.mark.parametrize("wrong", [HOUR, -HOUR])
def test_an_alert_of_a_server_that_is_wrong_is_played_whatever_this_clock_says(server, wrong):
    unit = Unit(server)
    unit.hear_now(server.now(airing_id="none"))
    acknowledge(unit, at(0.1), server_at=at(0.05))

    unit.hear_now(signed(server, wrong, start=100), at(100))
    acknowledge(unit, at(100.2), server_at=at(100.1) + wrong)
    unit.play_until(at(130), begin=at(100.3))

    assert ("storm", "played", "") in unit.outcomes()


@pytest.mark.parametrize("wrong", [-YEAR, -HOUR])
def test_an_old_alert_is_not_believed_by_what_a_wrong_server_said_long_ago(server, wrong):
    unit = led_astray(server, wrong)
    old = signed(server, wrong, start=100)

    unit.hear_now(old, at(100))
    waiting = unit.sounds()
    assert answer(unit, at(100.2), server_at=at(100.1))
    unit.play_until(at(130), begin=at(100.3))

    assert waiting == unit.sounds() == []
    assert unit.outcomes()[-1][1:] == ("refused", "expired")


def test_an_alert_waits_no_longer_than_its_question_when_nobody_answers(server):
    unit = led_astray(server, HOUR)

    unit.hear_now(signed(server, HOUR, start=100), at(100))
    unit.play_until(at(130), begin=at(100.1))

    assert ("storm", "played", "") in unit.outcomes()


def test_a_word_of_the_server_that_is_young_lets_an_alert_sound_at_once(server):
    unit = led_astray(server, HOUR)

    unit.hear_now(signed(server, HOUR, start=20), at(20))
    unit.tick(at(20))

    assert unit.sounds() == ["storm"]


def test_an_old_answer_does_not_pass_for_a_new_one(server):
    unit = led_astray(server, -HOUR)
    unit.core.beat(at(60))
    unit.collect()
    (beat,) = [one for one in unit.sent() if one.topic.endswith("/up/beat")]
    word = messages.load(envelope.unseal(beat.payload, server.device_key, beat.topic))["ask"]
    old = envelope.seal(messages.Ack(at=at(60) - HOUR, asked=word).encode(), server.device_key, ACK)
    unit.hear(ACK, old, at(60.1))

    unit.hear_now(signed(server, -HOUR, start=200), at(200))
    unit.hear(ACK, old, at(200.1))
    unit.hear(ACK, envelope.seal(messages.Ack(at=at(200), asked="guess").encode(), b"x" * 32, ACK), at(200.2))

    assert unit.sounds() == []
    assert unit.core.clock.asked_at == at(60)


def test_what_waits_is_bounded_and_what_gives_way_is_judged(server):
    unit = led_astray(server, HOUR)
    for number in range(DOUBTS_MOST + 4):
        unit.hear_now(signed(server, HOUR, f"storm{number}", start=100 + number), at(100))
    unit.hear_now(b"noise", at(100))

    received = [name for name, outcome, _ in unit.outcomes() if outcome == "received" and name.startswith("storm")]
    assert received == ["storm0", "storm1", "storm2", "storm3"]
    assert unit.outcomes()[-1][1:] == ("refused", "malformed")


@pytest.mark.parametrize("wrong", OFF)
def test_a_plan_is_followed_again_when_the_server_is_right_again_and_nothing_plays_twice(server, wrong):
    unit = Unit(server)
    early = airing("early", start=60, window=1200, late_rule=LateRule.START, late_tolerance_ms=1_200_000)
    unit.follow(early, airing("later", start=600), airing("between", start=200))
    unit.play_until(at(90))
    acknowledge(unit, at(100), server_at=at(99.95))

    unit.hear_now(server.now(airing_id="none"), at(150))
    acknowledge(unit, at(150.1), server_at=at(150) + wrong)
    unit.core.beat(at(151))
    unit.play_until(at(300), begin=at(152))
    unit.core.beat(at(300))
    assert answer(unit, at(300.1), server_at=at(300))
    unit.play_until(at(700), begin=at(300.2))

    ends = [one for one in unit.outcomes() if one[1] not in {"received", "refused"}]
    assert ("early", "played", "") not in ends  # acknowledged before
    assert unit.sounds() == ["early", "later"]
    assert ("later", "played", "") in ends
    assert [one[1] for one in ends if one[0] == "between"] == ["missed"]


@pytest.mark.parametrize("wrong", OFF)
def test_an_alert_that_sounds_sounds_on_when_the_server_s_clock_is_wrong_and_right_again(server, wrong):
    unit = Unit(server)
    unit.hear_now(server.now(airing=airing("storm", start=1, seconds=60, priority=ALERT)))
    unit.play_until(at(5), begin=at(0.1))
    acknowledge(unit, at(5.1), server_at=at(5.05))
    unit.hear_now(server.now(airing_id="none"), at(10))
    acknowledge(unit, at(10.1), server_at=at(10.05) + wrong)
    unit.play_until(at(30), begin=at(10.2))
    unit.core.beat(at(30))
    assert answer(unit, at(30.1), server_at=at(30.05))
    unit.play_until(at(90), begin=at(30.2))

    (told,) = [event for event in unit.events if event.get("airing") == "storm" and event["outcome"] == "played"]
    lasted = canonical.from_wire(told["ended_at"]) - canonical.from_wire(told["started_at"])
    assert lasted == timedelta(seconds=60)
    assert unit.sounds() == ["storm"]


@pytest.mark.parametrize("wrong", OFF)
def test_an_alert_whose_sound_is_still_on_its_way_is_played_though_the_server_s_clock_leaps(server, wrong):
    unit = Unit(server, held=())
    unit.hear_now(server.now(airing=airing("storm", start=1, window=600, priority=ALERT)))
    acknowledge(unit, at(0.1), server_at=at(0.05))
    unit.hear_now(server.now(airing_id="none"), at(10))
    acknowledge(unit, at(10.1), server_at=at(10.05) + wrong)
    unit.play_until(at(20), begin=at(10.2))

    unit.held.add("ab" * 32)
    unit.core.media_ready("ab" * 32)
    unit.play_until(at(60), begin=at(20))

    assert ("storm", "played", "") in unit.outcomes()


@pytest.mark.parametrize("off", [HOUR, -HOUR])
def test_a_programme_begun_by_this_device_s_own_wrong_clock_falls_silent_when_the_server_tells_the_time(server, off):
    unit = Unit(server, now=NOON + off)
    early = airing("early", start=off.total_seconds() + 10, seconds=300, window=600)
    content = plan.encode(plan.Plan(start_at=at(-86400), end_at=at(7 * 86400), airings=[early]))
    unit.hear_state(server.state(plan=canonical.sha256(content), iat=-7200), NOON + off)
    unit.core.document(canonical.sha256(content), content, NOON + off)
    unit.play_until(at(30) + off, begin=NOON + off)
    unit.hear_now(server.now(airing_id="none", iat=off.total_seconds()), at(31) + off)

    acknowledge(unit, at(31.1) + off, server_at=at(31.05))
    unit.play_until(at(60) + off, begin=at(31.2) + off)

    assert unit.sounds() == ["early"]
    assert unit.sounding is None


@pytest.mark.parametrize("off", OFF)
def test_a_device_whose_own_clock_is_mended_while_it_runs_goes_on(server, off):
    """It began by a wrong clock; then that is set, and the server agrees."""
    unit = Unit(server, now=NOON + off)
    unit.hear_now(signed(server, timedelta(), "first", start=1), NOON + off)
    acknowledge(unit, at(0.2) + off, server_at=at(0.1))
    unit.play_until(at(20) + off, begin=at(0.3) + off)
    assert ("first", "played", "") in unit.outcomes()
    assert not unit.core.clock.trusted

    unit.core.clock_set(-off, at(20))
    unit.tick(at(20))
    unit.follow(airing("news", start=60), now=at(21))
    unit.hear_now(signed(server, timedelta(), "storm", start=30), at(30))
    unit.play_until(at(100), begin=at(30))

    assert unit.core.clock.trusted
    assert [unit.outcomes().count((name, "played", "")) for name in ("first", "storm", "news")] == [1, 1, 1]


@pytest.mark.parametrize("off", OFF)
def test_what_sounds_while_the_own_clock_is_mended_sounds_to_its_end(server, off):
    unit = Unit(server, now=NOON + off)
    unit.hear_now(server.now(airing_id="none"), NOON + off)
    acknowledge(unit, at(0.2) + off, server_at=at(0.1))
    unit.hear_now(server.now(airing=airing("storm", start=2, seconds=60, priority=ALERT)), at(1) + off)
    unit.play_until(at(10) + off, begin=at(1) + off)

    unit.core.clock_set(-off, at(10))
    unit.sounding = unit.sounding and type(unit.sounding)(
        airing=unit.sounding.airing, at=unit.sounding.at - off, position=unit.sounding.position, volume_pct=80
    )
    unit.play_until(at(80), begin=at(10))

    (told,) = [event for event in unit.events if event.get("airing") == "storm" and event["outcome"] == "played"]
    lasted = canonical.from_wire(told["ended_at"]) - canonical.from_wire(told["started_at"])
    assert abs(lasted - timedelta(seconds=60)) < timedelta(seconds=0.5)


def test_evidence_under_way_is_sent_again_in_time_though_the_clock_was_set_back(server):
    unit = Unit(server, now=NOON + HOUR)
    unit.hear_now(server.now(airing_id="none"), NOON + HOUR)
    before = len(unit.sent())

    unit.core.clock_set(-HOUR, at(1))
    unit.tick(at(12))

    assert len([one for one in unit.sent()[before:] if one.topic.endswith("/event")]) == 1


def test_a_clock_that_starts_before_a_time_that_was_right_is_not_trusted_until_the_server_speaks(server):
    unit = Unit(server)
    unit.follow(airing("news", start=60), airing("later", start=7200))
    acknowledge(unit, at(0.1), server_at=at(0.05))
    unit.hear_now(server.now(airing_id="none"), at(1))
    acknowledge(unit, at(1.1), server_at=at(1.05))

    again = Unit(server, store=unit.store, now=NOON - HOUR)
    again.play_until(at(7300) - HOUR, begin=NOON - HOUR)

    assert again.sounds() == []
    again.core.beat(at(3700) - HOUR)
    assert answer(again, at(3700.1) - HOUR, server_at=at(3700))
    assert not again.core.clock.trusted
    assert ("news", "missed", "clock_untrusted") in again.outcomes()


def test_a_day_is_not_kept_as_right_that_nobody_confirmed(server):
    unit = Unit(server, now=NOON + YEAR)
    unit.core.beat(NOON + YEAR)

    again = Unit(server, store=unit.store)

    assert again.core.clock.trusted


def test_a_device_first_started_by_a_clock_that_was_ahead_answers_for_what_it_is_told_afterwards(server):
    unit = Unit(server, now=NOON + YEAR)

    again = Unit(server, store=unit.store)
    again.follow(airing("news", start=60, sha256="cd" * 32))
    again.hear_now(server.now(airing_id="none"))
    acknowledge(again, at(0.1), server_at=at(0.05))
    again.play_until(at(600))

    assert ("news", "missed", "media_missing") in again.outcomes()


def test_the_word_of_a_question_travels_only_when_there_is_one():
    beat, ack = messages.Beat(at=NOON), messages.Ack(at=NOON)

    assert "ask" not in messages.load(messages.encode(beat))
    assert "asked" not in messages.load(ack.encode())
    assert messages.Ack.decode(messages.Ack(at=NOON, asked="w").encode()).asked == "w"
    assert plan.Priority.ALERT > plan.Priority.SCHEDULED
