"""Words heard in sound, by viet-asr, whose model lies in its package: a draft for a person, never a record."""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol  # Any: JSON

import av
import numpy as np
from numpy.typing import NDArray

from loa.media.worker import decoding
from loa.media.worker.decoding import Samples
from loa.media.worker.refused import Refused

RATE_HZ = 16_000
_WINDOW = RATE_HZ // 50
_SHORTEST, _LONGEST = 8 * RATE_HZ, 16 * RATE_HZ
"""A piece is cut at its quietest moment between these: the model hears a breath's worth best, and times follow."""

_SILENT = 0.001
_QUIETEST_SHARE = 0.1


class Listener(Protocol):
    """What hears words; the recognizer's own pipeline has this shape."""

    def transcribe(self, source: NDArray[np.int16], sample_rate: float = RATE_HZ) -> Any:  # Any: foreign, untyped
        """Return an object whose `text` is what was heard."""


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    samples: NDArray[np.int16]


def write(sources: Sequence[Path], result: Path, *, longest_s: float) -> dict[str, object]:
    """Write what is heard in each file as JSON: the length and pieces with times. Raises `Refused`."""
    listener = _listener()
    heard = [_heard(listener, source, longest_s=longest_s) for source in sources]
    result.write_text(json.dumps(heard, ensure_ascii=False), encoding="utf-8")
    return {"files": len(heard)}


def _listener() -> Listener:
    try:
        from vietasr import Pipeline  # noqa: PLC0415 - an optional part
    except ImportError as absent:
        raise Refused("parts_missing") from absent
    listener: Listener = Pipeline.new().add("vietasr").build()
    return listener


def _heard(listener: Listener, source: Path, *, longest_s: float) -> dict[str, object]:
    length, pieces = 0, []
    for piece in _pieces(_low_rate(decoding.file_source(source, longest_s=longest_s)())):
        stop = piece.start + len(piece.samples)
        length = max(length, stop)
        if np.max(np.abs(piece.samples), initial=0) < _SILENT * 32_768:
            continue
        text = " ".join(str(listener.transcribe(piece.samples, RATE_HZ).text).split())
        if text:
            pieces.append({"start_ms": _ms(piece.start), "end_ms": _ms(stop), "text": text})
    return {"duration_ms": _ms(length), "pieces": pieces}


def _low_rate(sound: Iterator[Samples]) -> Iterator[NDArray[np.int16]]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    for samples in itertools.chain(sound, [None]):
        frame = None
        if samples is not None:
            frame = av.AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
            frame.rate = decoding.RATE_HZ
            frame.pts = None
        for part in resampler.resample(frame):
            yield part.to_ndarray()[0]


def _pieces(sound: Iterator[NDArray[np.int16]]) -> Iterator[_Piece]:
    """Yield the sound in pieces, each ended where it is quietest; never more than a piece and a second is held."""
    held, start = np.empty(0, np.int16), 0
    for part in sound:
        held = np.concatenate([held, part])
        while len(held) >= _LONGEST:
            cut = _quietest(held)
            yield _Piece(start, held[:cut])
            held, start = held[cut:], start + cut
    if len(held):
        yield _Piece(start, held)


def _quietest(samples: NDArray[np.int16]) -> int:
    """Return the middle of the longest quiet stretch between the shortest and the longest piece."""
    body = samples[_SHORTEST:_LONGEST]
    windows = body[: len(body) // _WINDOW * _WINDOW].reshape(-1, _WINDOW).astype(np.float32)
    power = np.mean(np.square(windows), axis=1)
    quiet = power <= np.quantile(power, _QUIETEST_SHARE) * 1.5 + 1
    best, run = (0, int(np.argmin(power))), 0
    for at, is_quiet in enumerate([*quiet, False]):
        if is_quiet:
            run += 1
            continue
        best, run = max(best, (run, at - run // 2 - 1)), 0
    return _SHORTEST + (best[1] * _WINDOW + _WINDOW // 2)


def _ms(samples: int) -> int:
    return round(samples * 1000 / RATE_HZ)
