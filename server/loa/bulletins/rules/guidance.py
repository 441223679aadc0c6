"""Guidance from above: until when it is to be done, and how a unit stands with it."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from loa.bulletins.rules.flows import ZONE


class Standing(StrEnum):
    """What a unit has made of guidance. Late is what was done after its day, overdue what is still not done then."""

    NEW = "new"
    READ = "read"
    DONE = "done"
    LATE = "late"
    OVERDUE = "overdue"
    ENDED = "ended"


EXCEPTIONS_FIRST = (
    Standing.OVERDUE,
    Standing.NEW,
    Standing.READ,
    Standing.LATE,
    Standing.DONE,
    Standing.ENDED,
)
"""How a list of units is read: what needs a word first."""


def deadline(due_on: date | None) -> datetime | None:
    """Return the end of the day on which something is due; None when it is not due at all."""
    if due_on is None:
        return None
    return datetime.combine(due_on + timedelta(days=1), time(), tzinfo=ZONE)


def standing(
    *, read_at: datetime | None, done_at: datetime | None, due_on: date | None, is_ended: bool, now: datetime
) -> Standing:
    """Return how a unit stands. What was done stays done; what has ended is asked of nobody any more."""
    until = deadline(due_on)
    if done_at is not None:
        return Standing.LATE if until is not None and done_at >= until else Standing.DONE
    if is_ended:
        return Standing.ENDED
    if until is not None and now >= until:
        return Standing.OVERDUE
    return Standing.NEW if read_at is None else Standing.READ


def is_in_time(at: datetime | None, due_on: date | None) -> bool:
    """Tell whether something happened, and before the end of its day."""
    until = deadline(due_on)
    return at is not None and (until is None or at < until)
