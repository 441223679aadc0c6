"""Hour rules: what a unit allows, minute by minute, over midnight and on special days."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.schedules.rules import hours
from loa.schedules.rules.hours import Broken, HourRule, Timed, Window
from loa.schedules.rules.slots import ZONE

MORNING, EVENING = Window(330, 420), Window(990, 1080)  # 05:30 to 07:00, 16:30 to 18:00
WORKDAYS = HourRule(windows={day: [MORNING, EVENING] for day in range(6)})
MONDAY = date(2026, 11, 30)


def at(clock, *, on=MONDAY):
    return datetime.combine(on, time.fromisoformat(clock), tzinfo=ZONE)


def item(start, minutes, *, on=MONDAY, key="a", **more):
    start_at = at(start, on=on)
    return Timed(key=key, start_at=start_at, end_at=start_at + timedelta(minutes=minutes), **more)


def broken(*items, rule=WORKDAYS):
    return [(one.key, one.rule) for one in hours.breaches(items, rule)]


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("05:30", 90, []),
        ("16:30", 90, []),
        ("06:55", 10, [Broken.WINDOW]),
        ("12:00", 5, [Broken.WINDOW]),
        ("05:29", 5, [Broken.QUIET, Broken.WINDOW]),
        ("03:15", 20, [Broken.QUIET, Broken.WINDOW]),
        ("20:55", 10, [Broken.QUIET, Broken.WINDOW]),
        ("20:55", 5, [Broken.WINDOW]),
        ("23:55", 10, [Broken.QUIET, Broken.WINDOW]),
    ],
)
def test_an_item_outside_the_hours_of_its_day_is_named(start, minutes, expected):
    assert [rule for _, rule in broken(item(start, minutes))] == expected


def test_a_weekday_without_windows_is_a_day_without_sound():
    assert broken(item("06:00", 5, on=date(2026, 12, 6))) == [("a", Broken.DAY)]


def test_a_special_day_has_windows_of_its_own():
    rule = HourRule(windows=WORKDAYS.windows, special={date(2026, 12, 6): [Window(480, 540)], MONDAY: []})

    assert broken(item("08:00", 30, on=date(2026, 12, 6)), rule=rule) == []
    assert broken(item("06:00", 5), rule=rule) == [("a", Broken.DAY)]


def test_windows_that_touch_are_one_also_over_midnight():
    rule = HourRule(
        windows={0: [Window(1380, 1440)], 1: [Window(0, 30), Window(30, 60)]}, quiet_from=time(2), quiet_until=time(3)
    )

    assert broken(item("23:30", 80), rule=rule) == []
    assert broken(item("23:30", 91), rule=rule) == [("a", Broken.WINDOW)]


def test_the_sessions_of_a_day_are_counted_and_the_last_are_too_many():
    rule = HourRule(windows=WORKDAYS.windows, sessions_most=2)
    day = [item("05:30", 10, key="a"), item("05:42", 5, key="b"), item("06:30", 5, key="c"), item("17:00", 5, key="d")]

    assert broken(*day, rule=rule) == [("d", Broken.SESSIONS)]
    assert broken(*day[:3], item("17:00", 5, key="e", on=MONDAY + timedelta(days=1)), rule=rule) == []


def test_of_a_session_that_is_too_long_what_passes_the_limit_is_named():
    rule = HourRule(windows=WORKDAYS.windows, session_longest=timedelta(minutes=30))

    assert broken(item("05:30", 20), item("05:52", 10, key="b"), rule=rule) == [("b", Broken.LENGTH)]
    assert broken(item("05:30", 20), item("05:56", 10, key="b"), rule=rule) == []


def test_an_emergency_breaks_no_rule():
    assert broken(item("03:15", 20, is_emergency=True)) == []


def test_equal_ends_of_the_quiet_hours_are_none():
    rule = HourRule(windows={0: [Window(0, 1440)]}, quiet_from=time(21), quiet_until=time(21))

    assert broken(item("03:15", 20), rule=rule) == []


@pytest.mark.parametrize(("start", "end"), [(10, 10), (20, 10), (-1, 10), (0, 1441)])
def test_what_is_no_stretch_of_a_day_is_no_window(start, end):
    with pytest.raises(ValueError, match=" to "):
        Window(start, end)


@given(st.integers(0, 1439), st.integers(1, 600))
def test_every_quiet_minute_is_found_as_a_minute_by_minute_walk_finds_it(start, length):
    one = item("00:00", 0)
    start_at = one.start_at + timedelta(minutes=start)
    end_at = start_at + timedelta(minutes=length)
    clocks = [(start_at + timedelta(minutes=gone)).timetz().replace(tzinfo=None) for gone in range(length)]

    expected = any(clock >= time(21) or clock < time(5, 30) for clock in clocks)

    assert hours.is_quiet(start_at, end_at, WORKDAYS) == expected
