"""What higher rooms look at when the record is verified: tables it does not watch, because they follow from others."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from django.db.backends.utils import CursorWrapper

from loa.audit.finding import Fault, Finding

__all__ = ["Check", "Days", "Fault", "Finding", "checks", "days", "seal_with", "verify_with"]


class Check(Protocol):
    """Looks at the rows of a room, in the snapshot of the whole verification, and changes nothing."""

    def __call__(self, cursor: CursorWrapper) -> Iterable[Finding]:
        """Yield what is not as it should be, the first of each kind by name."""


class Days(Protocol):
    """Counts rows that are only ever added, by the day on which they came; a day that is over never changes."""

    def __call__(self, cursor: CursorWrapper, *, after: date | None, through: date) -> Iterable[tuple[str, int, str]]:
        """Yield day, count and digest of the rows of each day that had any, `after` excluded, `through` included."""


_DAYS: dict[str, Days] = {}
_CHECKS: dict[str, Check] = {}


def verify_with(name: str, check: Check) -> None:
    """Add what a room looks at; the rooms do so when the program starts. The same name again replaces."""
    _CHECKS[name] = check


def seal_with(table: str, days: Days) -> None:
    """Let checkpoints seal a table, day by day; the rooms do so when the program starts."""
    _DAYS[table] = days


def days() -> Mapping[str, Days]:
    """Return what counts each table that is sealed by the day."""
    return dict(_DAYS)


def checks() -> list[Check]:
    """Return what every room looks at, in the order in which they came."""
    return list(_CHECKS.values())
