"""How a device does: what it measures of itself. Absent is not known, never zero."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self, TypeVar  # Any: a JSON document is open by nature

from loa_protocol import fields
from loa_protocol.refusal import Reason, Refused

_Word = TypeVar("_Word", bound=StrEnum)


class Power(StrEnum):
    """What feeds a device."""

    MAINS = "mains"
    BATTERY = "battery"


class Network(StrEnum):
    """What carries its messages."""

    CABLE = "cable"
    WIFI = "wifi"
    MOBILE = "mobile"
    G2 = "2g"
    G3 = "3g"
    G4 = "4g"
    G5 = "5g"


_RANGES = {
    "supply_v": (0.0, 1_000.0),
    "temperature_c": (-60.0, 150.0),
    "output_dbfs": (-120.0, 0.0),
}
_NOTABLE_C, _NOTABLE_V, _NOTABLE_DBM = 5.0, 15.0, 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Supply in volts, battery in percent, temperature of the device in °C, radio signal in dBm, a fault true or false.

    `output_dbfs` is the RMS of what last went to the output, `traffic_bytes` what went over the line since the start.
    """

    power: Power | None = None
    supply_v: float | None = None
    battery_pct: int | None = None
    temperature_c: float | None = None
    signal_dbm: int | None = None
    network: Network | None = None
    speaker_fault: bool | None = None
    amplifier_fault: bool | None = None
    output_dbfs: float | None = None
    traffic_bytes: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object; absent values are left out."""
        known = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value for name, value in known.items() if value is not None}

    @classmethod
    def from_json(cls, document: fields.Document) -> Self:
        """Return the condition of this object; `Refused` when a value cannot be."""
        measured = {
            name: None if document.get(name) is None else fields.number(document, name, low=low, high=high)
            for name, (low, high) in _RANGES.items()
        }
        return cls(
            **measured,
            power=_word(document, "power", Power),
            network=_word(document, "network", Network),
            battery_pct=fields.optional_integer(document, "battery_pct", high=100),
            signal_dbm=fields.optional_integer(document, "signal_dbm", low=-200, high=0),
            speaker_fault=_truth(document, "speaker_fault"),
            amplifier_fault=_truth(document, "amplifier_fault"),
            traffic_bytes=fields.optional_integer(document, "traffic_bytes"),
        )

    def is_news_after(self, told: Self) -> bool:
        """Tell whether somebody should know at once what changed since this was told."""
        words = ("power", "network", "speaker_fault", "amplifier_fault")
        return any(getattr(self, name) != getattr(told, name) for name in words) or any(
            _far(getattr(self, name), getattr(told, name), by)
            for name, by in (("temperature_c", _NOTABLE_C), ("supply_v", _NOTABLE_V), ("signal_dbm", _NOTABLE_DBM))
        )


def _far(one: float | None, other: float | None, by: float) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) >= by


def _word(document: fields.Document, name: str, words: type[_Word]) -> _Word | None:
    said = fields.optional_text(document, name, longest=16)
    try:
        return None if said is None else words(said)
    except ValueError as unknown:
        raise Refused(Reason.MALFORMED, name) from unknown


def _truth(document: fields.Document, name: str) -> bool | None:
    said = document.get(name)
    if said is not None and not isinstance(said, bool):
        raise Refused(Reason.MALFORMED, name)
    return said
