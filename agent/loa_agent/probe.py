"""A technician's test: a soft tone at the device itself, never louder than whispering, on no plan and no record."""

import tempfile
import time
import wave
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from loa_agent import sound
from loa_agent.outputs.port import Output

VOLUME_PCT = 8
"""Fixed: whoever stands at the loudspeaker hears it, and nobody is woken by it."""

LENGTH_S = 2.0
_TONE_HZ = 440.0
_FADE_IN_MS = 500
_STEP = 4_800


SILENT_S = 0.2


def prove(outputs: Sequence[Output]) -> None:
    """Take every step of a sound but the sound: load the decoder, decode, hand silence to all outputs.

    Raises `OutputBroken`, `Unplayable`.
    """
    import numpy as np  # noqa: PLC0415 - heavy; an idle agent does without

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "silence.wav"
        with wave.open(str(file), "wb") as silence:
            silence.setnchannels(1)
            silence.setsampwidth(2)
            silence.setframerate(sound.RATE_HZ)
            silence.writeframes(bytes(2 * round(SILENT_S * sound.RATE_HZ)))
        decoded = sum(len(samples) for samples in sound.decoded(file))
    if decoded == 0:
        raise sound.Unplayable("nothing came out of the decoder")
    nothing = np.zeros(_STEP, dtype=np.float32)
    for output in outputs:
        voice = output.voice("proof", started="proof")
        voice.write(nothing)
        voice.close(whole=True)


def play(outputs: Sequence[Output], *, pace: bool = True) -> float:
    """Play the tone on all outputs; return its level in dBFS. Raises `OutputBroken`."""
    import numpy as np  # noqa: PLC0415 - heavy; an idle agent does without

    count = round(LENGTH_S * sound.RATE_HZ)
    tone = np.sin(2 * np.pi * _TONE_HZ * np.arange(count) / sound.RATE_HZ).astype(np.float32)
    samples = sound.risen(tone * sound.amplitude(VOLUME_PCT, 0.0), begun=0, fade_in_ms=_FADE_IN_MS).astype(np.float32)
    started = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")[:-3] + "Z"
    voices = [output.voice("test", started=started) for output in outputs]
    for begin in range(0, count, _STEP):
        for voice in voices:
            voice.write(samples[begin : begin + _STEP])
        if pace:
            time.sleep(_STEP / sound.RATE_HZ)
    for voice in voices:
        voice.close(whole=True)
    return sound.level_dbfs(float((samples.astype("f8") ** 2).mean()))
