"""An edit list made sound: parts cut to the sample, joined without a click, tunes around, a background below."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any  # Any: the request is JSON

import numpy as np

from loa.media.worker import decoding, gate, levels
from loa.media.worker.decoding import RATE_HZ, Samples, Source

FADE = RATE_HZ // 200
"""5 ms at both ends of a part: a cut through a wave clicks."""

_UNDER_FADE_S = 0.8
_ALONE_DB = 8.0
"""How much louder the background is while nobody speaks."""

_SPEECH_DBFS = -45.0
_DUCK_S, _RISE_S, _HOLD_S = 0.15, 0.9, 0.5
_STEP = RATE_HZ // 50


def source(edit: Mapping[str, Any], files: Mapping[str, str], *, longest_s: float) -> Source:
    """Return the sound of an edit list, as `media.edits` writes it. `files` says where each digest lies."""
    clips = {sha256: decoding.file_source(Path(file), longest_s=longest_s) for sha256, file in files.items()}
    parts = [_part(clips[part["sha256"]], part) for part in edit["parts"]]

    def read() -> Iterator[Samples]:
        if edit["intro"]:
            yield from clips[edit["intro"]]()
        spoken = _joined(parts, gap=_samples(edit["gap_ms"]))
        if edit["under"]:
            yield from _over(spoken, clips[edit["under"]], under_db=edit["under_db"], edit=edit)
        else:
            yield from spoken
        if edit["outro"]:
            yield from clips[edit["outro"]]()

    return read


def _part(clip: Source, part: Mapping[str, Any]) -> Source:
    start, stop = _samples(part["from_ms"]), _samples(part["to_ms"])

    def cut() -> Iterator[Samples]:
        yield from levels.between(clip(), start=start, stop=stop)

    sound = gate.gated(cut) if part["is_gated"] else cut
    gain = 10 ** (part["gain_db"] / 20)
    return lambda: _faded(sound(), length=stop - start, gain=gain)


def _faded(sound: Iterator[Samples], *, length: int, gain: float) -> Iterator[Samples]:
    """Yield sound with its gain, from nothing and back to nothing. A decoder may give a few samples less than told."""
    position = 0
    for samples in sound:
        at = np.arange(position, position + len(samples), dtype=np.float32)
        position += len(samples)
        slope = np.minimum(np.minimum(at / FADE, (length - 1 - at) / FADE), 1.0).clip(0.0)
        yield (samples * slope * gain).astype(np.float32)


def _joined(parts: list[Source], *, gap: int) -> Iterator[Samples]:
    for number, part in enumerate(parts):
        if number and gap:
            yield np.zeros(gap, np.float32)
        yield from part()


def _over(spoken: Iterator[Samples], under: Source, *, under_db: float, edit: Mapping[str, Any]) -> Iterator[Samples]:
    """Yield speech over a background that begins before it, steps back while it lasts, and ends after it."""
    total = sum(_samples(part["to_ms"]) - _samples(part["from_ms"]) for part in edit["parts"])
    total += _samples(edit["gap_ms"]) * (len(edit["parts"]) - 1)
    lead, tail = _samples(edit["lead_ms"]), _samples(edit["tail_ms"])
    below, ducking = _Endless(under), _Ducking(under_db)
    length, position = lead + total + tail, 0
    for block in _blocks(_between_silence(spoken, lead=lead, tail=tail), size=_STEP):
        at = np.arange(position, position + len(block), dtype=np.float32)
        position += len(block)
        fade = np.minimum(np.minimum(at, length - at) / (_UNDER_FADE_S * RATE_HZ), 1.0).clip(0.0)
        yield (block + below.next(len(block)) * ducking.gains(block) * fade).astype(np.float32)


def _between_silence(spoken: Iterator[Samples], *, lead: int, tail: int) -> Iterator[Samples]:
    yield np.zeros(lead, np.float32)
    yield from spoken
    yield np.zeros(tail, np.float32)


def _blocks(sound: Iterator[Samples], *, size: int) -> Iterator[Samples]:
    rest = np.empty(0, np.float32)
    for samples in sound:
        rest = np.concatenate([rest, samples]) if len(rest) else samples
        whole = len(rest) // size * size
        for start in range(0, whole, size):
            yield rest[start : start + size]
        rest = rest[whole:]
    if len(rest):
        yield rest


class _Endless:
    """A clip that begins again when it is over."""

    def __init__(self, clip: Source) -> None:
        self._clip, self._sound = clip, clip()
        self._rest = np.empty(0, np.float32)

    def next(self, count: int) -> Samples:
        """Return the next samples."""
        parts, wanted = [], count
        while wanted:
            if not len(self._rest):
                self._rest = next(self._sound, np.empty(0, np.float32))
                if not len(self._rest):
                    self._sound = self._clip()
                    self._rest = next(self._sound, np.zeros(count, np.float32))
            part, self._rest = self._rest[:wanted], self._rest[wanted:]
            parts.append(part)
            wanted -= len(part)
        return np.concatenate(parts)


class _Ducking:
    """The gain of the background: down at once when somebody speaks, up again slowly."""

    def __init__(self, under_db: float) -> None:
        self._low_db, self._high_db = under_db, min(-4.0, under_db + _ALONE_DB)
        self._present_db, self._quiet_s = self._high_db, _HOLD_S

    def gains(self, block: Samples) -> Samples:
        """Return a gain for each sample of the next block of speech."""
        seconds = len(block) / RATE_HZ
        level = levels.decibel(math.sqrt(float(np.mean(np.square(block)))))
        self._quiet_s = 0.0 if level > _SPEECH_DBFS else self._quiet_s + seconds
        span = self._high_db - self._low_db
        before = self._present_db
        if self._quiet_s < _HOLD_S:
            self._present_db = max(self._low_db, before - span * seconds / _DUCK_S)
        else:
            self._present_db = min(self._high_db, before + span * seconds / _RISE_S)
        return np.asarray(10 ** (np.linspace(before, self._present_db, len(block)) / 20), np.float32)


def _samples(milliseconds: int) -> int:
    return milliseconds * RATE_HZ // 1000
