"""How long live speech may last: pure."""

from collections.abc import Sequence
from datetime import timedelta

MINUTES: Sequence[int] = (5, 10, 20, 30)
"""What may be asked for; the longest is the hard limit of one speech (R98)."""

MINUTES_USUAL = 10

CONSENT_LASTS = timedelta(hours=1)
"""How long somebody may begin to speak after another agreed that it wakes people."""


def length(minutes: int) -> timedelta | None:
    """Return how long so many minutes are; None when nobody may ask for as many."""
    return timedelta(minutes=minutes) if minutes in MINUTES else None
