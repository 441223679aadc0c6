"""What goes wrong in a simulated fleet, on request."""

import random
from dataclasses import dataclass, field

CYCLE_S = 300.0
"""A device with troubled lines is offline for a part of about so long, again and again."""

RETRY_S = (0.5, 2.0)
DARK_S = (4.0, 12.0)


@dataclass(slots=True, kw_only=True)
class Troubles:
    """`loss`, `offline` and `faults` are fractions, `power_cuts` are per device and hour. `dice` decides."""

    latency_ms: float = 0.0
    loss: float = 0.0
    drift_ms: float = 0.0
    power_cuts: float = 0.0
    offline: float = 0.0
    faults: float = 0.0
    dice: random.Random = field(default_factory=random.Random)

    @property
    def line_is_perfect(self) -> bool:
        """Whether every message passes at once."""
        return self.latency_ms <= 0 and self.loss <= 0

    def delay_s(self) -> float:
        """Return how long one message or file takes, lost and tried again as often as chance wants."""
        delay = self.dice.expovariate(1000.0 / self.latency_ms) if self.latency_ms > 0 else 0.0
        while self.loss > 0 and self.dice.random() < min(self.loss, 0.95):
            delay += self.dice.uniform(*RETRY_S)
        return delay

    def drift_s(self) -> float:
        """Return how wrong one device's clock is."""
        return self.dice.uniform(-self.drift_ms, self.drift_ms) / 1000.0

    def next_cut_s(self) -> float | None:
        """Return the time to the next power cut of a device, None for never."""
        return self.dice.expovariate(self.power_cuts / 3600.0) if self.power_cuts > 0 else None

    def dark_s(self) -> float:
        """Return how long a power cut and the start after it take."""
        return self.dice.uniform(*DARK_S)

    def online_s(self) -> float | None:
        """Return how long a device stays connected, None for always."""
        if self.offline <= 0:
            return None
        return self.dice.uniform(0.2, 1.8) * CYCLE_S * (1.0 - self.offline)

    def offline_s(self) -> float:
        """Return how long it then stays away."""
        return self.dice.uniform(0.2, 1.8) * CYCLE_S * self.offline
