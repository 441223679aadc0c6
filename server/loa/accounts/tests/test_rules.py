from datetime import UTC, datetime, timedelta

import pytest

from loa.accounts import rules
from loa.accounts.rules import Weakness

NOW = datetime(2024, 5, 6, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("con-ga-trong-2024", []),
        ("ngắn quá", [Weakness.SHORT]),
        ("x" * 200, [Weakness.LONG, Weakness.ONE_LETTER]),
        ("password123", [Weakness.COMMON]),
        ("1111111111", [Weakness.ONE_LETTER]),
        ("TranVanCan2024", [Weakness.LIKE_NAME]),
        ("trần văn cán", [Weakness.LIKE_NAME]),
    ],
)
def test_a_password_is_judged_by_length_use_and_name(password, expected):
    found = rules.weaknesses(password, about=["canbo.tamhong", "Trần Văn Cán"], common={"password123"})

    assert found == expected


def test_a_name_closes_longer_with_every_fifth_failure():
    closed = {failures: rules.closed_for(failures) for failures in (1, 4, 5, 6, 10, 15, 20, 25, 1000)}

    minutes = {failures: wait and wait.total_seconds() / 60 for failures, wait in closed.items()}
    assert minutes == {1: None, 4: None, 5: 15, 6: None, 10: 30, 15: 60, 20: 120, 25: 240, 1000: 240}


def test_who_tries_waits_twice_as_long_with_each_failure_past_the_free_ones():
    waits = [rules.waits(failures) for failures in (19, 20, 21, 25, 10_000)]

    assert waits == [None, timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=32), timedelta(minutes=5)]


@pytest.mark.parametrize(
    ("age", "rest", "over"),
    [
        (timedelta(0), timedelta(0), False),
        (timedelta(hours=11, minutes=59), timedelta(minutes=59), False),
        (timedelta(hours=12), timedelta(0), True),
        (timedelta(hours=2), timedelta(minutes=60), True),
    ],
)
def test_a_session_ends_by_rest_or_by_age(age, rest, over):
    is_over = rules.is_session_over(
        created_at=NOW - age, seen_at=NOW - rest, now=NOW, idle=timedelta(minutes=60), lifetime=timedelta(hours=12)
    )

    assert is_over is over


@pytest.mark.parametrize(
    ("says", "name"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36",
            "Chrome · Android",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 coc_coc_browser/120 Chrome/114 Safari/537.36",
            "Cốc Cốc · Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_by_its_name(says, name):
    assert rules.browser_name(says) == name


@pytest.mark.parametrize(
    ("hours", "at", "is_open"),
    [
        ("07:00-19:00", "07:00", True),
        ("07:00-19:00", "18:59", True),
        ("07:00-19:00", "19:00", False),
        ("07:00-19:00", "06:59", False),
        ("22:00-06:00", "23:30", True),
        ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False),
        ("", "03:00", True),
    ],
)
def test_hours_are_half_open_and_may_span_midnight(hours, at, is_open):
    now = datetime.fromisoformat(f"2024-05-06T{at}")

    assert (rules.limit_of("", now=now, networks=[], hours=rules.hours_of(hours)) is None) is is_open


@pytest.mark.parametrize("words", ["7-19", "07:00", "07:00-07:00", "25:00-26:00", "now-then"])
def test_hours_that_are_none_are_refused_when_read(words):
    with pytest.raises(ValueError, match=r"."):
        rules.hours_of(words)


@pytest.mark.parametrize(
    ("address", "is_inside"),
    [("10.1.9.9", True), ("::ffff:10.1.9.9", True), ("10.2.0.1", False), ("", False), ("not an address", False)],
)
def test_only_addresses_of_the_named_networks_are_inside(address, is_inside):
    limit = rules.limit_of(address, now=datetime(2024, 5, 6), networks=["10.1.0.0/16"], hours=None)  # noqa: DTZ001

    assert (limit is None) is is_inside


@pytest.mark.parametrize(
    ("opened_in", "seen_in", "is_another"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0", "Mozilla/5.0 (Windows NT 10.0) Chrome/121.0", False),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0", "Mozilla/5.0 (Linux; Android 14) Chrome/120.0", True),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0", "curl/8.0", True),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0", "", True),
        ("", "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0", False),
    ],
)
def test_a_session_knows_the_make_of_its_browser_not_its_version(opened_in, seen_in, is_another):
    assert rules.is_another_browser(opened_in, seen_in) is is_another
