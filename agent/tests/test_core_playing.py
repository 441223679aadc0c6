"""Promises 3 and 5 on the core: it plays its plan alone, and each airing is counted once, whatever interrupts."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loa_agent.effects import Arm, Fetch, Halt, Material, Restart
from loa_agent.stage import LEAD
from loa_agent.store import MemoryStore
from loa_protocol import canonical, messages, plan
from loa_protocol.plan import LateRule, Priority, ResumeRule

from .conftest import NOON, Unit, airing, at


def concluded(unit):
    return [one for one in unit.outcomes() if one[1] != "received"]


def test_an_airing_is_prepared_before_its_start_and_armed_for_the_millisecond(unit):
    unit.follow(airing("a", start=60.123))

    assert unit.tick(at(10)) == at(60.123) - LEAD
    unit.tick(at(60.123) - LEAD)
    armed = [effect for effect in unit.done if isinstance(effect, Arm)]

    assert [(one.at, one.position, one.volume_pct) for one in armed] == [(at(60.123), timedelta(0), 80)]


def test_a_played_airing_leaves_one_piece_of_evidence_with_all_it_measured(unit):
    unit.follow(airing("a", start=60, seconds=10, volume_pct=70))

    unit.play_until(at(600), level=-21.5)

    assert unit.events == [
        {
            "id": unit.events[0]["id"],
            "seq": 1,
            "outcome": "played",
            "airing": "a",
            "clip": "ab" * 32,
            "at": canonical.to_wire(at(70)),
            "started_at": canonical.to_wire(at(60)),
            "ended_at": canonical.to_wire(at(70)),
            "lateness_ms": 0,
            "volume_pct": 70,
            "level_dbfs": -21.5,
        }
    ]


def test_a_week_is_played_alone_through_reboots(server):
    store = MemoryStore()
    week = [airing(f"d{day}h{hour}", start=day * 86400 + hour * 3600) for day in range(7) for hour in (1, 5, 12, 17)]
    unit = Unit(server, store=store)
    unit.follow(*week)
    unit.core.link_down()

    for day in range(7):
        unit.play_until(at(day * 86400 + 43_000), begin=at(day * 86400))
        unit = Unit(server, store=store, now=at(day * 86400 + 43_100), connected=False)
        unit.play_until(at((day + 1) * 86400 - 1), begin=at(day * 86400 + 43_100))

    assert concluded(unit) == [(one.id, "played", "") for one in week]
    assert [event["seq"] for event in unit.events] == list(range(1, len(week) + 1))


def test_an_alert_interrupts_and_what_was_interrupted_resumes_by_its_rule(unit, server):
    unit.follow(
        airing("resumes", start=60, seconds=30, window=300, resume_rule=ResumeRule.RESUME),
    )
    unit.play_until(at(70))

    unit.hear_now(server.now(airing=airing("storm", start=70, seconds=20, priority=Priority.ALERT)), at(70))
    unit.play_until(at(600), begin=at(70))

    armed = [(one.airing.id, one.at, one.position) for one in unit.done if isinstance(one, Arm)]
    assert [(name, start, position.total_seconds()) for name, start, position in armed] == [
        ("resumes", at(60), 0),
        ("storm", at(70), 0),
        ("resumes", at(90), 10),
    ]
    assert concluded(unit) == [("storm", "played", ""), ("resumes", "played", "resumed")]


def test_an_interrupted_airing_that_may_not_resume_is_pre_empted(unit, server):
    unit.follow(airing("skips", start=60, seconds=30, window=300))
    unit.play_until(at(70))

    unit.hear_now(server.now(airing=airing("storm", start=70, seconds=20, priority=Priority.ALERT)), at(70))
    unit.play_until(at(600), begin=at(70))

    assert concluded(unit) == [("skips", "pre_empted", "alert"), ("storm", "played", "")]
    assert unit.events[-2]["level_dbfs"] == -20.0


def test_what_could_not_start_because_of_something_higher_says_so(unit):
    unit.follow(
        airing("long", start=60, seconds=120, priority=Priority.PRIORITY),
        airing("short", start=70, seconds=10, window=60, late_tolerance_ms=30_000),
    )

    unit.play_until(at(600))

    assert concluded(unit) == [("short", "pre_empted", "priority"), ("long", "played", "")]


@pytest.mark.parametrize(
    ("rule", "outcome", "reason", "position"),
    [
        (LateRule.START, "played", "", 0),
        (LateRule.JOIN, "partial", "joined_late", 5),
        (LateRule.SKIP, "missed", "power_off", None),
    ],
)
def test_a_device_that_comes_up_late_follows_the_late_rule(server, rule, outcome, reason, position):
    store = MemoryStore()
    Unit(server, store=store).follow(airing("a", start=60, seconds=10, window=300, late_rule=rule))

    late = Unit(server, store=store, now=at(65))
    late.play_until(at(600), begin=at(65))

    assert concluded(late) == [("a", outcome, reason)]
    assert [one.position.total_seconds() for one in late.done if isinstance(one, Arm)] == (
        [] if position is None else [position]
    )


def test_a_power_cut_in_the_middle_leaves_one_partial(server):
    store = MemoryStore()
    unit = Unit(server, store=store)
    unit.follow(airing("a", start=60, seconds=30))
    unit.play_until(at(70))

    again = Unit(server, store=store, now=at(75))
    again.play_until(at(600), begin=at(75))

    assert concluded(again) == [("a", "partial", "power_cut")]
    assert again.sounds() == []


def test_a_power_cut_in_the_middle_resumes_where_the_last_beat_was(server):
    store = MemoryStore()
    unit = Unit(server, store=store)
    unit.follow(airing("a", start=60, seconds=30, window=300, resume_rule=ResumeRule.RESUME))
    unit.play_until(at(70))
    unit.core.beat(at(70))

    again = Unit(server, store=store, now=at(75))
    again.play_until(at(600), begin=at(75))

    assert [one.position.total_seconds() for one in again.done if isinstance(one, Arm)] == [10]
    assert concluded(again) == [("a", "played", "resumed")]


def test_a_stop_that_comes_before_its_airing_is_remembered(unit, server):
    unit.hear_now(server.now(airing_id="storm"))
    unit.hear_now(server.now(airing=airing("storm", start=5, priority=Priority.ALERT)))

    unit.play_until(at(60))

    assert unit.sounds() == []


def test_a_stop_of_everything_spares_alerts(unit, server):
    unit.hear_now(server.now(airing=airing("news", start=0, seconds=60)))
    unit.play_until(at(5))
    unit.hear_now(server.now(airing=airing("storm", start=10, seconds=5, priority=Priority.ALERT)), at(5))

    unit.hear_now(server.now(), at(6))
    unit.play_until(at(60), begin=at(6))

    assert concluded(unit) == [("news", "partial", "stopped"), ("storm", "played", "")]


def test_a_stopped_airing_is_not_resumed_after_a_power_cut(server):
    store = MemoryStore()
    unit = Unit(server, store=store)
    unit.follow(airing("a", start=60, seconds=60, window=600, resume_rule=ResumeRule.RESUME))
    unit.play_until(at(70))
    unit.hear_now(server.now(airing_id="a"), at(70))  # the output never gets to answer

    again = Unit(server, store=store, now=at(75))
    again.play_until(at(600), begin=at(75))

    assert concluded(again) == [("a", "partial", "stopped")]
    assert again.sounds() == []


def test_media_is_fetched_in_the_order_it_is_needed_and_only_what_is_missing(server):
    unit = Unit(server, held=["cc" * 32])
    unit.follow(
        airing("late", start=900, sha256="aa" * 32),
        airing("soon", start=60, sha256="bb" * 32),
        airing("held", start=30, sha256="cc" * 32),
        airing("again", start=1200, sha256="bb" * 32),
    )

    clips = [one.sha256 for one in unit.done if isinstance(one, Fetch) and one.material is Material.CLIP]
    assert clips == ["bb" * 32, "aa" * 32]


def test_an_airing_whose_media_comes_late_starts_late(server):
    unit = Unit(server, held=())
    unit.hear_now(server.now(airing=airing("a", start=1, seconds=10, window=60)))
    unit.play_until(at(5))

    unit.held.add("ab" * 32)
    unit.core.media_ready("ab" * 32)
    unit.play_until(at(60), begin=at(5))

    assert concluded(unit) == [("a", "played", "")]
    assert unit.events[-1]["lateness_ms"] == 4000


def test_a_new_plan_withdraws_what_was_armed(unit):
    unit.follow(airing("a", start=60))
    unit.tick(at(59))
    unit.follow(airing("b", start=120), now=at(59.5))
    unit.play_until(at(600), begin=at(59.5))

    assert Halt(airing="a") in unit.done
    assert concluded(unit) == [("b", "played", "")]


def test_a_new_plan_lets_what_sounds_go_on(unit):
    unit.follow(airing("a", start=60, seconds=60))
    unit.play_until(at(70))
    unit.follow(airing("b", start=300), now=at(70))
    unit.play_until(at(600), begin=at(70))

    assert concluded(unit) == [("a", "played", ""), ("b", "played", "")]


def test_an_airing_learned_too_late_says_so_once(unit):
    unit.follow(airing("a", start=-300, seconds=600, late_tolerance_ms=60_000))
    unit.follow(airing("a", start=-300, seconds=600, late_tolerance_ms=60_000), airing("b", start=60))
    unit.play_until(at(200))

    assert concluded(unit) == [("a", "missed", "learned_late"), ("b", "played", "")]


def test_what_was_over_before_the_device_was_born_is_not_its_business(unit):
    unit.follow(airing("a", start=-300, seconds=60))

    assert unit.events == []


def test_an_output_that_fails_is_told(unit):
    unit.follow(airing("a", start=60))
    unit.tick(at(59))
    unit.core.failed("a", at(60), reason="undecodable")
    unit.play_until(at(600), begin=at(60))

    assert concluded(unit) == [("a", "missed", "undecodable")]


def test_an_output_that_falls_silent_about_a_sound_is_told(unit):
    unit.follow(airing("a", start=60, seconds=10))
    unit.tick(at(59))
    unit.core.started("a", at(60))

    wake_at = unit.tick(at(60))
    while wake_at is not None and wake_at < at(200):
        wake_at = unit.tick(wake_at)

    assert concluded(unit) == [("a", "partial", "output_failed")]


def test_commands_are_answered(unit, server):
    unit.hear_command(server.command("restart"))
    unit.hear_command(server.command("volume", number=200))

    replies = [effect.payload[44:] for effect in unit.sent() if effect.topic.endswith("reply")]
    assert any(isinstance(effect, Restart) for effect in unit.done)
    assert [messages.load(reply)["ok"] for reply in replies] == [True, False]


def test_a_configuration_sets_the_volume_until_a_command_does(unit, server):
    config = b'{"v":1,"volume_pct":55}'
    unit.hear_state(server.state(config=canonical.sha256(config)))

    unit.core.document(canonical.sha256(config), config, NOON)

    assert unit.core.stage.volume.ordered_pct == 55


@settings(max_examples=60, deadline=None)
@given(
    cuts=st.lists(st.integers(1, 900), max_size=6),
    airings=st.lists(
        st.tuples(st.integers(5, 600), st.integers(1, 90), st.sampled_from(Priority), st.sampled_from(ResumeRule)),
        min_size=1,
        max_size=8,
    ),
)
def test_whatever_the_plan_and_the_power_cuts_each_airing_is_concluded_exactly_once(cuts, airings, server_keys):
    store = MemoryStore()
    planned = [
        airing(f"a{number}", start=start, seconds=length, priority=priority, resume_rule=rule)
        for number, (start, length, priority, rule) in enumerate(airings)
    ]
    unit = Unit(server_keys, store=store)
    unit.core.document(
        *_taken(unit, server_keys, planned),
        NOON,
    )
    begin = NOON
    for cut in [*sorted(set(cuts)), 1200]:
        unit.play_until(at(cut), begin=begin)
        begin = at(cut) + timedelta(milliseconds=1)
        unit = Unit(server_keys, store=store, now=begin, connected=False)
    unit.tick(at(1300))

    told = [name for name, outcome, _ in unit.outcomes() if outcome != "received"]
    assert sorted(told) == sorted(one.id for one in planned)
    assert [event["seq"] for event in unit.events] == list(range(1, len(planned) + 1))


def _taken(unit, server, planned):
    content = plan.encode(plan.Plan(start_at=at(-60), end_at=at(7 * 86400), airings=planned))
    unit.hear_state(server.state(plan=canonical.sha256(content)))
    return canonical.sha256(content), content
