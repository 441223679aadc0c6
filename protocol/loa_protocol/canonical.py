"""One byte form for every JSON document, so that a digest means the same everywhere."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any  # Any: a JSON document is open by nature

# Made once: evidence is encoded by the ten thousand.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def encode(document: Any) -> bytes:
    """Return UTF-8 JSON with sorted keys and no spaces. Not-a-number is refused with ValueError."""
    return _ENCODER.encode(document).encode()


def sha256(content: bytes) -> str:
    """Return the lower-case hex digest by which content is addressed."""
    return hashlib.sha256(content).hexdigest()


def to_wire(moment: datetime) -> str:
    """Return an aware time as RFC 3339 UTC with milliseconds: `2026-11-23T10:00:00.000Z`."""
    if moment.tzinfo is None:
        raise ValueError("a time on the wire carries its zone")
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_wire(text: str) -> datetime:
    """Return the aware UTC time of an RFC 3339 text; ValueError when it has no zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time on the wire carries its zone")
    return moment.astimezone(UTC)
