"""Speech by eSpeak NG, through its C library, whose state is global: each reading sets it anew."""

import ctypes
import functools
from collections.abc import Sequence

import espeakng_loader
import numpy as np
from numpy.typing import NDArray

from loa.media.worker.refused import Refused

_OUTPUT_SYNCHRONOUS = 2
_RATE, _VOLUME, _PITCH, _RANGE, _WORD_GAP = 1, 2, 3, 4, 7
_CHARS_UTF8 = 1
_POSITION_CHARACTER = 1
_WORDS_PER_MINUTE = 155

_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


@functools.cache
def _library() -> tuple[ctypes.CDLL, int]:
    """Return the library and its rate in Hz. Opened twice in a process it reads its own data wrongly."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = str(espeakng_loader.get_data_path()).encode()
    rate_hz: int = library.espeak_Initialize(_OUTPUT_SYNCHRONOUS, 0, data, 0)
    if rate_hz <= 0:
        raise RuntimeError("the speech engine does not start")
    return library, rate_hz


class Engine:
    """One voice of the library at one pace."""

    def __init__(self, *, voice: str, speed: float) -> None:
        """Open the library. `speed` 1.0 is a calm reader's pace."""
        self._library, self.rate_hz = _library()
        self._voice, self._speed = voice, speed
        self._parts: list[NDArray[np.int16]] = []
        self._room = 0
        self._callback = _CALLBACK(self._receive)

    def read(self, phrases: Sequence[tuple[str, int]], *, longest_s: float) -> NDArray[np.int16]:
        """Return the sound of phrases, each followed by a pause in ms. Raises `Refused("too_long")`."""
        self._take_over()
        spoken: list[NDArray[np.int16]] = []
        self._room = int(longest_s * self.rate_hz)
        for text, pause_ms in phrases:
            sound = np.append(self._phrase(text), np.zeros(self.rate_hz * pause_ms // 1000, np.int16))
            if self._room < 0:
                raise Refused("too_long")
            spoken.append(sound)
        return np.concatenate(spoken) if spoken else np.empty(0, np.int16)

    def _take_over(self) -> None:
        """Set the library to this voice: another may have read since."""
        self._library.espeak_SetSynthCallback(self._callback)
        if self._library.espeak_SetVoiceByName(self._voice.encode()) != 0:
            raise RuntimeError("the speech engine does not have this voice")
        for parameter, value in (
            (_RATE, round(_WORDS_PER_MINUTE * self._speed)),
            (_VOLUME, 100),
            (_PITCH, 42),
            (_RANGE, 55),
            (_WORD_GAP, 1),
        ):
            self._library.espeak_SetParameter(parameter, value, 0)

    def _phrase(self, text: str) -> NDArray[np.int16]:
        self._parts = []
        content = text.encode("utf-8", "replace") + b"\0"
        failed = self._library.espeak_Synth(
            content, ctypes.c_size_t(len(content)), 0, _POSITION_CHARACTER, 0, _CHARS_UTF8, None, None
        )
        if failed:
            raise RuntimeError("the speech engine refused a phrase")
        self._library.espeak_Synchronize()
        sound = np.concatenate(self._parts) if self._parts else np.empty(0, np.int16)
        heard = np.flatnonzero(np.abs(sound) > 64)  # the engine's own pauses differ from phrase to phrase
        return sound[heard[0] : heard[-1] + 1] if len(heard) else np.empty(0, np.int16)

    def _receive(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int | None) -> int:
        if samples and count > 0:
            self._parts.append(np.ctypeslib.as_array(samples, shape=(count,)).copy())
            self._room -= count
        return int(self._room < 0)  # 1 makes the library stop
