"""What one device comes to in a month: as a whole, and its part at each unit where it stood."""

from dataclasses import dataclass

from loa.devices.models import Device, Fitting
from loa.devices.month_places import Stay


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One device in one month; None is not known. `foretold_mb` is what the month comes to if it goes on like this.

    `unit_name` is where it stood last in that month. `is_here` tells whether who looks may still open its page.
    """

    device: Device
    unit_name: str
    fitting: Fitting | None
    used_mb: int | None
    foretold_mb: int | None
    ends_soon: bool
    is_here: bool

    @property
    def month_mb(self) -> int | None:
        """Return how much its SIM holds."""
        return None if self.fitting is None else self.fitting.sim_month_mb

    @property
    def cost_vnd(self) -> int | None:
        """Return what its SIM costs a month."""
        return None if self.fitting is None else self.fitting.sim_month_cost_vnd

    @property
    def is_over(self) -> bool:
        """Tell whether it used, or will use, more than its SIM holds."""
        held, most = self.month_mb, max(self.used_mb or 0, self.foretold_mb or 0)
        return held is not None and most > held


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one device comes to at one unit in a month: its own readings, and its SIM by the days it stood there.

    `use` is the whole of its month, for the unit at which it stood last.
    """

    stay: Stay
    device: Device
    fitting: Fitting | None
    used_mb: int | None
    month_mb: int | None
    cost_vnd: int | None
    use: Use | None
