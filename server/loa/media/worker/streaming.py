"""A stream as level sound: decoded as it comes, its loudness followed slowly, its peaks kept below the ceiling."""

import struct
from collections.abc import Iterator
from typing import IO, Protocol

import av
import av.logging
import numpy as np
from numpy.typing import NDArray

from loa.media.worker.decoding import RATE_HZ

BLOCK = RATE_HZ // 10
HEAD = struct.Struct("<f")
_FORMATS = "mp3,aac,ogg,mpegts,mov,flac,wav"
"""Ways to pack sound in which no address can stand that FFmpeg would follow."""

_QUIET_LUFS = -50.0
_FLOOR_DB = -120.0
_MOST_DB, _LEAST_DB = 15.0, -20.0
_UP_DB, _DOWN_DB = 0.15, 0.6
"""By how much the gain rises and falls in a tenth of a second."""
_CEILING = 0.84


class Follower(Protocol):
    """Tells how loud it has been lately, in LUFS."""

    def heard(self, block: NDArray[np.float32]) -> float:
        """Take in a block."""


def run(stream: IO[bytes], out: IO[bytes], *, lufs: float) -> None:
    """Write the blocks of a stream until it ends."""
    av.logging.set_level(None)
    leveller = Leveller(Meter(), lufs=lufs)
    for block in blocks(decoded(stream)):
        level, levelled = leveller.level(block)
        out.write(HEAD.pack(level) + levelled.tobytes())


def decoded(stream: IO[bytes]) -> Iterator[NDArray[np.float32]]:
    """Yield the sound of a stream as it comes."""
    options = {"format_whitelist": _FORMATS, "protocol_whitelist": "none", "probesize": "65536"}
    with av.open(_Unseekable(stream), "r", options=options) as container:
        sound = container.streams.audio[0]
        sound.codec_context.thread_count = 1
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE_HZ)
        for packet in container.demux(sound):
            try:
                frames = packet.decode()
            except av.FFmpegError:
                continue  # a damaged packet is a gap; a stream without any whole one is found silent
            for frame in frames:
                for part in resampler.resample(frame):
                    yield np.clip(np.nan_to_num(part.to_ndarray()[0]), -8.0, 8.0)


def blocks(sound: Iterator[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """Yield sound in blocks of a tenth of a second; what does not fill one at the end is left out."""
    held: list[NDArray[np.float32]] = []
    length = 0
    for piece in sound:
        held.append(piece)
        length += len(piece)
        if length >= BLOCK:
            whole = np.concatenate(held)
            for start in range(0, length - BLOCK + 1, BLOCK):
                yield whole[start : start + BLOCK]
            rest = length % BLOCK
            held, length = [whole[length - rest :]] if rest else [], rest


class Meter:
    """FFmpeg's own meter of loudness over the last three seconds (EBU R 128, short-term)."""

    def __init__(self) -> None:
        """Build the filter once."""
        graph = av.filter.Graph()
        nodes = [
            graph.add_abuffer(sample_rate=RATE_HZ, format="flt", layout="mono"),
            graph.add("ebur128", "metadata=1"),
            graph.add("aformat", "sample_fmts=flt:channel_layouts=mono"),
            graph.add("abuffersink"),
        ]
        graph.link_nodes(*nodes).configure()
        self._graph = graph
        self._lufs = _FLOOR_DB
        self._hiss = (np.random.default_rng(0).standard_normal(BLOCK) * 1e-8).astype(np.float32)

    def heard(self, block: NDArray[np.float32]) -> float:
        """Take in a block and return how loud the last seconds were."""
        frame = av.AudioFrame.from_ndarray((block + self._hiss[: len(block)])[None, :], format="flt", layout="mono")
        frame.rate, frame.pts = RATE_HZ, None
        self._graph.push(frame)
        while True:
            try:
                told = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return self._lufs
            figure = float(told.metadata.get("lavfi.r128.S", "nan")) if isinstance(told, av.AudioFrame) else np.nan
            if not np.isnan(figure):
                self._lufs = figure


class Leveller:
    """Brings sound to a loudness slowly, as a hand at the slider would; silence and noise are not drawn up."""

    def __init__(self, meter: Follower, *, lufs: float) -> None:
        """Begin with the sound as it comes."""
        self._meter, self._lufs = meter, lufs
        self._gain_db, self._last = 0.0, 1.0

    def level(self, block: NDArray[np.float32]) -> tuple[float, NDArray[np.int16]]:
        """Return the level at which a block came, in dBFS, and the block at its new one."""
        rms = float(np.sqrt(np.mean(np.square(block, dtype=np.float64))))
        came_db = 20 * float(np.log10(rms)) if rms > 1e-6 else _FLOOR_DB
        loud = self._meter.heard(block)
        if loud > _QUIET_LUFS and came_db > _QUIET_LUFS:
            wanted = min(_MOST_DB, max(_LEAST_DB, self._lufs - loud))
            self._gain_db += min(_UP_DB, max(-_DOWN_DB, wanted - self._gain_db))
        peak = float(np.max(np.abs(block), initial=0.0))
        gain = min(10 ** (self._gain_db / 20), _CEILING / peak if peak > 0 else 8.0)
        slope = np.linspace(min(self._last, gain * 2), gain, len(block), dtype=np.float32)
        self._last = gain
        return came_db, (np.clip(block * slope, -_CEILING, _CEILING) * 32_767).astype("<i2")


class _Unseekable:
    """Bytes as FFmpeg reads them: forward only, as many as are there."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        read1 = getattr(self._stream, "read1", self._stream.read)
        content: bytes = read1(size)
        return content
