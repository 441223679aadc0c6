"""A preview is the player's decisions in a row: who sounds when, who waits, who is lost, and to whom."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa_protocol import preview
from loa_protocol.plan import LateRule, Priority, ResumeRule
from loa_protocol.player import Live, Why
from loa_protocol.preview import End

from .test_player import airing, at, plan


def told(*airings, start=-60, end=3_600, live=()):
    stretches = preview.run(plan(*airings), start=at(start), end=at(end), live=live)
    return [
        (one.what.id, (one.start_at - at(0)).total_seconds(), (one.end_at - at(0)).total_seconds(), one.end)
        for one in stretches
    ]


def test_what_is_planned_sounds_from_its_start_for_as_long_as_it_lasts():
    assert told(airing("a", start=0, seconds=60, window=120), airing("b", start=300, seconds=30)) == [
        ("a", 0, 60, End.THROUGH),
        ("b", 300, 330, End.THROUGH),
    ]


def test_an_item_that_runs_over_holds_up_the_next_within_its_tolerance():
    late = airing("b", start=60, seconds=30, window=120)

    stretches = preview.run(plan(airing("a", start=0, seconds=90), late), start=at(-1), end=at(600))

    assert [(one.what.id, one.start_at, one.why) for one in stretches] == [
        ("a", at(0), Why.ON_TIME),
        ("b", at(90), Why.LATE),
    ]


def test_an_item_that_runs_too_long_over_pre_empts_the_next():
    late = airing("b", start=60, seconds=30, window=120, late_tolerance_ms=20_000)

    assert told(airing("a", start=0, seconds=90), late) == [("a", 0, 90, End.THROUGH), ("b", 60, 60, End.PRE_EMPTED)]


def test_an_alert_breaks_an_item_off_which_comes_back_where_its_rule_says_so():
    item = airing("a", start=0, seconds=60, window=300, resume_rule=ResumeRule.RESUME)
    alert = airing("z", start=20, seconds=10, priority=Priority.ALERT)

    assert told(item, alert) == [("a", 0, 20, End.BROKEN_OFF), ("z", 20, 30, End.THROUGH), ("a", 30, 70, End.THROUGH)]


def test_live_speech_stands_between_and_ends_with_its_end():
    speech = Live(id="l", start_at=at(10), end_at=at(40))

    assert told(airing("a", start=0, seconds=60), live=[speech]) == [
        ("a", 0, 10, End.BROKEN_OFF),
        ("l", 10, 40, End.THROUGH),
    ]


def test_an_item_comes_before_a_relay_which_is_joined_again_and_not_delayed():
    relay = Live(id="r", start_at=at(0), end_at=at(120), relay=True)

    assert told(airing("a", start=30, seconds=60), live=[relay]) == [
        ("r", 0, 30, End.BROKEN_OFF),
        ("a", 30, 90, End.THROUGH),
        ("r", 90, 120, End.THROUGH),
    ]


def test_what_is_silenced_plays_alerts_alone_and_tells_of_all_else_when_it_would_have_begun():
    alert = airing("z", start=20, seconds=10, priority=Priority.ALERT)
    live = [Live(id="l", start_at=at(100), end_at=at(200)), Live(id="r", start_at=at(300), end_at=at(400), relay=True)]

    stretches = preview.run(
        plan(airing("a", start=0, seconds=60, window=120), alert),
        start=at(-60),
        end=at(3_600),
        live=live,
        is_muted=True,
    )

    assert [(one.what.id, one.end, one.is_heard) for one in stretches] == [
        ("a", End.MUTED, False),
        ("z", End.THROUGH, True),
        ("l", End.MUTED, False),
        ("r", End.MUTED, False),
    ]
    assert all(one.start_at == one.end_at == one.what.start_at and one.why is Why.MUTED for one in stretches[2:])


def test_what_could_not_begin_when_the_device_awoke_is_left_out():
    assert told(airing("a", start=0, seconds=60, late_tolerance_ms=0), start=10) == []


def test_what_still_sounds_at_the_end_of_the_span_is_open():
    assert told(airing("a", start=0, seconds=60), end=30) == [("a", 0, 30, End.OPEN)]


@pytest.mark.parametrize(("rule", "start_at", "end_at"), [(LateRule.JOIN, 30, 60), (LateRule.START, 30, 90)])
def test_a_device_that_awakes_late_joins_or_begins_anew_by_the_rule(rule, start_at, end_at):
    late = airing("a", start=0, seconds=60, window=600, late_rule=rule)

    assert told(late, start=30) == [("a", start_at, end_at, End.THROUGH)]


some = st.builds(
    airing,
    identifier=st.uuids().map(str),
    start=st.integers(0, 600),
    seconds=st.integers(1, 120),
    window=st.integers(1, 300),
    priority=st.sampled_from(Priority),
    late_rule=st.sampled_from(LateRule),
    late_tolerance_ms=st.integers(0, 120_000),
    resume_rule=st.sampled_from(ResumeRule),
)


@given(st.lists(some, max_size=8))
def test_never_two_at_once_and_everything_is_told_of_once(airings):
    stretches = preview.run(plan(*airings), start=at(-1), end=at(5_000))

    heard = [one for one in stretches if one.is_heard]
    assert all(before.end_at <= after.start_at for before, after in itertools.pairwise(heard))
    assert {one.airing for one in preview.conclusions(stretches)} == {one.id for one in airings}
    assert all(one.end_at - one.start_at <= one.what.duration for one in heard)


def test_a_week_of_a_full_programme_is_previewed_in_a_moment():
    week = [
        airing(f"{day}-{item}", start=day * 86_400 + item * 600, seconds=300) for day in range(7) for item in range(100)
    ]

    stretches = preview.run(plan(*week), start=at(-1), end=at(8 * 86_400))

    assert len(stretches) == 700
    assert sum((one.end_at - one.start_at for one in stretches), timedelta()) == timedelta(seconds=700 * 300)
