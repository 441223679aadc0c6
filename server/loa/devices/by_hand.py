"""Stations without a device: what they are, and the words in which people keep what they played. Pure."""

from dataclasses import dataclass
from enum import StrEnum

PLACE_LONGEST = 200
WORDS_LONGEST = 300
MINUTES_MOST = 24 * 60
SPEAKERS_MOST = 1_000
POWER_W_MOST = 1_000_000


class Chain(StrEnum):
    """How such a station brings its sound to people."""

    WIRED = "wired"
    FM = "fm"


class Condition(StrEnum):
    """How a person found it. `GONE` is no longer used."""

    WORKING = "working"
    WEAK = "weak"
    BROKEN = "broken"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person says of a station."""

    name: str
    chain: Chain
    condition: Condition
    place: str = ""
    power_w: int | None = None
    speakers: int | None = None
    words: str = ""
