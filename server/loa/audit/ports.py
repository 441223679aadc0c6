"""What higher rooms look at when the record is verified: tables it does not watch, because they follow from others."""

from collections.abc import Iterable
from typing import Protocol

from django.db.backends.utils import CursorWrapper

from loa.audit.verifying.finding import Fault, Finding

__all__ = ["Check", "Fault", "Finding", "checks", "verify_with"]


class Check(Protocol):
    """Looks at the rows of a room, in the snapshot of the whole verification, and changes nothing."""

    def __call__(self, cursor: CursorWrapper) -> Iterable[Finding]:
        """Yield what is not as it should be, the first of each kind by name."""


_CHECKS: dict[str, Check] = {}


def verify_with(name: str, check: Check) -> None:
    """Add what a room looks at; the rooms do so when the program starts. The same name again replaces."""
    _CHECKS[name] = check


def checks() -> list[Check]:
    """Return what every room looks at, in the order in which they came."""
    return list(_CHECKS.values())
