"""What has happened to units."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from loa.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Reorganised(Event):
    """A change of units took effect; `orgs.queries.moves_of` tells which unit's things went where."""

    name: ClassVar[str] = "orgs.reorganised"
    reorganisation_id: uuid.UUID
    unit_path: str
    effective_on: str
    at: datetime

    @property
    def key(self) -> str:
        """Return the change."""
        return f"reorganisation:{self.reorganisation_id}"
