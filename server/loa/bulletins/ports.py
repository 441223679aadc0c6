"""What this room asks of rooms above: it knows words, not when they are heard."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Protocol


class AiredFinder(Protocol):
    """Tells which of these bulletins have begun to air at least once by a moment."""

    def __call__(self, bulletin_ids: Collection[uuid.UUID], *, now: datetime) -> set[uuid.UUID]:
        """Return their ids."""


_finder: list[AiredFinder] = []


def find_aired_with(finder: AiredFinder) -> None:
    """Name the one who knows; room schedules takes this place."""
    _finder[:] = [finder]


def aired(bulletin_ids: Collection[uuid.UUID], *, now: datetime) -> set[uuid.UUID]:
    """Return those of these bulletins that have begun to air."""
    return _finder[0](bulletin_ids, now=now) if _finder else set()
