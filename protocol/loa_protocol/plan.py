"""A plan: what a device plays in the coming days. Content-addressed, shared by devices with the same schedule."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any  # Any: a JSON document is open by nature

from loa_protocol import canonical, fields, limits
from loa_protocol.refusal import Reason, Refused

DAY_MIN = 24 * 60
CEILINGS_MOST = 100
"""The most ceilings that a plan may have; one with more is malformed. Those of all levels are merged before."""


class Priority(IntEnum):
    """The ladder, high to low; 0 is silence."""

    ALERT = 60
    LIVE_EMERGENCY = 50
    LIVE = 40
    PRIORITY = 30
    SCHEDULED = 20
    RELAY = 10


class LateRule(StrEnum):
    """What a device does when it could not start in time."""

    START = "start"
    """Play from the beginning if no later than the tolerance."""
    JOIN = "join"
    """Come in where the others are, if no later than the tolerance."""
    SKIP = "skip"
    """Miss it."""


class ResumeRule(StrEnum):
    """What happens to an interrupted airing when the interruption ends."""

    RESUME = "resume"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A media file by content. `gain_db` is applied on top of the volume; loudness was set when the file was made."""

    sha256: str
    size_bytes: int
    duration_ms: int
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAiring:
    """One airing in a plan. It runs in `start_at <= t < end_at`; `clips` play one after another.

    It rises from silence to its volume within `fade_in_ms`. Without a `volume_pct` it sounds as loud as the device was
    ordered, an alert at 50 % at least; ceilings bind either.
    """

    id: str
    start_at: datetime
    end_at: datetime
    clips: Sequence[Clip]
    priority: Priority = Priority.SCHEDULED
    late_rule: LateRule = LateRule.START
    late_tolerance_ms: int = 60_000
    resume_rule: ResumeRule = ResumeRule.SKIP
    volume_pct: int | None = None
    fade_in_ms: int = 0

    @property
    def duration(self) -> timedelta:
        """How long its clips last together."""
        return timedelta(milliseconds=sum(clip.duration_ms for clip in self.clips))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """The most, in percent, that a device sounds in a stretch of every local day, whatever volume was asked for.

    Minutes of the day, half-open; over midnight the end comes first. One for alerts binds nothing else, and the others
    bind no alert.

    A clip keeps one volume throughout, the lowest of the ceilings it touches; live sound and relays follow the ceilings
    of each moment. One that comes with a new plan holds at once, also for what sounds.
    """

    start_min: int
    end_min: int
    most_pct: int
    is_alert: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The airings of `start_at <= t < end_at`, in order of start, then id.

    Carries no time of making, so that equal schedules give equal digests.
    """

    start_at: datetime
    end_at: datetime
    airings: Sequence[PlannedAiring]
    zone: str = "Asia/Ho_Chi_Minh"
    ceilings: Sequence[Ceiling] = ()


def encode(plan: Plan) -> bytes:
    """Return the canonical bytes whose digest names the plan."""
    ordered = sorted(plan.airings, key=lambda airing: (airing.start_at, airing.id))
    document = {
        "v": 1,
        "start_at": canonical.to_wire(plan.start_at),
        "end_at": canonical.to_wire(plan.end_at),
        "zone": plan.zone,
        "airings": [airing_to_json(airing) for airing in ordered],
    }
    if plan.ceilings:
        document["ceilings"] = [
            {"from": one.start_min, "to": one.end_min, "most_pct": one.most_pct, "alert": one.is_alert}
            for one in plan.ceilings
        ]
    return canonical.encode(document)


def decode(content: bytes) -> Plan:
    """Return the plan of these bytes; `Refused` when it is not one. Check the digest first."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as broken:
        raise Refused(Reason.MALFORMED, "plan") from broken
    if not isinstance(document, dict) or document.get("v") != 1:
        raise Refused(Reason.MALFORMED, "plan")
    return Plan(
        start_at=fields.moment(document, "start_at"),
        end_at=fields.moment(document, "end_at"),
        zone=fields.text(document, "zone"),
        airings=tuple(airing_from_json(item) for item in fields.items(document, "airings")),
        ceilings=tuple(_ceiling(item) for item in fields.items(document, "ceilings", most=CEILINGS_MOST)),
    )


def airing_to_json(airing: PlannedAiring) -> dict[str, Any]:
    """Return an airing as it stands in a plan or an urgent message."""
    document = {
        "id": airing.id,
        "start_at": canonical.to_wire(airing.start_at),
        "end_at": canonical.to_wire(airing.end_at),
        "clips": [
            {"sha256": clip.sha256, "size": clip.size_bytes, "ms": clip.duration_ms, "gain_db": clip.gain_db}
            for clip in airing.clips
        ],
        "priority": int(airing.priority),
        "late": airing.late_rule.value,
        "late_ms": airing.late_tolerance_ms,
        "resume": airing.resume_rule.value,
        "volume_pct": airing.volume_pct,
    }
    if airing.fade_in_ms:
        document["fade_ms"] = airing.fade_in_ms
    return document


def airing_from_json(document: fields.Document) -> PlannedAiring:
    """Return the airing of a JSON object; `Refused` when it is not one."""
    try:
        priority = Priority(fields.integer(document, "priority"))
        late = LateRule(fields.text(document, "late"))
        resume = ResumeRule(fields.text(document, "resume"))
    except ValueError as broken:
        raise Refused(Reason.MALFORMED, "airing") from broken
    start_at, end_at = fields.moment(document, "start_at"), fields.moment(document, "end_at")
    clips = tuple(_clip(item) for item in fields.items(document, "clips", most=500))
    if not start_at < end_at or not clips:
        raise Refused(Reason.MALFORMED, "window")
    return PlannedAiring(
        id=fields.text(document, "id", longest=64),
        start_at=start_at,
        end_at=end_at,
        clips=clips,
        priority=priority,
        late_rule=late,
        late_tolerance_ms=fields.integer(document, "late_ms"),
        resume_rule=resume,
        volume_pct=fields.optional_integer(document, "volume_pct", high=100),
        fade_in_ms=fields.optional_integer(document, "fade_ms", high=limits.FADE_IN_MOST_MS) or 0,
    )


def _ceiling(document: fields.Document) -> Ceiling:
    start, end = fields.integer(document, "from", high=DAY_MIN - 1), fields.integer(document, "to", low=1, high=DAY_MIN)
    alert = document.get("alert")
    if start == end or not isinstance(alert, bool):
        raise Refused(Reason.MALFORMED, "ceiling")
    return Ceiling(
        start_min=start, end_min=end, most_pct=fields.integer(document, "most_pct", high=100), is_alert=alert
    )


def _clip(document: fields.Document) -> Clip:
    return Clip(
        sha256=fields.digest(document, "sha256"),
        size_bytes=fields.integer(document, "size"),
        duration_ms=fields.integer(document, "ms"),
        gain_db=fields.number(document, "gain_db", low=-60.0, high=20.0),
    )
