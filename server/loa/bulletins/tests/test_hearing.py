from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.bulletins import commands, queries, refusals, rules
from loa.bulletins.models import Decision
from loa.bulletins.rules import Hearing, Way
from loa.bulletins.tests.making import HEARD, NOW, make_bulletin, make_clip, make_submitted
from loa.kernel.errors import Denied, NotFound

LENGTH_MS = 60_000
LATER = NOW + timedelta(minutes=5)
SPANS = st.lists(st.tuples(st.integers(-9_000, 90_000), st.integers(-9_000, 90_000)), max_size=30)


@given(SPANS)
def test_what_was_heard_twice_counts_once_and_never_more_than_the_whole(spans):
    whole = {ms for begin, end in spans for ms in range(max(0, begin), min(end, LENGTH_MS), 1000) if ms % 1000 == 0}
    covered = rules.covered_ms(spans, duration_ms=LENGTH_MS)

    assert 0 <= covered <= LENGTH_MS
    assert covered == rules.covered_ms(spans + spans, duration_ms=LENGTH_MS)
    assert bool(whole) <= bool(covered)


@given(st.text(max_size=80))
def test_no_text_of_a_page_breaks_the_reading_of_spans(text):
    assert all(begin < end for begin, end in rules.parsed(text))


def test_spans_that_meet_are_one_and_nonsense_is_left_out():
    assert rules.parsed("4000-9000,0-4000, 20000-21000") == [(0, 9000), (20_000, 21_000)]
    assert rules.parsed("9-1,a-b,-5-7,1-99999999999,٣-٤,5") == []


@pytest.mark.parametrize(
    ("spans", "is_enough"),
    [
        ([(0, 60_000)], True),
        ([(0, 57_000)], True),
        ([(0, 56_900)], False),
        ([(59_000, 60_000)], False),
        ([(0, 30_000), (30_000, 58_000)], True),
        ([], False),
    ],
)
def test_skipping_to_the_end_is_no_listening(spans, is_enough):
    hearing = Hearing(way=Way.PLAYED, opened_at=NOW, spans=spans)

    assert rules.has_heard(hearing, duration_ms=LENGTH_MS, now=LATER) is is_enough


def test_nobody_hears_a_minute_in_ten_seconds():
    hearing = Hearing(way=Way.PLAYED, opened_at=NOW, spans=[(0, LENGTH_MS)])

    assert not rules.has_heard(hearing, duration_ms=LENGTH_MS, now=NOW + timedelta(seconds=10))
    assert rules.has_heard(hearing, duration_ms=LENGTH_MS, now=NOW + timedelta(seconds=60))


def test_saying_so_counts_once_the_time_it_takes_has_passed():
    hearing = Hearing(way=Way.DECLARED, opened_at=NOW)

    assert not rules.has_heard(hearing, duration_ms=LENGTH_MS, now=NOW + timedelta(seconds=59))
    assert rules.has_heard(hearing, duration_ms=LENGTH_MS, now=NOW + timedelta(seconds=60))


@pytest.fixture
def bulletin(world):
    made = make_bulletin(world, clip=make_clip(world.commune, duration_ms=LENGTH_MS))
    commands.submit(world.officer, made, now=NOW)
    return made


def hearing(world, bulletin, token, *, now=LATER, **about):
    return queries.hearing(world.leader, bulletin.current, token=token, now=now, **about)


def approve(world, bulletin, heard, *, now=LATER):
    return commands.approve(world.leader, bulletin, number=bulletin.current.number, hearing=heard, now=now)


def test_nobody_approves_what_they_have_not_heard_and_the_share_is_kept_with_the_decision(world, bulletin):
    token = queries.opened(world.leader, bulletin.current, now=NOW)

    with pytest.raises(refusals.NotHeard) as refused:
        approve(world, bulletin, hearing(world, bulletin, token, spans="0-30000"))
    assert refused.value.facts == {"pct": 50}
    approve(world, bulletin, hearing(world, bulletin, token, spans="0-58500"))

    made = Decision.objects.unscoped("test").get()
    assert (made.heard_way, made.heard_pct) == ("played", 97)


def test_listening_in_two_visits_adds_up(world, bulletin):
    token = queries.opened(world.leader, bulletin.current, now=NOW)
    first = hearing(world, bulletin, token, spans="0-30000")
    assert commands.listen(world.leader, bulletin, number=1, hearing=first, now=LATER) == 50

    again = queries.opened(world.leader, bulletin.current, now=LATER)
    approve(world, bulletin, hearing(world, bulletin, again, spans="29000-60000"))

    assert Decision.objects.unscoped("test").get().heard_pct == 100


def test_a_tick_is_believed_after_the_time_and_stands_as_a_tick(world, bulletin):
    token = queries.opened(world.leader, bulletin.current, now=NOW)
    early = NOW + timedelta(seconds=50)

    with pytest.raises(refusals.NotHeard):
        approve(world, bulletin, hearing(world, bulletin, token, has_declared=True, now=early), now=early)
    approve(world, bulletin, hearing(world, bulletin, token, has_declared=True))

    made = Decision.objects.unscoped("test").get()
    assert (made.heard_way, made.heard_pct) == ("declared", 0)


def test_a_token_of_another_person_wording_or_maker_opens_nothing(world, bulletin):
    other = make_submitted(world)
    tokens = [
        queries.opened(world.officer, bulletin.current, now=NOW),
        queries.opened(world.leader, other.current, now=NOW),
        queries.opened(world.leader, bulletin.current, now=NOW)[:-2] + "xx",
        "",
        "\x00",
    ]

    for token in tokens:
        heard = hearing(world, bulletin, token, spans="0-60000", has_declared=True)
        assert (heard.way, list(heard.spans), heard.opened_at) == (Way.PLAYED, [], LATER)


def test_a_page_shown_again_goes_on_from_when_it_was_first_opened(world, bulletin):
    token = queries.opened(world.leader, bulletin.current, now=NOW)

    again = queries.opened(world.leader, bulletin.current, now=LATER, token=token)

    assert queries.opened_at(world.leader, bulletin.current, again) == NOW


def test_a_changed_wording_is_heard_anew(world, bulletin):
    token = queries.opened(world.leader, bulletin.current, now=NOW)
    heard = hearing(world, bulletin, token, spans="0-60000")
    commands.listen(world.leader, bulletin, number=1, hearing=heard, now=LATER)
    clip = make_clip(world.commune, content=b"spoken again", duration_ms=LENGTH_MS)
    commands.revise(world.officer, bulletin, title="Mới", text="Lời mới.", clip_id=clip.pk, voice="vi", now=LATER)
    commands.submit(world.officer, bulletin, now=LATER)

    with pytest.raises(refusals.RevisionChanged):
        commands.listen(world.leader, bulletin, number=1, hearing=heard, now=LATER)
    with pytest.raises(refusals.NotHeard):
        approve(world, bulletin, hearing(world, bulletin, token, spans="0-60000", has_declared=True))


def test_listening_is_kept_of_those_who_may_decide(world, bulletin):
    with pytest.raises(Denied):
        commands.listen(world.officer, bulletin, number=1, hearing=HEARD, now=LATER)
    with pytest.raises(NotFound):
        commands.listen(world.other_officer, bulletin, number=1, hearing=HEARD, now=LATER)
    with pytest.raises(refusals.PersonNeeded):
        commands.listen(world.system, bulletin, number=1, hearing=HEARD, now=LATER)
