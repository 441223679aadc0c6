"""What the devices of a unit come to in a month, and those of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from loa.devices.data_parts import Part, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the devices of one unit come to in a month. `unknown` never told how much they use."""

    name: str
    devices: int
    used_mb: int
    month_mb: int
    cost_vnd: int
    over: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month by the units where devices stood, and the devices to be looked at."""

    first_on: date
    lines: Sequence[Line]
    total: Line
    parts: Sequence[Part]

    @property
    def uses(self) -> Sequence[Use]:
        """Return each device once, at the unit where it stood last in the month."""
        return [part.use for part in self.parts if part.use is not None]

    @property
    def notable(self) -> Sequence[Use]:
        """Return the devices over their volume, or whose contract ends soon."""
        return [use for use in self.uses if use.is_over or use.ends_soon]
