"""The ladder and the rules of late starts and interruptions, each as a table, and what holds for all inputs."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa_protocol.plan import Clip, LateRule, Plan, PlannedAiring, Priority, ResumeRule
from loa_protocol.player import Live, Phase, Progress, Why, decide, last_start, standing

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def airing(identifier="a", start=0, seconds=60, window=None, **more):
    clips = (Clip(sha256="ab" * 32, size_bytes=9, duration_ms=round(seconds * 1000)),)
    end = start + (seconds if window is None else window)
    return PlannedAiring(id=identifier, start_at=at(start), end_at=at(end), clips=clips, **more)


def plan(*airings):
    return Plan(start_at=at(-3600), end_at=at(7 * 86400), airings=airings)


def sounding(since, position=0):
    return Progress(position=timedelta(seconds=position), since=at(since))


def broken_off(position):
    return Progress(position=timedelta(seconds=position))


OVER = Progress(over=True)


def names(decision):
    return None if decision.what is None else decision.what.id


@pytest.mark.parametrize(
    ("moment", "plays", "why"),
    [
        (-0.001, None, Why.NOTHING_DUE),
        (0, "a", Why.ON_TIME),
        (0.499, "a", Why.ON_TIME),
        (0.5, "a", Why.LATE),
        (29.999, "a", Why.LATE),
        (30, None, Why.NOTHING_DUE),
    ],
)
def test_a_start_is_allowed_from_its_moment_until_the_tolerance_has_passed(moment, plays, why):
    decision = decide(plan(airing(late_tolerance_ms=30_000)), now=at(moment))

    assert (names(decision), decision.why) == (plays, why)


@pytest.mark.parametrize(
    ("rule", "tolerance_ms", "late", "plays", "position"),
    [
        (LateRule.START, 30_000, 10, "a", 0),
        (LateRule.JOIN, 30_000, 10, "a", 10),
        (LateRule.JOIN, 30_000, 0.2, "a", 0.2),
        (LateRule.SKIP, 30_000, 10, None, 0),
        (LateRule.SKIP, 30_000, 0.4, "a", 0),
        (LateRule.START, 0, 0.4, "a", 0),
        (LateRule.START, 5_000, 6, None, 0),
        (LateRule.JOIN, 5_000, 6, None, 0),
        (LateRule.JOIN, 999_000, 60, None, 0),
    ],
)
def test_a_late_device_follows_the_late_rule(rule, tolerance_ms, late, plays, position):
    late_airing = airing(window=600, late_rule=rule, late_tolerance_ms=tolerance_ms)

    decision = decide(plan(late_airing), now=at(late))

    assert (names(decision), decision.position) == (plays, timedelta(seconds=position))


LADDER = [
    airing("alert", priority=Priority.ALERT),
    Live(id="emergency", start_at=at(0), emergency=True),
    Live(id="live", start_at=at(0)),
    airing("priority", priority=Priority.PRIORITY),
    airing("scheduled", priority=Priority.SCHEDULED),
    Live(id="relay", start_at=at(0), relay=True),
]


@pytest.mark.parametrize("rung", range(len(LADDER)))
def test_of_all_that_is_due_the_highest_rung_plays(rung):
    present = LADDER[rung:]

    decision = decide(
        plan(*(one for one in present if isinstance(one, PlannedAiring) and one.id != "alert")),
        now=at(0),
        urgent=[one for one in present if isinstance(one, PlannedAiring) and one.id == "alert"],
        live=[one for one in present if isinstance(one, Live)],
    )

    assert names(decision) == LADDER[rung].id


def test_below_everything_is_silence():
    decision = decide(None, now=at(0))

    assert (decision.what, decision.level, decision.why, decision.next_change_at) == (None, None, Why.NOTHING_DUE, None)


@pytest.mark.parametrize(
    ("progress", "plays"),
    [
        ({}, "early"),
        ({"later": sounding(30)}, "later"),
        ({"early": OVER}, "later"),
        ({"early": OVER, "later": OVER}, None),
    ],
)
def test_on_one_rung_what_sounds_goes_on_and_otherwise_the_earlier_start_wins(progress, plays):
    both = plan(airing("later", 30), airing("early", 0, window=90))

    assert names(decide(both, now=at(40), progress=progress)) == plays


@pytest.mark.parametrize(
    ("rule", "position", "moment", "plays", "where"),
    [
        (ResumeRule.RESUME, 20, 100, "a", 20),
        (ResumeRule.SKIP, 20, 100, None, 0),
        (ResumeRule.RESUME, 20, 600, None, 0),
        (ResumeRule.RESUME, 60, 100, None, 0),
    ],
)
def test_an_interrupted_airing_follows_its_resume_rule(rule, position, moment, plays, where):
    interrupted = airing(window=600, resume_rule=rule)

    decision = decide(plan(interrupted), now=at(moment), progress={"a": broken_off(position)})

    assert (names(decision), decision.position) == (plays, timedelta(seconds=where))


@pytest.mark.parametrize(
    ("progress", "moment", "phase", "position"),
    [
        (sounding(0), 30, Phase.SOUNDING, 30),
        (sounding(0, 10), 30, Phase.SOUNDING, 40),
        (sounding(0), 59.999, Phase.SOUNDING, 59.999),
        (sounding(0), 60, Phase.ENDED, 60),
        (sounding(0.4), 60.2, Phase.SOUNDING, 59.8),
        (sounding(0.4), 60.4, Phase.ENDED, 60),
        (sounding(20), 59, Phase.SOUNDING, 39),
        (sounding(20), 60, Phase.CUT, 40),
        (OVER, 10, Phase.OVER, 0),
    ],
)
def test_a_sound_goes_on_to_its_end_or_to_the_end_of_its_window(progress, moment, phase, position):
    stand = standing(airing(), progress, at(moment))

    assert (stand.phase, stand.position) == (phase, timedelta(seconds=position))


@pytest.mark.parametrize(
    ("priority", "plays", "why"),
    [(Priority.ALERT, "a", Why.ON_TIME), (Priority.PRIORITY, None, Why.CLOCK_UNTRUSTED)],
)
def test_with_a_wrong_clock_only_alerts_play(priority, plays, why):
    decision = decide(plan(airing(priority=priority)), now=at(0), clock_trusted=False)

    assert (names(decision), decision.why) == (plays, why)


def test_with_a_wrong_clock_nothing_is_relayed():
    decision = decide(None, now=at(0), live=[Live(id="r", start_at=at(0), relay=True)], clock_trusted=False)

    assert decision.what is None


def test_with_a_wrong_clock_live_speech_still_plays():
    decision = decide(plan(airing()), now=at(0), live=[Live(id="live", start_at=at(0))], clock_trusted=False)

    assert names(decision) == "live"


def test_media_that_is_missing_lets_the_next_one_play():
    both = plan(airing("a"), airing("b"))

    assert names(decide(both, now=at(0), unready={"a"})) == "b"
    assert decide(both, now=at(0), unready={"a", "b"}).why is Why.MEDIA_MISSING


def test_an_urgent_airing_stands_before_its_copy_in_the_plan():
    urgent = airing("a", priority=Priority.PRIORITY)

    decision = decide(plan(airing("a"), airing("b")), now=at(0), urgent=[urgent])

    assert decision.what is urgent


@pytest.mark.parametrize(
    ("moment", "progress", "expected"),
    [
        (-10, {}, 0),
        (0, {}, 60),
        (10, {"a": sounding(5)}, 65),
        (10, {"a": OVER}, None),
        (100, {"a": broken_off(10)}, 600),
    ],
)
def test_the_next_change_is_when_the_answer_may_be_another(moment, progress, expected):
    one = plan(airing(window=600, late_tolerance_ms=60_000, resume_rule=ResumeRule.RESUME))

    decision = decide(one, now=at(moment), progress=progress)

    assert decision.next_change_at == (None if expected is None else at(expected))


AIRINGS = st.builds(
    airing,
    st.sampled_from("abcdef"),
    st.integers(0, 300),
    st.integers(1, 120),
    st.one_of(st.none(), st.integers(1, 400)),
    priority=st.sampled_from(Priority),
    late_rule=st.sampled_from(LateRule),
    late_tolerance_ms=st.integers(0, 90_000),
    resume_rule=st.sampled_from(ResumeRule),
)
SETS = st.lists(AIRINGS, max_size=6, unique_by=lambda one: one.id)
PROGRESS = st.dictionaries(
    st.sampled_from("abcdefz"),
    st.one_of(st.just(OVER), st.builds(broken_off, st.integers(0, 60)), st.builds(sounding, st.integers(0, 300))),
)
MOMENTS = st.integers(-10, 900).map(at)


@given(
    SETS,
    st.fixed_dictionaries(
        {
            "urgent": SETS,
            "progress": PROGRESS,
            "unready": st.sets(st.sampled_from("abcdef")),
            "now": MOMENTS,
            "clock_trusted": st.booleans(),
        }
    ),
)
def test_for_every_input_the_answer_is_one_of_what_was_given_and_the_same_again(planned, known):
    first, second = decide(plan(*planned), **known), decide(plan(*planned), **known)

    assert first == second
    assert first.next_change_at is None or first.next_change_at > known["now"]
    if first.what is not None:
        done = known["progress"].get(first.what.id, Progress())
        is_sounding = done.since is not None
        assert first.what in planned or first.what in known["urgent"]
        assert not done.over
        assert timedelta(0) <= first.position < first.what.duration
        assert is_sounding or first.what.start_at <= known["now"] < first.what.end_at
        assert known["clock_trusted"] or first.level is Priority.ALERT
        assert is_sounding or first.what.id not in known["unready"]


@given(SETS, st.data())
def test_a_device_that_follows_the_decisions_never_overlaps_and_plays_nothing_twice(planned, data):
    progress, now, playing, intervals = {}, at(-5), None, []
    for _ in range(60):
        decision = decide(plan(*planned), now=now, progress=progress)
        wanted = names(decision)
        if playing is not None and wanted != playing[0]:
            one = next(one for one in planned if one.id == playing[0])
            stand = standing(one, progress[one.id], now)
            intervals.append((*playing, now))
            gone = stand.phase is Phase.ENDED or one.resume_rule is ResumeRule.SKIP or stand.phase is Phase.CUT
            progress[one.id] = Progress(position=stand.position, over=gone)
            playing = None
        if wanted is not None and playing is None:
            playing = (wanted, now)
            progress[wanted] = Progress(position=decision.position, since=now)
        following = decide(plan(*planned), now=now, progress=progress).next_change_at
        if following is None:
            break
        sooner = now + timedelta(seconds=data.draw(st.integers(1, 50)))
        now = min(following, sooner)

    ordered = sorted(intervals, key=lambda interval: interval[1])
    assert all(before[2] <= after[1] for before, after in itertools.pairwise(ordered))
    for one in planned:
        heard = sum(((end - start) for name, start, end in intervals if name == one.id), timedelta(0))
        assert heard <= one.duration
        times = sum(name == one.id for name, _, _ in intervals)
        assert times <= 1 or one.resume_rule is ResumeRule.RESUME


@given(AIRINGS, MOMENTS)
def test_between_two_changes_the_answer_about_one_airing_does_not_change(one, now):
    stand = standing(one, None, now)

    if stand.until is not None:
        later = standing(one, None, stand.until - timedelta(microseconds=1))
        assert later.phase is stand.phase
        assert standing(one, None, stand.until).phase is not stand.phase
    assert one.start_at < last_start(one) <= one.end_at


def test_on_a_muted_device_only_an_alert_plays_whatever_else_is_due():
    alert, item = airing("alert", priority=Priority.ALERT), airing("item", priority=Priority.PRIORITY)
    live = [Live(id="l", start_at=at(0), emergency=True)]

    assert names(decide(plan(alert, item), now=at(1), live=live, is_muted=True)) == "alert"
    silent = decide(plan(item), now=at(1), live=live, is_muted=True)
    assert (names(silent), silent.why) == (None, Why.MUTED)
    assert names(decide(plan(item), now=at(1), live=live)) == "l"
