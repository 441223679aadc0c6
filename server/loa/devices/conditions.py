"""How a device does, from what is known of it: one pure rule, with thresholds as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from loa_protocol import limits


class Standing(StrEnum):
    """The one word for a device."""

    REGISTERED = "registered"
    REVOKED = "revoked"
    OFFLINE = "offline"
    POWER_LOST = "power_lost"
    """Out of reach, and the last it told was that it ran on its battery."""
    LATE = "late"
    MUTED = "muted"
    PLAYING = "playing"
    ONLINE = "online"


class Ailment(StrEnum):
    """What is wrong with a device."""

    OFFLINE = "offline"
    POWER_LOST = "power_lost"
    ON_BATTERY = "on_battery"
    SPEAKER_FAULT = "speaker_fault"
    AMPLIFIER_FAULT = "amplifier_fault"
    HOT = "hot"
    SUPPLY = "supply"
    DRIFT = "drift"
    STORAGE = "storage"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From when on something counts. A unit may have its own; these hold where none is laid down."""

    late_after: timedelta = timedelta(seconds=90)
    offline_after: timedelta = timedelta(minutes=3)
    hot_c: float = 70.0
    supply_low_v: float = 90.0
    supply_high_v: float = 240.0
    drift_ms: int = limits.CLOCK_ALARM_MS
    storage_low_bytes: int = 200_000_000
    signal_low_dbm: int = -110


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a device. Absent is not known, and nothing is wrong with what is not known."""

    state: str
    connected: bool = False
    is_muted: bool = False
    playing: bool = False
    seen_at: datetime | None = None
    power: str = ""
    supply_v: float | None = None
    temperature_c: float | None = None
    signal_dbm: int | None = None
    speaker_fault: bool | None = None
    amplifier_fault: bool | None = None
    clock_offset_ms: int | None = None
    storage_free_bytes: int | None = None


def standing(facts: Facts, thresholds: Thresholds, *, now: datetime) -> Standing:
    """Return the one word for a device at `now`."""
    if facts.state != "enrolled":
        return Standing.REVOKED if facts.state == "revoked" else Standing.REGISTERED
    unseen = None if facts.seen_at is None else now - facts.seen_at
    if unseen is None or unseen > thresholds.offline_after:
        return Standing.POWER_LOST if facts.power == "battery" else Standing.OFFLINE
    if not facts.connected or unseen > thresholds.late_after:
        return Standing.LATE
    if facts.is_muted:
        return Standing.MUTED
    return Standing.PLAYING if facts.playing else Standing.ONLINE


def ailments(facts: Facts, thresholds: Thresholds, *, now: datetime) -> list[Ailment]:
    """Return what is wrong with a device at `now`. Of one out of reach only that is known."""
    word = standing(facts, thresholds, now=now)
    if word in {Standing.REGISTERED, Standing.REVOKED}:
        return []
    if word is Standing.OFFLINE:
        return [Ailment.OFFLINE]
    if word is Standing.POWER_LOST:
        return [Ailment.POWER_LOST]
    wrong: Mapping[Ailment, bool] = {
        Ailment.ON_BATTERY: facts.power == "battery",
        Ailment.SPEAKER_FAULT: bool(facts.speaker_fault),
        Ailment.AMPLIFIER_FAULT: bool(facts.amplifier_fault),
        Ailment.HOT: _over(facts.temperature_c, thresholds.hot_c),
        Ailment.SUPPLY: facts.power != "battery"
        and (_under(facts.supply_v, thresholds.supply_low_v) or _over(facts.supply_v, thresholds.supply_high_v)),
        Ailment.DRIFT: facts.clock_offset_ms is not None and abs(facts.clock_offset_ms) > thresholds.drift_ms,
        Ailment.STORAGE: _under(facts.storage_free_bytes, thresholds.storage_low_bytes),
        Ailment.SIGNAL: _under(facts.signal_dbm, thresholds.signal_low_dbm),
    }
    return [ailment for ailment, is_so in wrong.items() if is_so]


def _over(value: float | None, limit: float) -> bool:
    return value is not None and value > limit


def _under(value: float | None, limit: float) -> bool:
    return value is not None and value < limit
