from datetime import date

import pytest

from loa.kernel import holidays


@pytest.mark.parametrize(
    ("day", "is_off"),
    [
        ("2026-02-13", False),  # the Friday before Tết
        ("2026-02-14", True),  # a Saturday
        ("2026-02-16", True),  # the last day of the lunar year
        ("2026-02-17", True),  # the first of the new one
        ("2026-02-20", True),
        ("2026-02-23", False),
        ("2026-04-26", True),  # tenth day of the third lunar month, a Sunday
        ("2026-04-27", True),  # made up for
        ("2026-08-22", False),  # a Saturday on which people work
        ("2026-08-31", True),  # for this day off
        ("2026-09-02", True),
        ("2026-09-03", False),
    ],
)
def test_days_off_follow_the_sun_the_moon_and_what_is_made_up_for(day, is_off):
    assert holidays.is_off(date.fromisoformat(day)) is is_off


def test_holidays_ahead_come_in_order_and_by_name():
    vietnamese = holidays.ahead(date(2026, 4, 1), days=31, language="vi")
    english = holidays.ahead(date(2026, 4, 1), days=31, language="en")

    assert list(vietnamese) == [date(2026, 4, 26), date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1)]
    assert "Giỗ Tổ Hùng Vương" in vietnamese[date(2026, 4, 26)]
    assert "Hung Kings" in english[date(2026, 4, 26)]
