"""What an output that only keeps time would have measured."""

from collections.abc import Callable, Iterable
from datetime import datetime

from loa_agent import sound
from loa_agent.effects import Arm

Adjusted = tuple[str, datetime, int]
"""Which airing went on at another volume, when by the device's clock, and at how many percent."""

_LIVE_DBFS = -20.0


def live_level_dbfs(chunks: int) -> float | None:
    """Return what is said of so much live speech, which is not decoded."""
    return _LIVE_DBFS if chunks else None


def level_dbfs(
    arm: Arm, adjusted: Iterable[Adjusted], *, until: datetime, mean_square: Callable[[str], float | None]
) -> float:
    """Return the level of what went out: each clip's measure, decoded once, through gain and the volumes it had."""
    total, length = 0.0, 0
    for clip in arm.airing.clips:
        measured = mean_square(clip.sha256) or 0.0
        total += measured * sound.amplitude(100, clip.gain_db) ** 2 * clip.duration_ms
        length += clip.duration_ms
    return sound.level_dbfs(_power(arm, adjusted, until) * total / length if length else 0.0)


def _power(arm: Arm, adjusted: Iterable[Adjusted], until: datetime) -> float:
    """Return the mean of the squared amplitudes at which an airing sounded until then."""
    since, volume, total = arm.at, arm.volume_pct, 0.0
    for airing, adjusted_at, following in adjusted:
        if airing == arm.id:
            at = max(adjusted_at, since)
            total += sound.amplitude(volume, 0.0) ** 2 * (at - since).total_seconds()
            since, volume = at, following
    total += sound.amplitude(volume, 0.0) ** 2 * max(0.0, (until - since).total_seconds())
    whole_s = (until - arm.at).total_seconds()
    return total / whole_s if whole_s > 0 else sound.amplitude(volume, 0.0) ** 2
