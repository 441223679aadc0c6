"""States of a slot, which hours are for sleeping, and the digest of places: pure."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
QUIET_FROM = time(21, 0)
QUIET_UNTIL = time(5, 30)
"""Local hours in which nothing but an emergency sounds unless somebody says so. Half-open."""

AHEAD_MOST = timedelta(days=30)
NOW_PATIENCE = timedelta(minutes=10)
"""How long after the approval "as soon as approved" may still begin: nobody expects it an hour later."""


class State(StrEnum):
    """Where a slot stands.

    It waits for an approver, was approved, is an airing, could not become one, was declined, was taken back.
    """

    WAITING = "waiting"
    APPROVED = "approved"
    PLACED = "placed"
    REFUSED = "refused"
    DECLINED = "declined"
    CANCELLED = "cancelled"


STANDING = (State.WAITING, State.APPROVED, State.PLACED)
"""States in which something may still come of a slot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and when, as an approver sees it.

    `device_ids` None is every cluster of the unit, `start_at` None is as soon as approved.
    """

    unit_path: str
    device_ids: Sequence[UUID] | None
    start_at: datetime | None
    is_priority: bool = False


def is_quiet(moment: datetime) -> bool:
    """Tell whether a moment lies in the quiet hours."""
    local = moment.astimezone(ZONE).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def midnight(day: date) -> datetime:
    """Return the moment at which a local day begins."""
    return datetime.combine(day, time.min, tzinfo=ZONE)


def places_sha256(places: Iterable[Place]) -> str:
    """Return the digest by which an approval names the places it saw: SHA-256, in hex, of canonical JSON, sorted."""
    return hashlib.sha256(f"[{','.join(sorted(_told(place) for place in places))}]".encode()).hexdigest()


def _told(place: Place) -> str:
    devices = None if place.device_ids is None else sorted(str(device) for device in place.device_ids)
    start = None if place.start_at is None else place.start_at.astimezone(UTC).isoformat()
    told: dict[str, object] = {"devices": devices, "start_at": start, "unit": place.unit_path}
    if place.is_priority:
        told["priority"] = True
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
