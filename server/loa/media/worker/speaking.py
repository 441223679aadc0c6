"""What voices read, one after another, as one sound: each voice is opened once, two voices are made equally loud."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol  # Any: the request is JSON

import numpy as np
from numpy.typing import NDArray

from loa.media.worker import decoding, levels
from loa.media.worker.decoding import Samples, Source
from loa.media.worker.refused import Refused

_EVEN_LUFS = -20.0


class Reader(Protocol):
    """An opened voice."""

    rate_hz: int

    def read(self, phrases: Sequence[tuple[str, int]], *, longest_s: float) -> NDArray[np.int16]:
        """Return the sound of phrases, each followed by a pause in ms. Raises `Refused("too_long")`."""


def source(parts: Sequence[Mapping[str, Any]], *, longest_s: float) -> Source:
    """Return the sound of all parts. Each holds `engine`, the engine's own facts, and `phrases`."""
    readers: dict[str, Reader] = {}
    spoken: dict[str, list[Source]] = {}
    order: list[tuple[str, Source]] = []
    room_s = longest_s
    for part in parts:
        key = json.dumps({name: fact for name, fact in part.items() if name not in {"phrases", "source"}})
        if part["engine"] == "file":
            sound = decoding.file_source(Path(part["source"]), longest_s=longest_s)
        else:
            reader = readers.get(key) or readers.setdefault(key, _opened(part))
            pcm = reader.read([(text, pause_ms) for text, pause_ms in part["phrases"]], longest_s=room_s)
            room_s -= len(pcm) / reader.rate_hz
            if room_s < 0:
                raise Refused("too_long")
            sound = decoding.pcm_source(pcm, rate_hz=reader.rate_hz)
        spoken.setdefault(key, []).append(sound)
        order.append((key, sound))
    if len(spoken) == 1:
        return lambda: itertools.chain.from_iterable(sound() for _, sound in order)
    gains = {key: _even_gain(sounds) for key, sounds in spoken.items()}
    return lambda: itertools.chain.from_iterable(_louder(sound(), gains[key]) for key, sound in order)


def _opened(part: Mapping[str, Any]) -> Reader:
    if part["engine"] == "piper":
        from loa.media.worker import piper  # noqa: PLC0415 - large, and only there when a voice was added

        return piper.Reader(Path(part["model"]), Path(part["config"]), speed=part["speed"])
    from loa.media.worker import espeak  # noqa: PLC0415 - foreign code only when it is wanted

    return espeak.Engine(voice=part["voice"], speed=part["speed"])


def _even_gain(sounds: Sequence[Source]) -> float:
    """Return the factor that brings all that one voice says to the level of the other."""
    measured = levels.measure(itertools.chain.from_iterable(sound() for sound in sounds), with_peak=False)
    if measured.lufs <= levels.FLOOR_DB / 2:
        return 1.0
    return float(10 ** ((_EVEN_LUFS - measured.lufs) / 20))


def _louder(sound: Iterator[Samples], gain: float) -> Iterator[Samples]:
    for samples in sound:
        yield samples * np.float32(gain)
