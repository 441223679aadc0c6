"""Reading evidence that may be hostile into rows that PostgreSQL is sure to take: pure."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any  # Any: the input is whatever was sent

from loa_protocol import limits, messages
from loa_protocol.messages import Outcome
from loa_protocol.refusal import Reason, Refused

COLUMNS = (
    "id", "device_id", "seq", "outcome", "airing_id", "clip", "started_at", "ended_at",
    "at", "reason", "lateness_ms", "volume_pct", "level_dbfs", "clock_offset_ms", "received_at",
)  # fmt: skip

_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-([0-9a-fA-F])[0-9a-fA-F]{3}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_WIRE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_OUTCOMES = frozenset(outcome.value for outcome in Outcome)
_NOT_PLAIN = re.compile(r"[\\\x00-\x1f\x7f\ud800-\udfff]")
_ABSENT = "\\N"
_REASON_LONGEST = 200
_INT4 = 2**31 - 1
_INT8 = 2**63 - 1
_YEARS = range(1970, 2200)


@dataclass(slots=True)
class Reading:
    """What one message held: rows in COPY's text form, the numbers to acknowledge, and what was refused."""

    rows: list[str] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    refused: list[tuple[Reason, str]] = field(default_factory=list)


def read(payload: bytes, *, device: str, received_at: str) -> Reading:
    """Return the rows of one unsealed `up/event` payload; `Refused` when it is no batch at all.

    An odd event is refused alone. If its number can be read it is acknowledged all the same: sending it again would
    not make it better, and what was wrong with it is kept.
    """
    try:
        events = messages.load(payload).get("events")
    except RecursionError as deep:
        raise Refused(Reason.MALFORMED, "nesting") from deep
    if not isinstance(events, list) or len(events) > limits.EVENTS_PER_BATCH:
        raise Refused(Reason.MALFORMED, "events")
    reading = Reading()
    head, tail = f"\t{device}\t", f"\t{received_at}\n"
    for event in events:
        try:
            seq = _whole(event, "seq", 0, _INT8)
        except Refused as odd:
            reading.refused.append((odd.reason, odd.detail))
            continue
        reading.seqs.append(seq)
        try:
            reading.rows.append(_row(event, head, seq, tail))
        except Refused as odd:
            reading.refused.append((odd.reason, odd.detail))
    return reading


def _row(event: Mapping[str, Any], head: str, seq: int, tail: str) -> str:
    """Return one line for COPY. What is absent, which is most of a receipt, costs no call."""
    get = event.get
    identifier, outcome = get("id"), get("outcome")
    found = _UUID.fullmatch(identifier) if isinstance(identifier, str) else None
    if found is None or found[1] != "7":
        raise Refused(Reason.MALFORMED, "id")
    if not isinstance(outcome, str) or outcome not in _OUTCOMES:
        raise Refused(Reason.MALFORMED, "outcome")
    airing = _ABSENT if get("airing") is None else _airing(event)
    clip = _ABSENT if get("clip") is None else _clip(event)
    started = _ABSENT if get("started_at") is None else _moment(event, "started_at")
    ended = _ABSENT if get("ended_at") is None else _moment(event, "ended_at")
    reason = "" if get("reason") is None else _reason(event)
    lateness = _ABSENT if get("lateness_ms") is None else _whole(event, "lateness_ms", -_INT4, _INT4)
    volume = _ABSENT if get("volume_pct") is None else _whole(event, "volume_pct", 0, 100)
    level = _ABSENT if get("level_dbfs") is None else _level(event)
    offset = _ABSENT if get("clock_offset_ms") is None else _offset(event)
    return (
        f"{identifier}{head}{seq}\t{outcome}\t{airing}\t{clip}\t{started}\t{ended}\t{_moment(event, 'at')}"
        f"\t{reason}\t{lateness}\t{volume}\t{level}\t{offset}{tail}"
    )


def _airing(event: Mapping[str, Any]) -> str:
    value = event["airing"]
    if not isinstance(value, str) or _UUID.fullmatch(value) is None:
        raise Refused(Reason.MALFORMED, "airing")
    return value


def _clip(event: Mapping[str, Any]) -> str:
    value = event["clip"]
    if not isinstance(value, str) or _DIGEST.fullmatch(value) is None:
        raise Refused(Reason.MALFORMED, "clip")
    return value


def _moment(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    if not isinstance(value, str) or len(value) > 40:
        raise Refused(Reason.MALFORMED, name)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as broken:
        raise Refused(Reason.MALFORMED, name) from broken
    if moment.tzinfo is None or moment.year not in _YEARS:
        raise Refused(Reason.MALFORMED, name)
    return value if _WIRE_TIME.fullmatch(value) else moment.astimezone(UTC).isoformat()


def _reason(event: Mapping[str, Any]) -> str:
    value = event["reason"]
    if not isinstance(value, str):
        raise Refused(Reason.MALFORMED, "reason")
    return _NOT_PLAIN.sub(" ", value[:_REASON_LONGEST])


def _level(event: Mapping[str, Any]) -> str:
    value = event["level_dbfs"]
    if isinstance(value, bool) or not isinstance(value, int | float) or not -400 <= value <= 100 or math.isnan(value):
        raise Refused(Reason.MALFORMED, "level_dbfs")
    return repr(float(value))


def _offset(event: Mapping[str, Any]) -> int:
    """Return how far the clock was off, or the most that is kept: what such a device played counts all the same."""
    return max(-_INT4, min(_whole(event, "clock_offset_ms", -_INT8, _INT8), _INT4))


def _whole(event: Any, name: str, low: int, high: int) -> int:  # Any: an event may be anything at all
    value = event.get(name) if isinstance(event, dict) else None
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise Refused(Reason.MALFORMED, name)
    return value
