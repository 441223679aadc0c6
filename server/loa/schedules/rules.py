"""States of a slot, and which hours are for sleeping: pure."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
QUIET_FROM = time(21, 0)
QUIET_UNTIL = time(5, 30)
"""Local hours in which nothing but an emergency sounds unless somebody says so. Half-open."""

AHEAD_MOST = timedelta(days=30)
NOW_PATIENCE = timedelta(minutes=10)
"""How long after the approval "as soon as approved" may still begin: nobody expects it an hour later."""


class State(StrEnum):
    """Where a slot stands: waits for approval, is an airing, could not become one, was taken back."""

    WAITING = "waiting"
    PLACED = "placed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


def is_quiet(moment: datetime) -> bool:
    """Tell whether a moment lies in the quiet hours."""
    local = moment.astimezone(ZONE).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL
