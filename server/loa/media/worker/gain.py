"""The gain that gives a loudness after a limiter has had its part: forecast from what was surveyed, then tried."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from loa.media.worker.levels import WINDOW, Measured

_TRIALS = 9
_ROUNDS = 40
_NEAR_LU = 0.02
_BLOCK, _STEP = 20, 5
"""Loudness is judged in blocks of 400 ms, each 100 ms after the other (ITU-R BS.1770)."""

_LEAST_SLOPE, _USUAL_SLOPE = 0.2, 0.6
"""How much louder a further decibel makes sound that is being limited already."""


def forecast(survey: Measured, *, start: int, stop: int, ceiling_dbfs: float, lufs: float) -> float:
    """Return the gain in dB as far as windows of 20 ms can tell it; it costs nothing beside a trial."""
    part = slice(start // WINDOW, max(start // WINDOW + 1, stop // WINDOW))
    heard, peaks = survey.windows[part].astype(np.float64), survey.peaks[part].astype(np.float64)
    before, ceiling = _loudness(heard), 10 ** (ceiling_dbfs / 20)
    gain_db = lufs - survey.lufs
    for _ in range(_ROUNDS):
        gain = 10 ** (gain_db / 20)
        kept = np.minimum(gain, ceiling / np.maximum(peaks, 1e-9))
        missing = lufs - (survey.lufs + _loudness(heard * kept) - before)
        gain_db += missing
        if missing < _NEAR_LU:
            break
    return gain_db


def settled(missing_lu: Callable[[float], float], *, first_db: float, least_db: float, near_lu: float) -> float:
    """Return a gain for which so little is missing; `missing_lu` tries one. The last one tried where none is found.

    Two steps along the slope, then by halves: loudness of a word alone jumps, as it has few blocks.
    """
    gain_db, low, high = first_db, least_db, math.inf
    slope, before = _USUAL_SLOPE, None
    for trial in range(_TRIALS):
        missing = missing_lu(gain_db)
        if abs(missing) <= near_lu:
            break
        low, high = (gain_db, high) if missing > 0 else (low, gain_db)
        if before is not None and gain_db != before[0]:
            slope = min(1.0, max(_LEAST_SLOPE, (before[1] - missing) / (gain_db - before[0])))
        before = gain_db, missing
        gain_db += missing / slope
        if high < math.inf and (trial > 1 or not low < gain_db < high):
            gain_db = (low + high) / 2
    return gain_db


def _loudness(windows: NDArray[np.float64]) -> float:
    """Return the gated loudness in dB of windows, unweighted: good for differences only."""
    power = np.convolve(np.square(windows), np.ones(_BLOCK) / _BLOCK, "valid" if len(windows) >= _BLOCK else "same")
    power = power[::_STEP] + 1e-15
    return 10 * math.log10(float(np.mean(power[power >= np.mean(power) / 10])))
