"""Through whose hands a bulletin goes: what a step asks, who decides it, and how long they have. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WORK_FROM, WORK_UNTIL = time(7, 30), time(17, 0)
"""Hours in which somebody can be expected to decide, on days that are no holidays."""

HOURS_USUAL = 8
HOURS_MOST = 200
STEPS_MOST = 6
NAME_LONGEST = 120


class Asks(StrEnum):
    """What a step decides: the words alone, or also where and when."""

    WORDS = "words"
    PLACES = "places"


class Who(StrEnum):
    """Who decides a step: whoever holds the right, a role, a post, or anybody in an agency."""

    RIGHT = "right"
    ROLE = "role"
    POST = "post"
    AGENCY = "agency"


class Where(StrEnum):
    """At which unit a right or a role must be held: the bulletin's own, or the one above it."""

    HERE = "here"
    ABOVE = "above"


class Reminding(StrEnum):
    """When somebody is reminded of a step: in the middle of its time, and when that is over."""

    HALF = "half"
    OVERDUE = "overdue"


class Verdict(StrEnum):
    """What somebody decided."""

    APPROVED = "approved"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One step as a flow lays it down. `role`, `post` or `agency` names who, as `who` says."""

    asks: Asks = Asks.PLACES
    who: Who = Who.RIGHT
    where: Where = Where.HERE
    role: str = ""
    post: int | None = None
    agency: int | None = None
    hours: int = HOURS_USUAL
    is_own_allowed: bool = False


STANDARD: Sequence[Ask] = (Ask(),)
"""One approver: whoever holds the right at the unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """For which bulletins a flow is meant; nothing named is for all. More named goes first."""

    kinds: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    is_far: bool = False

    def fits(self, *, kind: str, category: str, is_far: bool) -> bool:
        """Tell whether a bulletin of this kind, category and reach goes this way."""
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.categories or category in self.categories)
            and (is_far or not self.is_far)
        )

    @property
    def weight(self) -> int:
        """Return how closely it names what it is for."""
        return bool(self.kinds) + bool(self.categories) + self.is_far


def due_at(begun_at: datetime, *, hours: int, is_off: Callable[[date], bool]) -> datetime:
    """Return when so many working hours after a moment have passed: 7:30 to 17:00 at the place, not on days off."""
    left = timedelta(hours=hours)
    moment = begun_at.astimezone(ZONE)
    while True:
        opens, closes = (datetime.combine(moment.date(), at, tzinfo=ZONE) for at in (WORK_FROM, WORK_UNTIL))
        if not is_off(moment.date()) and moment < closes:
            begins = max(moment, opens)
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
        moment = datetime.combine(moment.date() + timedelta(days=1), WORK_FROM, tzinfo=ZONE)


def half_way(begun_at: datetime, due: datetime) -> datetime:
    """Return the middle between the beginning and the deadline, by the clock on the wall."""
    return begun_at + (due - begun_at) / 2


def reminders_due(begun_at: datetime | None, due: datetime | None, *, now: datetime) -> list[Reminding]:
    """Return what somebody is to be reminded of by now; nothing for a step without a deadline."""
    if begun_at is None or due is None:
        return []
    moments = ((Reminding.HALF, half_way(begun_at, due)), (Reminding.OVERDUE, due))
    return [kind for kind, at in moments if at <= now]
