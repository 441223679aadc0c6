"""Speech by a Piper voice: an ONNX network run on the processor alone, from a file nobody of ours has made."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loa.media.worker.refused import Refused

SAMPLE = "Xin chào bà con."
_FIVE_MINUTES_S = 300.0
_LOUDEST = 32_767.0
_INPUTS = {"input", "input_lengths", "scales"}


class Reader:
    """A voice that was added, opened."""

    def __init__(self, model: Path, config: Path, *, speed: float) -> None:
        """Open the voice. Raises `Refused`: `parts_missing`, or `bad_voice` for a file that is none."""
        try:
            import onnxruntime  # noqa: PLC0415 - an optional part
            from piper import PiperVoice, SynthesisConfig  # noqa: PLC0415 - as above
            from piper.config import PiperConfig  # noqa: PLC0415 - as above
        except ImportError as absent:
            raise Refused("parts_missing") from absent
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = os.cpu_count() or 1
        options.log_severity_level = 4
        try:
            told = PiperConfig.from_dict(json.loads(config.read_text("utf-8")))
            # From memory, not by name: a network may point to other files of the disk, and from memory it has none
            session = onnxruntime.InferenceSession(
                model.read_bytes(), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as odd:
            raise Refused("bad_voice") from odd
        if {one.name for one in session.get_inputs()} != _INPUTS | ({"sid"} if told.num_speakers > 1 else set()):
            raise Refused("bad_voice")
        self._voice = PiperVoice(config=told, session=session)
        self._settings = SynthesisConfig(length_scale=told.length_scale / speed, normalize_audio=False)
        self.rate_hz: int = told.sample_rate

    def read(self, phrases: Sequence[tuple[str, int]], *, longest_s: float) -> NDArray[np.int16]:
        """Return the sound of phrases, each followed by a pause in ms. Raises `Refused`."""
        spoken: list[NDArray[np.int16]] = []
        room = int(longest_s * self.rate_hz)
        for text, pause_ms in phrases:
            pause = np.zeros(self.rate_hz * pause_ms // 1000, np.int16)
            spoken += [*self._phrase(text.replace("[[", " ").replace("]]", " ")), pause]
            room -= sum(map(len, spoken[-2:]))
            if room < 0:
                raise Refused("too_long")
        return np.concatenate(spoken) if spoken else np.empty(0, np.int16)

    def _phrase(self, text: str) -> list[NDArray[np.int16]]:
        """Return one array: the phrase without the rests the network puts around it."""
        try:
            found = [chunk.audio_float_array for chunk in self._voice.synthesize(text, self._settings)]
        except Exception as odd:
            raise Refused("bad_voice") from odd
        sound = np.nan_to_num(np.concatenate([np.atleast_1d(part) for part in found])) if found else np.empty(0)
        heard = np.flatnonzero(np.abs(sound) > 64 / _LOUDEST)
        kept = sound[heard[0] : heard[-1] + 1] if len(heard) else np.empty(0)
        return [(np.clip(kept, -1.0, 1.0) * _LOUDEST).astype(np.int16)]


def probe(model: Path, config: Path) -> dict[str, object]:
    """Let a new voice say a word and return how it went, in figures. Raises `Refused`."""
    sound = Reader(model, config, speed=1.0).read([(SAMPLE, 0)], longest_s=_FIVE_MINUTES_S)
    level = float(np.sqrt(np.mean(np.square(sound.astype(np.float64))))) / _LOUDEST if len(sound) else 0.0
    if level < 0.001:
        raise Refused("bad_voice")
    return {"samples": len(sound), "level": round(level, 4)}
