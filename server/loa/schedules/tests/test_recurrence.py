"""Rules that come again: what they name, beside dateutil; what they refuse; what they cost."""

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loa.schedules.rules import recurrence
from loa.schedules.rules.recurrence import BadRule, Fault

JANUARY = date(2026, 1, 5)


def named(text, *, start_on=JANUARY, from_on=None, span=370, **more):
    made = recurrence.series(recurrence.parse(text), start_on=start_on, **more)
    begin = from_on or start_on
    return recurrence.days(made, from_on=begin, until_on=begin + timedelta(days=span))


def dates(*told):
    return [date.fromisoformat(one) for one in told]


def test_without_a_rule_it_comes_once():
    made = recurrence.series(None, start_on=JANUARY)

    assert recurrence.days(made, from_on=JANUARY, until_on=date(2027, 1, 1)) == [JANUARY]
    assert recurrence.days(made, from_on=date(2026, 1, 6), until_on=date(2027, 1, 1)) == []


@pytest.mark.parametrize(
    ("text", "start", "first"),
    [
        ("FREQ=DAILY;INTERVAL=10", "2026-01-05", ["2026-01-05", "2026-01-15", "2026-01-25"]),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "2026-01-06", ["2026-01-07", "2026-01-09", "2026-01-12"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO", "1997-08-05", ["1997-08-05", "1997-08-10", "1997-08-19"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "1997-08-05", ["1997-08-05", "1997-08-17", "1997-08-19"]),
        ("FREQ=MONTHLY", "2026-01-31", ["2026-01-31", "2026-03-31", "2026-05-31"]),
        ("FREQ=MONTHLY;BYDAY=1MO,53MO", "2026-01-31", ["2026-02-02", "2026-03-02", "2026-04-06"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD", "2026-01-31", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2028-01-31", ["2028-01-31", "2028-02-29", "2028-03-31"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-01", ["2026-01-30", "2026-02-27", "2026-03-27"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-01", ["2026-01-30", "2026-02-27", "2026-03-31"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-01-01", ["2026-02-13", "2026-03-13", "2026-11-13"]),
        ("FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=2", "2026-01-01", ["2026-09-02"]),
        ("FREQ=YEARLY;BYYEARDAY=1,-1", "2026-01-01", ["2026-01-01", "2026-12-31", "2027-01-01"]),
        ("rrule:freq=daily;count=2", "2026-01-05", ["2026-01-05", "2026-01-06"]),
        ("FREQ=DAILY;UNTIL=20260106T170000Z", "2026-01-05", ["2026-01-05", "2026-01-06", "2026-01-07"]),
    ],
)
def test_a_rule_names_its_days(text, start, first):
    assert named(text, start_on=date.fromisoformat(start))[: len(first)] == dates(*first)


def test_the_29th_of_february_comes_in_leap_years_alone():
    made = recurrence.series(recurrence.parse("FREQ=YEARLY"), start_on=date(2024, 2, 29))

    assert recurrence.next_day(made, from_on=date(2024, 3, 1)) == date(2028, 2, 29)
    assert recurrence.next_day(made, from_on=date(2054, 3, 1)) is None


@pytest.mark.parametrize(
    ("text", "start", "first"),
    [
        ("RSCALE=X-VIETNAMESE;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", "2023-01-01", ["2023-01-22"]),
        ("RSCALE=X-VIETNAMESE;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", "2030-01-01", ["2030-02-02"]),
        ("RSCALE=X-VIETNAMESE;FREQ=MONTHLY;BYMONTHDAY=15", "2026-01-01", ["2026-01-03", "2026-02-02", "2026-03-03"]),
        ("RSCALE=X-VIETNAMESE;FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-01", ["2026-01-18", "2026-02-16", "2026-03-18"]),
        ("RSCALE=X-VIETNAMESE;FREQ=YEARLY;BYMONTH=2L;BYMONTHDAY=1", "2023-01-01", ["2023-03-22"]),
        ("RSCALE=X-VIETNAMESE;FREQ=YEARLY", "2026-02-17", ["2026-02-17"]),
    ],
)
def test_lunar_days_come_by_the_calendar_of_viet_nam(text, start, first):
    assert named(text, start_on=date.fromisoformat(start))[: len(first)] == dates(*first)


def test_where_the_calendars_of_viet_nam_and_china_part_tet_is_viet_nams():
    tet = "RSCALE=X-VIETNAMESE;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1"

    assert named(tet, start_on=date(1985, 1, 1)) == [date(1985, 1, 21)]  # China: 20 February
    assert named(tet, start_on=date(2007, 1, 1)) == [date(2007, 2, 17)]  # China: 18 February
    assert named(tet, start_on=date(2030, 1, 1)) == [date(2030, 2, 2)]  # China: 3 February


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("FREQ=MINUTELY", Fault.TOO_OFTEN),
        ("FREQ=SECONDLY;INTERVAL=1", Fault.TOO_OFTEN),
        ("FREQ=HOURLY", Fault.TOO_OFTEN),
        ("FREQ=DAILY;BYHOUR=3", Fault.UNKNOWN_PART),
        ("FREQ=DAILY;X-OWN=1", Fault.UNKNOWN_PART),
        ("INTERVAL=2", Fault.NOT_A_RULE),
        ("", Fault.NOT_A_RULE),
        ("every day", Fault.NOT_A_RULE),
        ("FREQ=DAILY;FREQ=WEEKLY", Fault.TWICE),
        ("FREQ=DAILY;INTERVAL=0", Fault.BAD_VALUE),
        ("FREQ=DAILY;INTERVAL=99999999999999999999", Fault.BAD_VALUE),
        ("FREQ=DAILY;COUNT=1001", Fault.BAD_VALUE),
        ("FREQ=DAILY;UNTIL=20261301", Fault.BAD_VALUE),
        ("FREQ=DAILY;UNTIL=tomorrow", Fault.BAD_VALUE),
        ("FREQ=MONTHLY;BYMONTHDAY=0", Fault.BAD_VALUE),
        ("FREQ=MONTHLY;BYMONTHDAY=32", Fault.BAD_VALUE),
        ("FREQ=MONTHLY;BYDAY=0MO", Fault.BAD_VALUE),
        ("FREQ=MONTHLY;BYDAY=54MO", Fault.BAD_VALUE),
        ("FREQ=YEARLY;BYMONTH=13", Fault.BAD_VALUE),
        ("FREQ=WEEKLY;WKST=XX", Fault.BAD_VALUE),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101", Fault.TOGETHER),
        ("FREQ=WEEKLY;BYDAY=1MO", Fault.TOGETHER),
        ("FREQ=WEEKLY;BYMONTHDAY=1", Fault.TOGETHER),
        ("FREQ=MONTHLY;BYYEARDAY=1", Fault.TOGETHER),
        ("FREQ=YEARLY;BYMONTH=2L", Fault.TOGETHER),
        ("FREQ=MONTHLY;BYSETPOS=1", Fault.TOGETHER),
        ("RSCALE=X-VIETNAMESE;FREQ=DAILY", Fault.TOGETHER),
        ("RSCALE=CHINESE;FREQ=YEARLY", Fault.BAD_VALUE),
        ("FREQ=YEARLY;BYMONTHDAY=" + ",".join(["1"] * 300), Fault.TOO_LONG),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused_by_name(text, fault):
    with pytest.raises(BadRule) as refused:
        recurrence.parse(text)

    assert refused.value.fault == fault


def test_a_rule_that_never_comes_is_refused():
    for text in ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;UNTIL=20260101"):
        with pytest.raises(BadRule) as refused:
            recurrence.series(recurrence.parse(text), start_on=JANUARY)
        assert refused.value.fault == Fault.NEVER


def test_days_left_out_count_and_extra_days_come():
    found = named(
        "FREQ=DAILY;COUNT=3",
        left_out=frozenset(dates("2026-01-06")),
        extra=frozenset(dates("2026-02-01", "2026-01-04")),
    )

    assert found == dates("2026-01-05", "2026-01-07", "2026-02-01")


def test_nobody_asks_for_years_at_once():
    made = recurrence.series(recurrence.parse("FREQ=DAILY"), start_on=JANUARY)

    with pytest.raises(ValueError, match="2026-01-05 to 2028"):
        recurrence.days(made, from_on=JANUARY, until_on=date(2028, 1, 1))


numbers = st.integers
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
weekday = st.sampled_from(WEEKDAYS)
nth = st.sampled_from(["1", "2", "4", "5", "-1", "-2"])
nth_of_a_year = nth | st.sampled_from(["53", "-53"])


@st.composite
def rules(draw):
    """Any rule that we take and dateutil knows."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {"FREQ": freq, "INTERVAL": str(draw(numbers(1, 15))), "WKST": draw(weekday)}
    has_nth = freq in {"MONTHLY", "YEARLY"} and draw(st.booleans())  # dateutil finds no day for "1MO,TU"
    within_a_month = freq == "MONTHLY" or draw(st.booleans())  # of the 53rd of a month dateutil breaks
    which = nth if within_a_month else nth_of_a_year
    by_day = st.tuples(which if has_nth else st.just(""), weekday).map("".join)
    offered = {
        "BYDAY": st.lists(by_day, min_size=1, max_size=4).map(",".join),
        "BYMONTH": st.lists(numbers(1, 12), min_size=1, max_size=4).map(lambda some: ",".join(map(str, some))),
    }
    if freq != "WEEKLY":
        offered["BYMONTHDAY"] = st.lists(st.sampled_from([1, 2, 13, 28, 29, 30, 31, -1, -2, -31]), min_size=1).map(
            lambda some: ",".join(map(str, some[:5]))
        )
    if freq == "YEARLY":
        offered["BYYEARDAY"] = st.lists(st.sampled_from([1, 60, 100, 365, 366, -1, -366]), min_size=1, max_size=3).map(
            lambda some: ",".join(map(str, some))
        )
    if not within_a_month:
        del offered["BYMONTH"]
    for name in draw(st.sets(st.sampled_from(sorted(offered)))):
        parts[name] = draw(offered[name])
    if freq != "DAILY" and {"BYDAY", "BYMONTHDAY", "BYYEARDAY"} & set(parts) and draw(st.booleans()):
        parts["BYSETPOS"] = draw(st.sampled_from(["1", "-1", "2", "1,-1"]))
    if draw(st.booleans()):
        parts["COUNT"] = str(draw(numbers(1, 40)))
    return ";".join(f"{name}={value}" for name, value in parts.items())


@settings(max_examples=60)
@given(rules(), st.dates(date(2020, 1, 1), date(2028, 12, 31)))
def test_what_a_rule_names_is_what_dateutil_names(text, start_on):
    if "FREQ=WEEKLY" in text and "BYSETPOS" in text:
        # of the week in which it begins dateutil counts what is left of it; a set is that of the whole (RFC 5545)
        start_on -= timedelta(days=(start_on.weekday() - WEEKDAYS.index(text.partition("WKST=")[2][:2])) % 7)
    try:
        made = recurrence.series(recurrence.parse(text), start_on=start_on)
    except BadRule:
        assume(False)  # it never comes; dateutil would look for it until the year 9999
    bare, _, count = text.partition(";COUNT=")
    last_on = start_on + timedelta(days=799)
    known = rrulestr(f"{bare};UNTIL={last_on:%Y%m%d}", dtstart=datetime.combine(start_on, datetime.min.time()))
    expected = [moment.date() for moment in known][: int(count or 800)]

    middle = start_on + timedelta(days=400)
    found = recurrence.days(made, from_on=start_on, until_on=middle)
    found += recurrence.days(made, from_on=middle, until_on=start_on + timedelta(days=800))

    assert found == expected


def test_a_place_in_a_week_is_that_in_the_whole_week_also_in_the_one_in_which_it_begins():
    text = "FREQ=WEEKLY;WKST=MO;BYDAY=MO,WE;BYSETPOS=1"

    assert named(text, start_on=date(2020, 1, 1), span=12) == dates("2020-01-06")


@given(rules())
def test_a_rule_written_and_read_again_is_the_same(text):
    rule = recurrence.parse(text)

    assert recurrence.parse(recurrence.text(rule)) == rule


def test_the_first_monday_and_every_sunday_stand_in_one_rule():
    assert named("FREQ=MONTHLY;BYDAY=1MO,SU", start_on=date(2026, 6, 1), span=8) == dates("2026-06-01", "2026-06-07")


@given(st.text(max_size=500))
def test_no_text_breaks_the_reader(text):
    refused = None
    try:
        recurrence.parse(text)
    except BadRule as wrong:
        refused = wrong.fault
    assert refused is None or refused in Fault
