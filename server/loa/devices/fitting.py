"""What stands in the field beside a device: supply, speakers, SIM; and what about it is unusual. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SPEAKER_W = (50, 120)
SUPPLY_V = (90, 240)
"""Usual for a cluster. What lies outside is pointed out, never refused: it may be so."""


SIM_TAIL = 4
"""How many digits of a SIM's number are kept."""


class Source(StrEnum):
    """What feeds it."""

    MAINS = "mains"
    SOLAR = "solar"
    BATTERY = "battery"


class Unusual(StrEnum):
    """What is pointed out."""

    SPEAKER_W = "speaker_w"
    SUPPLY_LOW = "supply_low"
    SUPPLY_HIGH = "supply_high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """What a technician notes. Absent is not known. Supply in volts, speakers in watts together, data in MB a month."""

    source: Source = Source.MAINS
    supply_low_v: int | None = None
    supply_high_v: int | None = None
    has_backup: bool = False
    speakers: int | None = None
    speaker_w: int | None = None
    serial: str = ""
    sim_operator: str = ""
    sim_tail: str = ""
    sim_month_mb: int | None = None
    sim_month_cost_vnd: int | None = None
    sim_since_on: date | None = None
    sim_until_on: date | None = None
    installed_on: date | None = None
    warranty_until: date | None = None


def unusual(*, supply_low_v: int | None, supply_high_v: int | None, speaker_w: int | None) -> list[Unusual]:
    """Return what of these values is outside what is usual."""
    wrong = {
        Unusual.SPEAKER_W: speaker_w is not None and not SPEAKER_W[0] <= speaker_w <= SPEAKER_W[1],
        Unusual.SUPPLY_LOW: supply_low_v is not None and supply_low_v < SUPPLY_V[0],
        Unusual.SUPPLY_HIGH: supply_high_v is not None and supply_high_v > SUPPLY_V[1],
    }
    return [name for name, is_so in wrong.items() if is_so]
