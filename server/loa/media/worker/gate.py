"""Taking the noise out of pauses: what is softer than speech by far is turned down, never cut off."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from loa.media.worker.decoding import RATE_HZ, Samples, Source

WINDOW = RATE_HZ // 100
_DOWN_DB = 24.0
_APART_DB = 12.0
"""Speech stands at least so far above its noise, or there is nothing to tell apart and nothing is done."""

_OPENS_AT, _CLOSES_AT = 0.45, 0.35
"""How far up from the noise to the speech, in decibels, the gate opens and closes again."""

_BEFORE, _HOLD = 3, 20
"""Windows by which it opens ahead of a word, and stays open after one."""

_RISE, _FALL = 2, 10
"""Windows it takes to open and to close: no click, no breath cut short."""


def gated(source: Source) -> Source:
    """Return the same sound with its pauses turned down by 24 dB. Reads it once more than its reader does."""
    gains = _gains(_loudness(source()))
    if gains is None:
        return source

    def read() -> Iterator[Samples]:
        position = 0
        middles = (np.arange(len(gains)) + 0.5) * WINDOW
        for samples in source():
            at = np.arange(position, position + len(samples))
            position += len(samples)
            yield (samples * np.interp(at, middles, gains)).astype(np.float32)

    return read


def _loudness(sound: Iterator[Samples]) -> NDArray[np.float64]:
    """Return the RMS of every 10 ms in dBFS."""
    rest = np.empty(0, np.float32)
    powers: list[NDArray[np.float64]] = []
    for samples in sound:
        rest = np.concatenate([rest, samples])
        whole = rest[: len(rest) // WINDOW * WINDOW].reshape(-1, WINDOW)
        rest = rest[whole.size :]
        powers.append(np.mean(np.square(whole, dtype=np.float64), axis=1))
    return 10 * np.log10(np.maximum(np.concatenate(powers) if powers else np.empty(0), 1e-12))


def _gains(loudness: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the gain of every window, or None where noise and speech cannot be told apart."""
    if len(loudness) < _HOLD * 2:
        return None
    noise, speech = np.percentile(loudness, [10, 90])
    if speech - noise < _APART_DB:
        return None
    opens, closes = (noise + share * (speech - noise) for share in (_OPENS_AT, _CLOSES_AT))
    is_open = np.zeros(len(loudness), bool)
    left = 0
    was_open = False
    for place, level in enumerate(loudness):
        was_open = bool(level > (closes if was_open else opens))
        left = _HOLD if was_open else max(0, left - 1)
        is_open[place] = left > 0
    ahead = is_open.copy()
    for shift in range(1, _BEFORE + 1):
        ahead[:-shift] |= is_open[shift:]
    return _smoothed(ahead)


def _smoothed(is_open: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return gains that rise and fall in steps of decibels that nobody hears as steps."""
    down_db = np.empty(len(is_open))
    present = 0.0 if is_open[0] else -_DOWN_DB
    for place, opened in enumerate(is_open):
        present = min(0.0, present + _DOWN_DB / _RISE) if opened else max(-_DOWN_DB, present - _DOWN_DB / _FALL)
        down_db[place] = present
    return np.asarray(10 ** (down_db / 20), np.float64)
