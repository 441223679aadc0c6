from datetime import datetime

import pytest

from loa.schedules import rules


@pytest.mark.parametrize(
    ("local", "quiet"),
    [
        ("20:59:59", False),
        ("21:00:00", True),
        ("23:59:59", True),
        ("00:00:00", True),
        ("05:29:59", True),
        ("05:30:00", False),
    ],
)
def test_people_sleep_from_nine_to_half_past_five(local, quiet):
    assert rules.is_quiet(datetime.fromisoformat(f"2026-11-23T{local}+07:00")) is quiet
