"""How a simulated device does: plausible values that move with the time of day, and faults for some."""

import math
import random
from datetime import datetime

from loa_protocol.condition import Condition, Network, Power

_DAY_S = 86_400.0
_HOTTEST_S = 7 * 3600.0
"""Two in the afternoon in Viet Nam, in seconds of the UTC day."""

_TRAFFIC_BYTES_S = 60.0


class Health:
    """The condition of one device; the same device is the same on each run. `faults` is the fraction that has one."""

    __slots__ = ("_base_c", "_fault", "_network", "_signal", "_supply")

    def __init__(self, name: str, *, faults: float = 0.0) -> None:
        """Draw what stays as it is."""
        dice = random.Random(name)  # noqa: S311 - nothing secret
        self._base_c = dice.uniform(30.0, 38.0)
        self._supply = dice.gauss(220.0, 6.0)
        self._signal = round(dice.uniform(-104.0, -62.0))
        self._network = dice.choice((Network.G4, Network.G4, Network.G4, Network.G3, Network.CABLE))
        is_ill = dice.random() < faults
        self._fault = dice.choice(("speaker", "amplifier", "battery", "hot", "low")) if is_ill else ""

    def condition(self, now: datetime, *, up_s: float) -> Condition:
        """Return the condition at a moment; `up_s` is how long the device has been on."""
        day = math.cos(2 * math.pi * (now.timestamp() % _DAY_S - _HOTTEST_S) / _DAY_S)
        is_cabled = self._network is Network.CABLE
        on_battery = self._fault == "battery"
        return Condition(
            power=Power.BATTERY if on_battery else Power.MAINS,
            supply_v=0.0 if on_battery else round(85.0 if self._fault == "low" else self._supply, 1),
            battery_pct=max(0, 100 - int(up_s / 120)) if on_battery else 100,
            temperature_c=round(self._base_c + 6.0 * day + (40.0 if self._fault == "hot" else 0.0), 1),
            network=self._network,
            signal_dbm=None if is_cabled else self._signal,
            speaker_fault=self._fault == "speaker",
            amplifier_fault=self._fault == "amplifier",
            traffic_bytes=int(up_s * _TRAFFIC_BYTES_S),
        )
