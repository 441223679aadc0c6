"""Ceilings: the lowest that touches a sound wins, on any night, for what it is meant for."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa_protocol import loudness
from loa_protocol.plan import CEILINGS_MOST, DAY_MIN, Ceiling, Plan, decode, encode

ZONE = "Asia/Ho_Chi_Minh"
NIGHT = Ceiling(start_min=1260, end_min=330, most_pct=30)
SCHOOL = Ceiling(start_min=420, end_min=690, most_pct=50)
ALARM = Ceiling(start_min=0, end_min=1440, most_pct=90, is_alert=True)
ALL = [NIGHT, SCHOOL, ALARM]


def at(clock):
    return datetime.fromisoformat(f"2026-11-23T{clock}").replace(tzinfo=ZoneInfo(ZONE))


def most(start, minutes, *, ceilings=ALL, is_alert=False, zone=ZONE):
    start_at = at(start)
    return loudness.most_pct(ceilings, start_at, start_at + timedelta(minutes=minutes), is_alert=is_alert, zone=zone)


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("17:00", 10, None),
        ("20:59", 1, None),
        ("20:59", 2, 30),
        ("23:55", 10, 30),
        ("00:10", 5, 30),
        ("05:29", 1, 30),
        ("05:30", 1, None),
        ("07:00", 1, 50),
        ("05:00", 180, 30),
        ("11:30", 1, None),
    ],
)
def test_the_lowest_ceiling_a_sound_touches_wins(start, minutes, expected):
    assert most(start, minutes) == expected


def test_an_alert_obeys_its_own_ceiling_and_no_other():
    assert most("03:15", 1, is_alert=True) == 90
    assert most("03:15", 1, ceilings=[NIGHT], is_alert=True) is None


def test_a_device_that_does_not_know_the_zone_is_never_too_loud():
    assert most("17:00", 1, zone="Nowhere/Land") == 30


@given(st.integers(0, 1439), st.integers(1, 1440), st.integers(0, 1439), st.integers(1, 3000))
def test_every_touch_is_found_as_a_minute_by_minute_walk_finds_it(first, end, start, length):
    if first == end:
        end = end % 1440 + 1
    ceiling = Ceiling(start_min=first, end_min=end, most_pct=40)
    minutes = {(start + gone) % 1440 for gone in range(length)}
    within = range(first, end) if first < end else [*range(first, 1440), *range(end)]

    found = most(f"{start // 60:02}:{start % 60:02}", length, ceilings=[ceiling])

    assert (found == 40) == bool(minutes.intersection(within))


def test_live_sound_has_a_step_wherever_the_lowest_ceiling_is_another():
    told = loudness.steps(ALL, at("05:00:30"), at("12:00:00"), is_alert=False, zone=ZONE)

    assert told == [(at("05:00:30"), 30), (at("05:30"), None), (at("07:00"), 50), (at("11:30"), None)]
    assert loudness.steps(ALL, at("05:00"), at("05:29"), is_alert=True, zone=ZONE) == [(at("05:00"), 90)]
    assert loudness.steps(ALL, at("17:00"), at("23:00"), is_alert=False, zone="Nowhere/Land") == [(at("17:00"), 30)]


def test_the_steps_go_on_over_midnight_day_after_day():
    end_at = at("20:00") + timedelta(days=2)

    told = loudness.steps([NIGHT], at("20:00"), end_at, is_alert=False, zone=ZONE)

    assert [most for _, most in told] == [None, 30, None, 30, None]
    assert told[3][0] == at("21:00") + timedelta(days=1)


some = st.builds(
    lambda start, length, most, is_alert: Ceiling(
        start_min=start, end_min=(start + length - 1) % DAY_MIN + 1, most_pct=most, is_alert=is_alert
    ),
    st.integers(0, DAY_MIN - 1),
    st.integers(1, DAY_MIN - 1),
    st.integers(0, 100),
    st.booleans(),
)


def by_minute(ceilings, *, is_alert):
    """Return the lowest ceiling of each minute of a day, as a walk through them finds it."""
    lowest = [None] * DAY_MIN
    for one in ceilings:
        span = range(one.start_min, one.end_min if one.start_min < one.end_min else one.end_min + DAY_MIN)
        for minute in span if one.is_alert == is_alert else ():
            before = lowest[minute % DAY_MIN]
            lowest[minute % DAY_MIN] = one.most_pct if before is None else min(before, one.most_pct)
    return lowest


@given(st.lists(some, max_size=12))
def test_what_is_merged_says_the_same_of_every_minute(ceilings):
    told = loudness.merged(ceilings)

    for is_alert in (False, True):
        assert by_minute(told, is_alert=is_alert) == by_minute(ceilings, is_alert=is_alert)
    assert len(told) <= 2 * len(ceilings) + 2
    assert loudness.merged(told) == told


def test_what_is_the_same_in_neighbouring_minutes_is_told_once_also_over_midnight():
    pieces = [Ceiling(start_min=at % DAY_MIN, end_min=at % DAY_MIN + 30, most_pct=30) for at in range(1260, 1770, 30)]

    assert loudness.merged([*pieces, NIGHT]) == (NIGHT,)


def test_a_plan_takes_as_many_ceilings_as_anybody_can_think_of():
    minutes = [Ceiling(start_min=n, end_min=n + 1, most_pct=n % 97, is_alert=n % 5 == 0) for n in range(DAY_MIN)]

    told = loudness.merged(minutes)

    assert 0 < len(told) <= CEILINGS_MOST
    assert decode(encode(Plan(start_at=at("00:00"), end_at=at("23:00"), airings=(), ceilings=told))).ceilings == told
    for is_alert in (False, True):
        pairs = zip(by_minute(told, is_alert=is_alert), by_minute(minutes, is_alert=is_alert), strict=True)
        assert all(now is not None and now <= before for now, before in pairs if before is not None)
