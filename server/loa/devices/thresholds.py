"""Which thresholds hold where: those of the unit itself or of the nearest above it, else those of the program."""

from datetime import timedelta

from loa.devices.conditions import Thresholds
from loa.devices.models import Threshold
from loa_protocol import topics

_MB = 1_000_000


class Ruler:
    """The thresholds of every unit, read once; `of` answers for any path."""

    def __init__(self) -> None:
        rows = Threshold.objects.unscoped("from when on something counts, at a device that may be seen")
        self.laid_down = {row.unit.path: _read(row) for row in rows.select_related("unit")}
        self.usual = Thresholds()

    def of(self, path: str) -> Thresholds:
        """Return what holds for a device at the unit with this path."""
        above = reversed(list(topics.ancestry(path)))
        return next((self.laid_down[one] for one in above if one in self.laid_down), self.usual)


def _read(row: Threshold) -> Thresholds:
    return Thresholds(
        late_after=timedelta(seconds=row.late_after_s),
        offline_after=timedelta(seconds=row.offline_after_s),
        hot_c=row.hot_c,
        supply_low_v=row.supply_low_v,
        supply_high_v=row.supply_high_v,
        drift_ms=row.drift_ms,
        storage_low_bytes=row.storage_low_mb * _MB,
        signal_low_dbm=row.signal_low_dbm,
    )
