"""How fast old tapes come into an archive: recordings of many formats, beside a bare decoding and encoding of each."""

import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any  # Any: figures are JSON

import av
import numpy as np

from loa.box.bench.house import open_house

RECORDINGS = 1_000
SECONDS = 60
_RATE_HZ = 48_000
_FORMATS = (("mp3", "libmp3lame", "mp3"), ("wav", "pcm_s16le", "wav"), ("m4a", "aac", "ipod"), ("flac", "flac", "flac"),
            ("ogg", "libopus", "ogg"))  # fmt: skip


def run(options: Mapping[str, str]) -> dict[str, Any]:
    """Return how many times faster than it sounds a folder is taken in. Options: `recordings`, `seconds` of each.

    The reference decodes and encodes the same files once, in one process for each of two cores: no cage, no search for
    malicious software, no measuring, no level, no database.
    """
    recordings, seconds = int(options.get("recordings", RECORDINGS)), int(options.get("seconds", SECONDS))
    with open_house() as house:
        folder = house.home / "tapes"
        folder.mkdir()
        desk = house.module("loa.box.bench.archive_desk")
        desk.ask(do="people")
        spoken = desk.ask(do="speak")["file"]
        lengths = _tapes(folder, Path(spoken), recordings=recordings, seconds=seconds)
        taken = desk.ask(do="bring", folder=str(folder))
        bare_s = _bare(sorted(folder.iterdir()), house.home)
        sound_s = sum(lengths)
        return {
            "recordings": recordings,
            "sound_s": round(sound_s),
            **taken,
            "times_real_time": round(sound_s / taken["took_s"], 1),
            "bare_times_real_time": round(sound_s / bare_s, 1),
            "cores": os.cpu_count(),
        }


def _tapes(folder: Path, spoken: Path, *, recordings: int, seconds: int) -> list[float]:
    """Write recordings of a voice, each from another place on and in another format; return their lengths."""
    with av.open(str(spoken)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    voice = np.concatenate([np.atleast_2d(frame)[0] for frame in frames]).astype(np.float32)
    voice = np.tile(voice, 1 + seconds * _RATE_HZ // len(voice))
    lengths = []
    for number in range(recordings):
        ending, codec, form = _FORMATS[number % len(_FORMATS)]
        length = max(5, seconds * (2 + number % 3) // 3)
        sound = np.roll(voice, number * 7_919)[: length * _RATE_HZ]
        _write(folder / f"băng {number:04}.{ending}", sound, codec=codec, form=form)
        lengths.append(len(sound) / _RATE_HZ)
    return lengths


def _write(file: Path, sound: "np.ndarray[Any, np.dtype[np.float32]]", *, codec: str, form: str) -> None:
    with av.open(str(file), "w", format=form) as output:
        stream: Any = output.add_stream(codec, rate=_RATE_HZ, layout="mono")  # Any: a codec by its name
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=_RATE_HZ)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound)[None, :], format="flt", layout="mono")
        frame.rate = _RATE_HZ
        buffer = av.AudioFifo()
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            buffer.write(part)
        while (ready := buffer.read(stream.codec_context.frame_size or 1024, partial=True)) is not None:
            output.mux(stream.encode(ready))
        output.mux(stream.encode(None))


def _bare(files: Sequence[Path], home: Path) -> float:
    """Return how many seconds a bare decoding and encoding takes: FFmpeg's libraries let go of Python as they work."""
    begun = time.monotonic()
    with ThreadPoolExecutor(2) as hands:
        list(hands.map(lambda each: _convert(each[1], home / f"bare-{each[0] % 8}-{each[0]}.ogg"), enumerate(files)))
    return time.monotonic() - begun


def _convert(source: Path, result: Path) -> None:
    with av.open(str(source)) as read, av.open(str(result), "w", format="ogg") as output:
        stream = output.add_stream("libopus", rate=_RATE_HZ, layout="mono")
        stream.bit_rate = 32_000
        resampler = av.AudioResampler(format="flt", layout="mono", rate=_RATE_HZ, frame_size=960)
        for frame in read.decode(audio=0):
            for part in resampler.resample(frame):
                output.mux(stream.encode(part))
        for part in resampler.resample(None):
            output.mux(stream.encode(part))
        output.mux(stream.encode(None))
    result.unlink()
