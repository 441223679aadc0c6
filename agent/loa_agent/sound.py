"""Sound as samples: decoding to 48 kHz mono, volume as amplitude, level as RMS."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE_HZ = 48_000
SILENCE_DBFS = -120.0


class Unplayable(Exception):
    """A file is not sound this device can decode."""


def warm_up() -> None:
    """Load the decoder now, so that the first sound need not wait for it."""
    import av  # noqa: F401, PLC0415 - heavy; see `decoded`
    import numpy as np  # noqa: F401, PLC0415 - as above


def amplitude(volume_pct: int, gain_db: float) -> float:
    """Return the factor for a volume in percent (of amplitude) and a gain."""
    return volume_pct / 100.0 * math.pow(10.0, gain_db / 20.0)


def at_volume(samples: "NDArray[np.float32]", before_pct: int, volume_pct: int) -> "NDArray[np.float32]":
    """Return samples of shape (frames,) at a volume, within -1 to 1; they go over from the one before without a click.

    So they do over their own length, or within a twentieth of a second.
    """
    import numpy as np  # noqa: PLC0415 - heavy; an idle agent does without

    if before_pct == volume_pct:
        return (samples * amplitude(volume_pct, 0.0)).clip(-1.0, 1.0)
    length = min(len(samples), RATE_HZ // 20)
    factors = np.full(len(samples), amplitude(volume_pct, 0.0), dtype=np.float32)
    factors[:length] = np.linspace(amplitude(before_pct, 0.0), amplitude(volume_pct, 0.0), length, dtype=np.float32)
    return (samples * factors).clip(-1.0, 1.0)


def risen(samples: "NDArray[np.float32]", *, begun: int, fade_in_ms: int) -> "NDArray[np.float32]":
    """Return samples of shape (frames,) as they sound while a fade-in lasts; `begun` frames went out before them."""
    whole = fade_in_ms * RATE_HZ // 1000
    if begun >= whole:
        return samples
    import numpy as np  # noqa: PLC0415 - heavy; an idle agent does without

    through = np.minimum((begun + np.arange(len(samples))) / whole, 1.0)
    return (samples * (0.5 - 0.5 * np.cos(np.pi * through))).astype(np.float32)


def level_dbfs(mean_square: float) -> float:
    """Return the RMS level of a mean square; full scale is 0, silence -120."""
    if mean_square <= 1e-12:
        return SILENCE_DBFS
    return round(10.0 * math.log10(mean_square), 1)


def decoded(path: Path, *, skip_s: float = 0.0) -> "Iterator[NDArray[np.float32]]":
    """Yield the samples of a file from `skip_s` on, in pieces of shape (frames,). Raises `Unplayable`."""
    import av  # noqa: PLC0415 - heavy; an idle agent does without
    import numpy as np  # noqa: PLC0415 - as above

    skip = round(skip_s * RATE_HZ)
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
            for frame in container.decode(audio=0):
                for piece in resampler.resample(frame):
                    samples = piece.to_ndarray().reshape(-1).astype(np.float32, copy=False)
                    if skip >= len(samples):
                        skip -= len(samples)
                        continue
                    yield samples[skip:]
                    skip = 0
            for piece in resampler.resample(None):
                yield piece.to_ndarray().reshape(-1).astype(np.float32, copy=False)
    except (av.FFmpegError, IndexError, ValueError) as broken:
        raise Unplayable(f"{path.name}: {broken}") from broken


def mean_square(path: Path) -> float:
    """Return the mean square of a whole file, by decoding it. Raises `Unplayable`."""
    import numpy as np  # noqa: PLC0415 - heavy; an idle agent does without

    total, count = 0.0, 0
    for samples in decoded(path):
        total += float(np.dot(samples, samples))
        count += len(samples)
    return total / count if count else 0.0
