"""When a relay is given up and when it is heard again: stretch by stretch, without clock or sound."""

from datetime import timedelta

import pytest

from loa.schedules.rules.relaying import BACK_AFTER, LOST_AFTER, SILENT_AFTER, Change, Watch

STEP = timedelta(milliseconds=400)


def heard(watch, level, lasts):
    """Let a level, or nothing, last so long; return what changed and when."""
    found, passed = [], timedelta()
    while passed < lasts:
        change = watch.hear(level, STEP)
        passed += STEP
        if change is not None:
            found.append((change, passed))
    return found


def test_a_source_that_is_heard_changes_nothing():
    assert heard(Watch(), -20.0, timedelta(hours=1)) == []


def test_a_source_from_which_nothing_comes_is_lost_once():
    changes = heard(Watch(), None, timedelta(minutes=1))

    assert [change for change, _ in changes] == [Change.LOST]
    assert LOST_AFTER <= changes[0][1] < LOST_AFTER + STEP


def test_a_source_of_silence_is_given_up_later_than_a_lost_one():
    changes = heard(Watch(), -90.0, timedelta(minutes=1))

    assert [change for change, _ in changes] == [Change.SILENT]
    assert SILENT_AFTER <= changes[0][1] < SILENT_AFTER + STEP


@pytest.mark.parametrize(("level", "is_silence"), [(-49.9, False), (-50.0, True), (-120.0, True)])
def test_silence_begins_at_fifty_decibels_below_full_scale(level, is_silence):
    assert bool(heard(Watch(), level, timedelta(seconds=30))) is is_silence


def test_short_gaps_and_pauses_between_words_are_no_loss():
    watch = Watch()

    for _ in range(50):
        assert heard(watch, -18.0, timedelta(seconds=2)) == []
        assert heard(watch, None, timedelta(seconds=3)) == []
        assert heard(watch, -80.0, timedelta(seconds=4)) == []


def test_it_is_back_only_after_it_was_heard_for_a_while():
    watch = Watch()
    heard(watch, None, timedelta(seconds=10))

    assert heard(watch, -20.0, BACK_AFTER - STEP) == []
    assert heard(watch, -90.0, STEP) == []
    assert watch.is_given_up
    assert [change for change, _ in heard(watch, -20.0, BACK_AFTER)] == [Change.BACK]
    assert not watch.is_given_up


def test_a_source_that_comes_and_goes_is_lost_anew_each_time():
    watch = Watch()
    told = []
    for _ in range(3):
        told += heard(watch, None, timedelta(seconds=6)) + heard(watch, -20.0, timedelta(seconds=6))

    assert [change for change, _ in told] == [Change.LOST, Change.BACK] * 3
