"""What has happened to bulletins."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from loa.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class _AboutBulletin(Event):
    """A fact about one revision of a bulletin."""

    name: ClassVar[str] = ""
    bulletin_id: uuid.UUID
    revision_id: uuid.UUID
    unit_path: str
    at: datetime

    @property
    def key(self) -> str:
        """Return the bulletin."""
        return f"bulletin:{self.bulletin_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(_AboutBulletin):
    """A revision was handed in for approval."""

    name: ClassVar[str] = "bulletins.submitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepApproved(_AboutBulletin):
    """A step of a revision was approved, and the next one waits."""

    name: ClassVar[str] = "bulletins.step_approved"
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(_AboutBulletin):
    """A revision was approved and will never change."""

    name: ClassVar[str] = "bulletins.approved"
    approved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(_AboutBulletin):
    """A revision was sent back with a note."""

    name: ClassVar[str] = "bulletins.returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded(_AboutBulletin):
    """A step of a revision is half through its time, or past it."""

    name: ClassVar[str] = "bulletins.reminded"
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(_AboutBulletin):
    """A bulletin was taken back; nothing of it may air any more."""

    name: ClassVar[str] = "bulletins.withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class _AboutSending(Event):
    """A fact about a bulletin that was sent to units below."""

    name: ClassVar[str] = ""
    sending_id: uuid.UUID
    bulletin_id: uuid.UUID
    unit_path: str
    at: datetime

    @property
    def key(self) -> str:
        """Return the bulletin: what happens to it and to its sendings comes in order."""
        return f"bulletin:{self.bulletin_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(_AboutSending):
    """A bulletin has reached the inboxes of units below; an emergency was released."""

    name: ClassVar[str] = "bulletins.sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledBack(_AboutSending):
    """A sending was called back: nothing of it may air any more."""

    name: ClassVar[str] = "bulletins.called_back"
