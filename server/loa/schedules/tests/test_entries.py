"""The calendar table of docs/explanation/programme.md: what a programme does where calendars are unkind."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest

from loa.kernel import holidays
from loa.schedules.rules import entries, recurrence
from loa.schedules.rules.entries import EntryKind, Fate, Timing, fate, occurrence_id, occurrences
from loa.schedules.rules.slots import ZONE
from loa_protocol.plan import LateRule

DAY = timedelta(days=1)


def timing(rule="FREQ=DAILY", *, at="17:00", start_on="2026-01-01", **more):
    parsed = recurrence.parse(rule) if rule else None
    first = date.fromisoformat(start_on)
    return Timing(
        at=time.fromisoformat(at),
        frame=timedelta(minutes=15),
        rule=parsed,
        start_on=first,
        last_on=entries.last_day(parsed, first),
        **more,
    )


def days(given, from_on, until_on, off=()):
    found = occurrences(given, from_on=date.fromisoformat(from_on), until_on=date.fromisoformat(until_on), holidays=off)
    return [at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") for at in found.values()]


def on(*texts):
    return frozenset(date.fromisoformat(text) for text in texts)


def test_every_day_at_the_same_local_minute():
    assert days(timing(), "2026-03-01", "2026-03-04") == ["2026-03-01 17:00", "2026-03-02 17:00", "2026-03-03 17:00"]


def test_an_item_before_midnight_belongs_to_the_day_on_which_it_begins():
    late = timing(at="23:50")

    assert days(late, "2026-03-01", "2026-03-02") == ["2026-03-01 23:50"]
    assert occurrences(late, from_on=date(2026, 3, 1), until_on=date(2026, 3, 2)) == {
        date(2026, 3, 1): datetime(2026, 3, 1, 16, 50, tzinfo=UTC)
    }


def test_five_in_the_morning_is_the_local_day_though_it_is_still_yesterday_in_utc():
    found = occurrences(timing(at="05:00"), from_on=date(2026, 3, 1), until_on=date(2026, 3, 2))

    assert found == {date(2026, 3, 1): datetime(2026, 2, 28, 22, 0, tzinfo=UTC)}


def test_the_31st_comes_on_the_last_day_of_shorter_months_where_the_rule_says_so():
    backward = timing("FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD")

    assert days(backward, "2026-01-31", "2026-05-01") == [
        "2026-01-31 17:00", "2026-02-28 17:00", "2026-03-31 17:00", "2026-04-30 17:00",
    ]  # fmt: skip


def test_the_31st_is_left_out_of_shorter_months_where_the_rule_does_not():
    assert days(timing("FREQ=MONTHLY;BYMONTHDAY=31"), "2026-01-31", "2026-05-01") == [
        "2026-01-31 17:00",
        "2026-03-31 17:00",
    ]


def test_the_last_day_of_a_month_is_the_29th_in_a_leap_year():
    last = timing("FREQ=MONTHLY;BYMONTHDAY=-1")

    assert days(last, "2028-02-01", "2028-03-01") == ["2028-02-29 17:00"]
    assert days(last, "2027-02-01", "2027-03-01") == ["2027-02-28 17:00"]


def test_the_29th_of_february_comes_every_four_years():
    leap = timing("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")

    assert days(leap, "2028-02-01", "2028-03-02") == ["2028-02-29 17:00"]
    assert days(leap, "2027-02-01", "2027-03-02") == []


def test_the_29th_of_february_comes_on_the_28th_in_other_years_where_the_rule_says_so():
    backward = timing("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;SKIP=BACKWARD")

    assert days(backward, "2027-02-01", "2027-03-02") == ["2027-02-28 17:00"]
    assert days(backward, "2028-02-01", "2028-03-02") == ["2028-02-29 17:00"]


def test_the_30th_of_a_lunar_month_is_left_out_of_the_short_ones():
    thirtieth = timing("RSCALE=X-VIETNAMESE;FREQ=MONTHLY;BYMONTHDAY=30")
    last = timing("RSCALE=X-VIETNAMESE;FREQ=MONTHLY;BYMONTHDAY=-1")

    assert days(thirtieth, "2026-01-01", "2026-04-20") == ["2026-01-18 17:00", "2026-03-18 17:00"]
    assert days(last, "2026-01-01", "2026-04-01") == ["2026-01-18 17:00", "2026-02-16 17:00", "2026-03-18 17:00"]


def test_the_first_day_of_the_lunar_year_comes_once_in_each_year():
    tet = timing("RSCALE=X-VIETNAMESE;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", at="00:00")

    assert days(tet, "2026-01-01", "2027-01-01") == ["2026-02-17 00:00"]
    assert days(tet, "2027-01-01", "2028-01-01") == ["2027-02-06 00:00"]


def test_a_leap_month_brings_its_days_a_second_time():
    moon = timing("RSCALE=X-VIETNAMESE;FREQ=MONTHLY;BYMONTHDAY=1", start_on="2025-01-01")

    assert days(moon, "2025-07-01", "2025-09-01") == ["2025-07-25 17:00", "2025-08-23 17:00"]


def test_the_first_and_the_full_moon_follow_the_vietnamese_months():
    moon = timing("RSCALE=X-VIETNAMESE;FREQ=MONTHLY;BYMONTHDAY=1,15")

    assert days(moon, "2026-02-10", "2026-03-20") == ["2026-02-17 17:00", "2026-03-03 17:00", "2026-03-19 17:00"]


def test_the_lunar_new_year_is_a_holiday_that_a_programme_may_rest_on():
    rests = timing(skips_holidays=True)
    off = frozenset(holidays.ahead(date(2026, 2, 13), days=14, language="vi"))

    assert days(rests, "2026-02-14", "2026-02-24", off) == ["2026-02-14 17:00", "2026-02-15 17:00"] + [
        at for at in days(timing(), "2026-02-16", "2026-02-24") if date.fromisoformat(at[:10]) not in off
    ]
    assert "2026-02-17 17:00" not in days(rests, "2026-02-14", "2026-02-24", off)


def test_a_day_that_is_named_comes_also_on_a_holiday():
    rests = timing(skips_holidays=True, extra=on("2026-09-02"))

    assert days(rests, "2026-09-01", "2026-09-04", on("2026-09-01", "2026-09-02")) == [
        "2026-09-02 17:00",
        "2026-09-03 17:00",
    ]


def test_days_are_left_out_and_added_and_leaving_out_goes_first():
    given = timing(
        "FREQ=WEEKLY;BYDAY=MO", left_out=on("2026-03-09", "2026-03-11"), extra=on("2026-03-10", "2026-03-11")
    )

    assert days(given, "2026-03-02", "2026-03-17") == ["2026-03-02 17:00", "2026-03-10 17:00", "2026-03-16 17:00"]


def test_a_moved_day_is_found_where_it_was_moved_to_and_keeps_its_name():
    to = datetime(2026, 3, 3, 18, 30, tzinfo=ZONE)
    given = timing("FREQ=WEEKLY;BYDAY=MO", moves={date(2026, 3, 2): to})

    assert occurrences(given, from_on=date(2026, 3, 3), until_on=date(2026, 3, 4)) == {date(2026, 3, 2): to}
    assert days(given, "2026-03-02", "2026-03-03") == []


def test_a_moved_day_over_the_edge_of_the_span_is_in_the_next_one_once():
    given = timing(moves={date(2026, 3, 7): datetime(2026, 3, 8, 6, 0, tzinfo=ZONE)})

    assert days(given, "2026-03-06", "2026-03-08") == ["2026-03-06 17:00"]
    assert days(given, "2026-03-08", "2026-03-09") == ["2026-03-08 06:00", "2026-03-08 17:00"]


def test_once_is_once():
    assert days(timing("", start_on="2026-03-05"), "2026-03-01", "2026-04-01") == ["2026-03-05 17:00"]


def test_the_last_day_of_a_rule_is_included():
    assert days(timing("FREQ=DAILY;UNTIL=20260303"), "2026-03-02", "2026-03-09") == [
        "2026-03-02 17:00",
        "2026-03-03 17:00",
    ]


def test_the_name_of_a_day_does_not_follow_its_time():
    entry = uuid.uuid4()

    assert occurrence_id(entry, date(2026, 3, 2)) == occurrence_id(entry, date(2026, 3, 2))
    assert occurrence_id(entry, date(2026, 3, 2)) != occurrence_id(entry, date(2026, 3, 3))
    assert occurrence_id(entry, date(2026, 3, 2)) != occurrence_id(uuid.uuid4(), date(2026, 3, 2))


@pytest.mark.parametrize(("kind", "rule"), [(EntryKind.MUSIC, LateRule.JOIN), (EntryKind.BULLETIN, LateRule.START)])
def test_words_are_heard_from_their_beginning_and_music_where_it_is(kind, rule):
    assert entries.late_rule(kind) is rule


@pytest.mark.parametrize(
    ("planned", "wished", "becomes"),
    [
        (None, None, Fate.GOES),
        (None, "16:00", Fate.PAST),
        (None, "16:04", Fate.TOO_LATE),
        (None, "16:05", Fate.COMES),
        ("16:04", None, Fate.STAYS),
        ("16:04", "18:00", Fate.STAYS),
        ("15:59", "18:00", Fate.STAYS),
        ("16:05", None, Fate.GOES),
        ("16:05", "16:04", Fate.STAYS),
        ("16:05", "15:00", Fate.STAYS),
        ("16:05", "16:05", Fate.MEETS),
        ("17:00", "18:00", Fate.MEETS),
    ],
)
def test_what_becomes_of_a_day_around_the_freeze_horizon(planned, wished, becomes):
    """Say it for four in the afternoon: five minutes ahead is free, a second less is not."""

    def at(text):
        return None if text is None else datetime.combine(date(2026, 3, 2), time.fromisoformat(text), tzinfo=ZONE)

    assert fate(at(planned), at(wished), now=at("16:00")) is becomes
