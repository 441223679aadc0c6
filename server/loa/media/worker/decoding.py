"""Foreign files as plain sound: mono, 48 kHz, 32-bit float, piece by piece."""

from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from loa.media.worker import sniff
from loa.media.worker.refused import Refused

RATE_HZ = 48_000
Samples = NDArray[np.float32]
Source = Callable[[], Iterator[Samples]]
"""Sound that can be read from its beginning as often as needed."""

_FORMAT, _LAYOUT = "fltp", "mono"
_LOUDEST = 8.0
_BAD_SHARE = 0.05
_SPARE_S = 1.0
_GUESS_DOUBT = 3
"""A length guessed from the bit rate refuses only when it is this many times too long; else decoding tells."""

_FRAMES_ANYWHERE = {"mp3", "mp3float", "aac"}
"""Codecs whose frames are found by searching: when none decodes, it was something else."""


def file_source(file: Path, *, longest_s: float) -> Source:
    """Return the sound of a file after looking at its bytes. Raises `Refused`, also while it is read."""
    name = sniff.demuxer(file)
    sniff.check_whole(file, name)
    has_length = sniff.has_length(file, name)
    return lambda: _in_seconds(_read(file, name, longest_s=longest_s, has_length=has_length))


def pcm_source(pcm: NDArray[np.int16], *, rate_hz: int) -> Source:
    """Return sound that lies in memory."""

    def read() -> Iterator[Samples]:
        resampler = _resampler()
        for start in range(0, len(pcm), rate_hz):
            frame = av.AudioFrame.from_ndarray(pcm[None, start : start + rate_hz], format="s16", layout="mono")
            frame.rate = rate_hz
            frame.pts = None
            yield from _resampled(resampler, frame)
        yield from _resampled(resampler, None)

    return read


def _read(file: Path, name: str, *, longest_s: float, has_length: bool) -> Iterator[Samples]:
    try:
        container = av.open(str(file), format=name, options={"protocol_whitelist": "file"})
    except (av.FFmpegError, ValueError) as failure:
        raise Refused("not_audio") from failure
    with container:
        if not container.streams.audio:
            raise Refused("no_sound_track")
        stream = container.streams.audio[0]
        stream.codec_context.thread_count = 1
        declared_s = _declared_s(container, stream)
        doubt = 1 if has_length or name == "ogg" else _GUESS_DOUBT
        if declared_s is not None and declared_s > doubt * longest_s + _SPARE_S:
            raise Refused("too_long")
        yield from _bounded(container, stream, longest_s=longest_s, declared_s=declared_s if has_length else None)


class _Tally:
    """What happened while decoding, so that it can be judged at the end."""

    def __init__(self) -> None:
        self.packets = 0
        self.failed = 0
        self.last = b""
        self.last_failed = False
        self.given = 0

    def judge(self, stream: AudioStream, *, declared_s: float | None) -> None:
        """Raise `Refused` when there was nothing, too little, or too much of it broken."""
        if not self.given:
            raise Refused("not_audio" if stream.codec_context.name in _FRAMES_ANYWHERE else "damaged")
        short_s = (declared_s or 0.0) - self.given / RATE_HZ
        if self.last_failed or short_s > max(0.5, 0.03 * (declared_s or 0.0)) or _is_cut_mp3_frame(stream, self.last):
            raise Refused("truncated")
        if self.failed > _BAD_SHARE * self.packets:
            raise Refused("damaged")


def _bounded(
    container: InputContainer, stream: AudioStream, *, longest_s: float, declared_s: float | None
) -> Iterator[Samples]:
    """Decode up to the bound; judge at the end whether it was all there."""
    resampler, tally = _resampler(), _Tally()
    try:
        for frame in _frames(container, stream, tally):
            for samples in _resampled(resampler, frame):
                tally.given += len(samples)
                if tally.given > (longest_s + _SPARE_S) * RATE_HZ:
                    raise Refused("too_long")
                yield samples
    except (av.FFmpegError, ValueError) as failure:
        raise Refused("truncated" if tally.given else "not_audio") from failure
    tally.judge(stream, declared_s=declared_s)


def _frames(container: InputContainer, stream: AudioStream, tally: _Tally) -> Iterator[av.AudioFrame | None]:
    """Yield the frames that can be decoded, and None at the end, which empties the resampler."""
    for packet in container.demux(stream):
        if packet.size:
            tally.packets, tally.last, tally.last_failed = tally.packets + 1, bytes(packet), False
        try:
            yield from packet.decode()
        except av.FFmpegError:
            tally.failed, tally.last_failed = tally.failed + 1, True
    yield None


def _in_seconds(pieces: Iterator[Samples]) -> Iterator[Samples]:
    """Yield the same sound in pieces of a second or more: each filter call costs far more than its samples."""
    held: list[Samples] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= RATE_HZ:
            yield _sane(np.concatenate(held))
            held, length = [], 0
    if held:
        yield _sane(np.concatenate(held))


def _sane(samples: Samples) -> Samples:
    """Return samples a filter can bear: a file may hold infinities and things that are no numbers."""
    finite = np.nan_to_num(samples, nan=0.0, posinf=_LOUDEST, neginf=-_LOUDEST)
    return np.clip(finite, -_LOUDEST, _LOUDEST)


def _declared_s(container: InputContainer, stream: AudioStream) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    if container.duration is not None and len(container.streams) == 1:
        return container.duration / 1_000_000
    return None


def _resampler() -> av.AudioResampler:
    """Return what makes mono floats of any sound. Planar, as Opus is decoded: that then passes as it is."""
    return av.AudioResampler(format=_FORMAT, layout=_LAYOUT, rate=RATE_HZ)


def _resampled(resampler: av.AudioResampler, frame: av.AudioFrame | None) -> Iterator[Samples]:
    for part in resampler.resample(frame):
        if part is None:  # at the end, where nothing was held back
            continue
        if (part.format.name, part.layout.name, part.sample_rate) != (_FORMAT, _LAYOUT, RATE_HZ):
            raise ValueError("the sound changes its form on the way")
        yield part.to_ndarray()[0]


_KBIT_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_KBIT_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
_MP3_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def _is_cut_mp3_frame(stream: AudioStream, frame: bytes) -> bool:
    """Tell whether the last frame is shorter than its own header says (ISO 11172-3, layer III)."""
    if stream.codec_context.name not in {"mp3", "mp3float"} or len(frame) < 4 or frame[0] != 0xFF:
        return False
    version, layer, rate = frame[1] >> 3 & 3, frame[1] >> 1 & 3, frame[2] >> 2 & 3
    if layer != 1 or rate == 3 or version == 1:
        return False
    kbit = (_KBIT_1 if version == 3 else _KBIT_2)[frame[2] >> 4]
    words = 144_000 if version == 3 else 72_000
    return len(frame) < words * kbit // _MP3_RATES[version][rate] + (frame[2] >> 1 & 1)
