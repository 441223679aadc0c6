"""Faults: their causes, how long a repair may take, and what of a device's ailments is one. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from loa.devices.conditions import Ailment


class Cause(StrEnum):
    """What is wrong, as far as anybody knows."""

    NOISE = "noise"
    """It screeches, crackles or otherwise disturbs people."""
    SILENT = "silent"
    """It played, and nothing was measured at the output."""
    SPEAKER = "speaker"
    AMPLIFIER = "amplifier"
    POWER = "power"
    OFFLINE = "offline"
    DRIFT = "drift"
    SUPPLY = "supply"
    HOT = "hot"
    STORAGE = "storage"
    OTHER = "other"


class Origin(StrEnum):
    """Who noticed."""

    TELEMETRY = "telemetry"
    EVIDENCE = "evidence"
    CLOCK = "clock"
    PERSON = "person"
    CITIZEN = "citizen"


class Proof(StrEnum):
    """By what a repair is proven."""

    PHOTO = "photo"
    LEVEL = "level"
    """What the device measured at its output after the repair."""
    TELEMETRY = "telemetry"
    """What told of the fault tells that it is gone; only the program closes by it."""


class Reason(StrEnum):
    """Why a person is told that a fault is overdue."""

    MENDS = "mends"
    """It is in their hands."""
    NEAR = "near"
    """It is in nobody's hands, and they are the nearest who could mend it."""
    ABOVE = "above"
    """They are above those who should have mended it."""


BY_PEOPLE = (Cause.NOISE, Cause.SILENT, Cause.SPEAKER, Cause.AMPLIFIER, Cause.POWER, Cause.OFFLINE, Cause.OTHER)
"""What a person may report."""

_SOON, _DAY, _DAYS, _WEEK = timedelta(hours=4), timedelta(hours=24), timedelta(days=3), timedelta(days=7)
DUE: Mapping[Cause, timedelta] = {
    Cause.NOISE: _SOON,
    Cause.SILENT: _DAY,
    Cause.SPEAKER: _DAYS,
    Cause.AMPLIFIER: _DAYS,
    Cause.POWER: _DAY,
    Cause.OFFLINE: _DAY,
    Cause.DRIFT: _DAYS,
    Cause.SUPPLY: _DAYS,
    Cause.HOT: _DAYS,
    Cause.STORAGE: _WEEK,
    Cause.OTHER: _WEEK,
}
"""How long the repair of each class may take. What disturbs people comes first."""

TOLD_BY: Mapping[Ailment, Cause] = {
    Ailment.OFFLINE: Cause.OFFLINE,
    Ailment.POWER_LOST: Cause.POWER,
    Ailment.SPEAKER_FAULT: Cause.SPEAKER,
    Ailment.AMPLIFIER_FAULT: Cause.AMPLIFIER,
    Ailment.HOT: Cause.HOT,
    Ailment.SUPPLY: Cause.SUPPLY,
    Ailment.DRIFT: Cause.DRIFT,
    Ailment.STORAGE: Cause.STORAGE,
}
"""What a device tells that is worth a ticket: running on the battery or a weak signal alone is not."""

AWAY_FOR = timedelta(minutes=30)
"""So long a device must be out of reach before that is a fault: a line is lost and found again all day."""

WELL_FOR = timedelta(minutes=10)
"""So long a fault must be gone before the program believes that it is repaired."""

SILENT_DBFS = -50.0
"""Output below this level is silence, whatever the device says it played."""

TOLD_AGAIN_AFTER = timedelta(hours=24)
ROUNDS_MOST = 2
"""Whom an overdue fault concerns is told once, and so much later once again."""

WORDS_LONGEST = 1_000
REPEAT_DAYS = 90
REPEAT_TIMES = 3
"""So many tickets within so many days make a device a repeat offender."""


def causes(ailments: Sequence[Ailment], *, seen_at: datetime | None, now: datetime) -> list[Cause]:
    """Return the faults that these ailments of a device are by now."""
    is_away = seen_at is not None and now - seen_at >= AWAY_FOR
    found = [TOLD_BY[one] for one in ailments if one in TOLD_BY]
    return [cause for cause in found if is_away or not {Ailment.OFFLINE, Ailment.POWER_LOST} & set(ailments)]


def escalations_due(*, due_at: datetime, cause: Cause, now: datetime) -> int:
    """Return how many units further up should know by now: one when it is overdue, more the longer it is."""
    return 0 if now < due_at else 1 + (now - due_at) // DUE[cause]


def rounds_due(*, due_at: datetime, now: datetime) -> int:
    """Return which round of telling an overdue fault is in: 0 while it is not overdue, never more than the last."""
    return 0 if now < due_at else min(1 + (now - due_at) // TOLD_AGAIN_AFTER, ROUNDS_MOST)
