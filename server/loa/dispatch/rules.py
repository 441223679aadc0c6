"""States of an airing, the windows of plans, and what evidence amounts to: pure."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from loa_protocol import limits

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""Plans begin with the local day, so that their digests stand still between two midnights."""

TITLE_LONGEST = 200
EXCEPTION_LONGEST = 500

FADE_IN = timedelta(seconds=1)
"""How long an ordinary sound rises from nothing, so that nobody is startled; an alert is at its level at once."""
REASON_LONGEST = 500
AHEAD_MOST = timedelta(days=30)

ALERT_LEAST_PCT = limits.ALERT_LEAST_PCT
"""No ceiling for alerts is lower. One person sets it, at night nobody looks at it, and at half the amplitude, six
decibels less, a warning is still heard where a loudspeaker was placed to be heard."""

CEILINGS_MOST = 20
"""How many ceilings one unit or one device may have of its own: more than a day has reasons, and still to be read."""

WALL_NAME_LONGEST = 120
WALL_LASTS_MOST = timedelta(days=366)
"""How long a screen on a wall may show a unit before somebody looks at it again."""

SCHEDULED_TOLERANCE = timedelta(seconds=60)
NOW_TOLERANCE = timedelta(minutes=5)
"""How late a device may still begin. An airing for now outlives a short loss of the line, or another sound."""

LIVE_TOLERANCE = timedelta(seconds=10)
"""How long after the last word of live speech a device may still let it end."""

EVIDENCE_GRACE = timedelta(seconds=60)
"""How long after its end an airing still waits for evidence before silence counts as an answer."""

HEARD_ABOVE_DBFS = -50.0
"""Output below this level is silence, whatever the device says it played."""


class State(StrEnum):
    """Where an airing stands: asked for, in the hands of devices, broken off, taken back before it began."""

    PLANNED = "planned"
    RELEASED = "released"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


STANDING = (State.PLANNED, State.RELEASED)
"""States in which an airing belongs into plans."""


class Nearby(StrEnum):
    """What stands near a loudspeaker and needs quiet; nothing in particular is empty."""

    SCHOOL = "school"
    CLINIC = "clinic"
    PAGODA = "pagoda"
    OTHER = "other"


class Verdict(StrEnum):
    """What became of an airing on one device. `ODD` is a claim to have played that cannot be so.

    `SAID` is the word of a device of another maker that nothing measured: it never counts as heard.
    """

    HEARD = "heard"
    SAID = "said"
    PARTIAL = "partial"
    SILENT = "silent"
    MISSED = "missed"
    REFUSED = "refused"
    ODD = "odd"
    WAITING = "waiting"
    UNREACHABLE = "unreachable"


class Turn(StrEnum):
    """What may happen to a relay on its way."""

    BEGUN = "begun"
    TAKEN_OVER = "taken_over"
    LOST = "lost"
    SILENT = "silent"
    BACK = "back"
    ENDED = "ended"


DETAIL_LONGEST = 120


def plan_window(now: datetime) -> tuple[datetime, datetime]:
    """Return the half-open span of a plan made now: from local midnight, so that seven full days always lie ahead."""
    today = now.astimezone(ZONE).date()
    start = datetime.combine(today, time.min, tzinfo=ZONE)
    end = datetime.combine(today + limits.PLAN_SPAN + timedelta(days=1), time.min, tzinfo=ZONE)
    return start, end


def is_frozen(start_at: datetime, *, now: datetime) -> bool:
    """Tell whether an airing is so close, or past, that only a stop may touch it."""
    return start_at < now + limits.FREEZE_HORIZON


def percentile(values: list[float], *, share: float) -> float:
    """Return the nearest-rank percentile of at least one value; `share` is 0 to 1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
