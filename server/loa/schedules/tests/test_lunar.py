"""The lunar calendar beside another library's table of Tết."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.schedules.rules.recurrence.lunar import FIRST, LAST, lunar

TET = [
    "1990-01-27", "1995-01-31", "2000-02-05", "2005-02-09", "2007-02-17", "2010-02-14", "2015-02-19", "2020-01-25",
    "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2030-02-02",
]  # fmt: skip


@pytest.mark.parametrize("told", TET)
def test_tet_is_the_first_day_of_the_first_month(told):
    day = lunar(date.fromisoformat(told))

    assert (day.day, day.month, day.is_leap) == (1, 1, False)


@given(st.dates(FIRST, LAST - timedelta(days=1)))
def test_one_day_follows_the_other(day):
    today, tomorrow = lunar(day), lunar(day + timedelta(days=1))

    assert today.length in {29, 30}
    assert (tomorrow.day == 1) == (today.day == today.length)
    assert tomorrow.day in {1, today.day + 1}


def test_days_outside_the_table_are_refused():
    with pytest.raises(ValueError, match="2101"):
        lunar(date(2101, 1, 1))
