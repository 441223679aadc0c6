"""From any sound to a clip: trimmed, brought to level, stored as Opus, measured on what was stored."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from loa.media import rules
from loa.media.worker import decoding, gain, levels, sniff
from loa.media.worker.decoding import RATE_HZ, Samples, Source
from loa.media.worker.levels import Measured
from loa.media.worker.refused import Refused

BIT_RATE = 32_000
EFFORT = "5"
"""Of 10: three times as quick as 10, and no worse to a loudspeaker on a pole."""

LEAD_S = 0.2
TAIL_S = 0.4
_SILENT_DBFS = -60.0
_QUIET_LUFS = -50.0
_BELOW_LOUDEST_DB = 45.0
FRAME_MS = 60
"""Three times as long as usual: fewer packets, and the rate is kept where the encoder would double it."""

_TRIALS = 6
_AIM_LU = 0.4
_CLOSE_LU = 0.8
_HEADROOM_DB = 2.2
"""How far the encoder lets speech rise above the ceiling; noise rises further, and is made again below it."""

_SPARE_DB = 0.3
_EASY_DB, _EASE, _EASED_MOST_DB = 6.0, 0.2, 1.5
"""Sound that is limited harder than this rises further in the encoder: the ceiling begins that much lower."""
_LONGEST_S = rules.CLIP_MAX.total_seconds()


@dataclass(slots=True, kw_only=True)
class _Setting:
    """How the level is set; mended from trial to trial. What the encoder takes of the loudness is aimed above."""

    start: int
    stop: int
    aim_lufs: float
    gain_db: float
    ceiling_dbfs: float
    is_eased: bool = False


def make(source: Source, result: Path) -> dict[str, object]:
    """Write the clip and return its facts as JSON values. Raises `Refused`; then nothing usable is written."""
    survey = levels.measure(source(), with_peak=False)
    setting = _first_setting(survey)
    for _ in range(_TRIALS):
        _set_gain(source, setting, survey)
        _encode(_levelled(source, setting), result)
        stored = levels.measure(decoding.file_source(result, longest_s=_LONGEST_S)())
        error_lu = rules.LOUDNESS_LUFS - stored.lufs
        excess_db = stored.true_peak_dbtp - rules.TRUE_PEAK_MAX_DBTP
        if abs(error_lu) <= _CLOSE_LU and excess_db <= 0:
            return _facts(stored, result)
        setting.aim_lufs += error_lu
        if excess_db > 0:
            setting.ceiling_dbfs -= excess_db + _SPARE_DB
    raise Refused("unlevelled")


def examine(source: Path) -> dict[str, object]:
    """Return the facts of a clip as `make` writes them, heard to its end. Raises `Refused` for anything else."""
    if sniff.demuxer(source) != "ogg":
        raise Refused("not_audio")
    with av.open(str(source), format="ogg", options={"protocol_whitelist": "file"}) as container:
        if [stream.codec_context.name.removeprefix("lib") for stream in container.streams] != ["opus"]:
            raise Refused("not_audio")
    heard = levels.measure(decoding.file_source(source, longest_s=_LONGEST_S)())
    if heard.samples < rules.CLIP_MIN.total_seconds() * RATE_HZ:
        raise Refused("too_short")
    is_level = abs(heard.lufs - rules.LOUDNESS_LUFS) <= rules.LOUDNESS_TOLERANCE_LU
    if not is_level or heard.true_peak_dbtp > rules.TRUE_PEAK_MAX_DBTP:
        raise Refused("unlevelled")
    return _facts(heard, source)


def _first_setting(survey: Measured) -> _Setting:
    """Judge what was surveyed and choose the first trim, gain and ceiling."""
    if survey.samples < rules.CLIP_MIN.total_seconds() * RATE_HZ:
        raise Refused("too_short")
    if survey.peak_dbfs <= _SILENT_DBFS or survey.lufs <= levels.FLOOR_DB / 2:
        raise Refused("silent")
    if survey.lufs < _QUIET_LUFS:
        raise Refused("too_quiet")
    start, stop = _trim(survey)
    if stop - start < rules.CLIP_MIN.total_seconds() * RATE_HZ:
        raise Refused("too_short")
    if stop - start > _LONGEST_S * RATE_HZ:
        raise Refused("too_long")
    return _Setting(
        start=start,
        stop=stop,
        aim_lufs=rules.LOUDNESS_LUFS,
        gain_db=0.0,
        ceiling_dbfs=rules.TRUE_PEAK_MAX_DBTP - _HEADROOM_DB,
    )


def _trim(survey: Measured) -> tuple[int, int]:
    """Return where the sound begins and ends, with a breath left on both sides."""
    loudest = levels.decibel(float(np.max(survey.windows, initial=0.0)))
    threshold = 10 ** (max(loudest - _BELOW_LOUDEST_DB, -70.0) / 20)
    heard = np.flatnonzero(survey.windows > threshold)
    if not len(heard):
        return 0, survey.samples
    start = max(0, int(heard[0]) * levels.WINDOW - int(LEAD_S * RATE_HZ))
    stop = min(survey.samples, (int(heard[-1]) + 1) * levels.WINDOW + int(TAIL_S * RATE_HZ))
    return start, stop


def _levelled(source: Source, setting: _Setting) -> Iterator[Samples]:
    trimmed = levels.between(source(), start=setting.start, stop=setting.stop)
    return levels.shaped(trimmed, gain_db=setting.gain_db, ceiling_dbfs=setting.ceiling_dbfs)


def _set_gain(source: Source, setting: _Setting, survey: Measured) -> None:
    """Find the gain that gives the loudness after the limiter has had its part, before anything is encoded."""
    setting.gain_db = least_db = setting.aim_lufs - survey.lufs
    if survey.peak_dbfs + setting.gain_db <= setting.ceiling_dbfs:
        return

    first_db = _forecast(setting, survey)
    crushed_db = first_db - least_db - _EASY_DB
    if crushed_db > 0 and not setting.is_eased:
        setting.ceiling_dbfs -= min(_EASE * crushed_db, _EASED_MOST_DB)
        setting.is_eased = True
        first_db = _forecast(setting, survey)

    def missing_lu(gain_db: float) -> float:
        setting.gain_db = gain_db
        return setting.aim_lufs - levels.measure(_levelled(source, setting), with_peak=False).lufs

    setting.gain_db = gain.settled(missing_lu, first_db=first_db, least_db=least_db, near_lu=_AIM_LU)


def _forecast(setting: _Setting, survey: Measured) -> float:
    return gain.forecast(
        survey, start=setting.start, stop=setting.stop, ceiling_dbfs=setting.ceiling_dbfs, lufs=setting.aim_lufs
    )


def _encode(sound: Iterator[Samples], result: Path) -> None:
    """Write Ogg Opus. Bit-exact container: the same sound gives the same digest."""
    with av.open(str(result), "w", format="ogg", container_options={"fflags": "+bitexact"}) as container:
        options = {"compression_level": EFFORT, "frame_duration": str(FRAME_MS)}
        stream = container.add_stream("libopus", rate=RATE_HZ, layout="mono", options=options)
        stream.bit_rate = BIT_RATE
        stream.codec_context.thread_count = 1
        buffer, position = av.AudioFifo(), 0
        for samples in sound:
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples)[None, :], format="flt", layout="mono")
            frame.rate = RATE_HZ
            frame.pts = position
            position += len(samples)
            buffer.write(frame)
            while (ready := buffer.read(RATE_HZ * FRAME_MS // 1000)) is not None:
                container.mux(stream.encode(ready))
        if (ready := buffer.read(0, partial=True)) is not None:
            container.mux(stream.encode(ready))
        container.mux(stream.encode(None))


def _facts(stored: Measured, result: Path) -> dict[str, object]:
    return {
        "size_bytes": result.stat().st_size,
        "duration_ms": round(stored.samples * 1000 / RATE_HZ),
        "loudness_lufs": round(stored.lufs, 2),
        "true_peak_dbtp": round(stored.true_peak_dbtp, 2),
        "level_dbfs": round(stored.rms_dbfs, 2),
        "envelope": _envelope(stored),
    }


def _envelope(stored: Measured) -> list[int]:
    """Return the peak of each bar on a scale of decibels: −48 dBFS is 0, full scale 100."""
    bounds = np.linspace(0, len(stored.peaks), rules.ENVELOPE_BARS + 1)
    bars = []
    for first, last in itertools.pairwise(bounds):
        part = stored.peaks[int(first) : max(int(first) + 1, int(last))]
        bars.append(round(min(100.0, max(0.0, (levels.decibel(float(np.max(part, initial=0.0))) + 48) / 48 * 100))))
    return bars
