"""How loud sound is, and how it is brought to level: EBU R 128 by FFmpeg's own meter, peaks four times oversampled."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import av
import numpy as np
from numpy.typing import NDArray

from loa.media.worker.decoding import RATE_HZ, Samples

FLOOR_DB = -120.0
WINDOW = RATE_HZ // 50

_HISS = (np.random.default_rng(0).standard_normal(RATE_HZ) * 1e-8).astype(np.float32)
"""Added before every filter, 160 dB down: digital silence makes filters run on denormal numbers, five times slower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a meter says. `windows` is the RMS and `peaks` the peak of every 20 ms, both linear.

    `peak_dbfs` is the highest sample; the true peak between samples lies a little above and takes as long to find as
    all the rest.
    """

    lufs: float
    peak_dbfs: float
    true_peak_dbtp: float
    samples: int
    rms_dbfs: float
    windows: NDArray[np.float32]
    peaks: NDArray[np.float32]


def measure(sound: Iterator[Samples], *, with_peak: bool = True) -> Measured:
    """Read sound to its end and return its levels. Sound under 0.4 s has no loudness: it reads −70."""
    meter = _graph(("ebur128", f"peak={'true' if with_peak else 'none'}:metadata=1"))
    facts: dict[str, str] = {}
    highest, count, rest = 0.0, 0, np.empty(0, np.float32)
    windows: list[NDArray[np.float32]] = []
    peaks: list[NDArray[np.float32]] = []
    for samples in sound:
        count += len(samples)
        for frame in _through(meter, samples):
            facts = frame.metadata or facts
        highest = max(highest, float(np.max(np.abs(samples), initial=0.0)))
        rest = np.concatenate([rest, samples])
        whole = rest[: len(rest) // WINDOW * WINDOW].reshape(-1, WINDOW)
        rest = rest[whole.size :]
        windows.append(np.sqrt(np.mean(np.square(whole), axis=1)))
        peaks.append(np.max(np.abs(whole), axis=1, initial=0.0))
    meter.push(None)
    for frame in _pulled(meter):
        facts = frame.metadata or facts
    all_windows = np.concatenate(windows) if windows else np.empty(0, np.float32)
    mean_square = float(np.mean(np.square(all_windows))) if len(all_windows) else 0.0
    return Measured(
        lufs=_reading(facts, "I", -70.0),
        peak_dbfs=decibel(highest),
        true_peak_dbtp=decibel(_reading(facts, "true_peak", 0.0)),
        samples=count,
        rms_dbfs=decibel(math.sqrt(mean_square)),
        windows=all_windows,
        peaks=np.concatenate(peaks) if peaks else np.empty(0, np.float32),
    )


def shaped(sound: Iterator[Samples], *, gain_db: float, ceiling_dbfs: float) -> Iterator[Samples]:
    """Yield sound with a gain, kept under a ceiling by a limiter that looks ahead."""
    limit = max(0.0625, 10 ** (ceiling_dbfs / 20))  # the filter takes no lower one
    graph = _graph(
        ("volume", f"volume={gain_db:.3f}dB:precision=float"),
        ("alimiter", f"limit={limit:.6f}:attack=5:release=60:level=false:latency=true"),
    )
    for samples in sound:
        yield from (frame.to_ndarray()[0] for frame in _through(graph, samples))
    graph.push(None)
    yield from (frame.to_ndarray()[0] for frame in _pulled(graph))


def between(sound: Iterator[Samples], *, start: int, stop: int) -> Iterator[Samples]:
    """Yield the samples from `start` up to `stop`; reads to the end, so that the source can judge itself."""
    position = 0
    for samples in sound:
        part = samples[max(0, start - position) : max(0, stop - position)]
        position += len(samples)
        if len(part):
            yield part


def decibel(ratio: float) -> float:
    """Return a linear amplitude in dB, never below the floor."""
    return max(FLOOR_DB, 20 * math.log10(ratio)) if ratio > 0 else FLOOR_DB


def _graph(*filters: tuple[str, str]) -> av.filter.Graph:
    graph = av.filter.Graph()
    nodes = [graph.add_abuffer(sample_rate=RATE_HZ, format="flt", layout="mono")]
    nodes += [graph.add(name, options) for name, options in filters]
    nodes += [graph.add("aformat", "sample_fmts=flt:channel_layouts=mono"), graph.add("abuffersink")]
    graph.link_nodes(*nodes).configure()
    return graph


def _through(graph: av.filter.Graph, samples: Samples) -> Iterator[av.AudioFrame]:
    alive = np.resize(_HISS, len(samples)) + samples
    frame = av.AudioFrame.from_ndarray(alive[None, :], format="flt", layout="mono")
    frame.rate = RATE_HZ
    frame.pts = None
    graph.push(frame)
    yield from _pulled(graph)


def _pulled(graph: av.filter.Graph) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        if isinstance(frame, av.AudioFrame):
            yield frame


def _reading(facts: dict[str, str], name: str, unknown: float) -> float:
    """Return the last figure of the meter; each frame tells those of all sound up to it."""
    figure = float(facts.get(f"lavfi.r128.{name}", "nan"))
    return unknown if math.isnan(figure) else figure
