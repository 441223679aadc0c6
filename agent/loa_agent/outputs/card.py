"""The output on a sound card, by miniaudio."""

import os
import sys
import threading
from collections import deque
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

from loa_agent import sound
from loa_agent.outputs.port import OutputBroken

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BUFFER_MS = 60


def has_card() -> bool:
    """Return whether there is a real sound card to play on: one that opens, since ALSA lists a default without any."""
    if sys.platform == "linux" and not _linux_may_have_card():
        return False
    import miniaudio  # noqa: PLC0415 - loads libraries an agent without a card can spare

    real = [backend for backend in miniaudio.Backend if backend is not miniaudio.Backend.NULL]
    try:
        miniaudio.PlaybackDevice(backends=real, nchannels=1, sample_rate=sound.RATE_HZ).close()
    except miniaudio.MiniaudioError:
        return False
    return True


def name() -> str:
    """Return what the system calls the sound card, or nothing when there is none."""
    if not has_card():
        return ""
    import miniaudio  # noqa: PLC0415 - see `has_card`

    try:
        found = miniaudio.Devices().get_playbacks()
    except miniaudio.MiniaudioError:
        found = []
    return str(found[0]["name"]) if found else "?"


def _linux_may_have_card() -> bool:
    """Return whether asking is worth it: without a card ALSA fills the log with complaints."""
    return any(Path("/dev/snd").glob("controlC*")) or Path(f"/run/user/{os.getuid()}/pulse/native").exists()


class CardOutput:
    """Plays on the default sound card. `is_mute` takes one that is only pretended."""

    name = "miniaudio"

    def __init__(self, *, is_mute: bool = False) -> None:
        """Open nothing yet."""
        self._is_mute = is_mute

    def voice(self, airing: str, *, started: str) -> "CardVoice":  # noqa: ARG002 - the port's signature
        """Return a voice of the card."""
        return CardVoice(is_mute=self._is_mute)


class CardVoice:
    """Hands samples to the card's own thread; a gap sounds as silence."""

    def __init__(self, *, is_mute: bool) -> None:
        """Open the card."""
        import miniaudio  # noqa: PLC0415 - see `has_card`

        self._waiting: deque[bytes] = deque()
        self._lock = threading.Lock()
        self._started = False
        try:
            self._device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.FLOAT32,
                nchannels=1,
                sample_rate=sound.RATE_HZ,
                buffersize_msec=BUFFER_MS,
                backends=[miniaudio.Backend.NULL] if is_mute else None,
            )
        except miniaudio.MiniaudioError as broken:
            raise OutputBroken(f"the sound card cannot be opened: {broken}") from broken

    def write(self, samples: "NDArray[np.float32]") -> None:
        """Queue samples; the first ones start the card."""
        with self._lock:
            self._waiting.append(samples.tobytes())
        if not self._started:
            self._started = True
            pull = self._pull()
            next(pull)
            self._device.start(pull)

    def close(self, *, whole: bool) -> None:  # noqa: ARG002 - the port's signature
        """Stop the card."""
        self._device.close()

    def _pull(self) -> Generator[bytes, int, None]:
        wanted = yield b""
        rest = b""
        while True:
            size = wanted * 4
            with self._lock:
                while len(rest) < size and self._waiting:
                    rest += self._waiting.popleft()
            piece, rest = rest[:size], rest[size:]
            wanted = yield piece + bytes(size - len(piece))
