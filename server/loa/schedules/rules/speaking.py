"""How long live speech may last: pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from loa.devices.rules import LIVE_LEAD
from loa.dispatch.rules import LIVE_TOLERANCE
from loa.schedules.rules.hours import Timed

MINUTES: Sequence[int] = (5, 10, 20, 30)
"""What may be asked for; the longest is the hard limit of one speech (R98)."""

MINUTES_USUAL = 10

CONSENT_LASTS = timedelta(hours=1)
"""How long somebody may begin to speak after another agreed that it wakes people."""


def span(now: datetime, lasts: timedelta, *, key: str = "") -> Timed:
    """Return when it may sound if it is opened now and takes all its time, on the last device as well."""
    return Timed(key=key, start_at=now, end_at=now + LIVE_LEAD + lasts + LIVE_TOLERANCE)


def length(minutes: int) -> timedelta | None:
    """Return how long so many minutes are; None when nobody may ask for as many."""
    return timedelta(minutes=minutes) if minutes in MINUTES else None
