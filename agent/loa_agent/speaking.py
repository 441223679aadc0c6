"""Live speech on the outputs: each chunk at its own moment, silence where one is missing, never out of step."""

import math
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from loa_agent import sound
from loa_agent.effects import Tune
from loa_agent.outputs.port import Output, Voice
from loa_agent.steady import SteadyClock, machine_clock
from loa_protocol.live import PACKET_MS, SILENT_PACKET

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AHEAD_S = 0.35
"""How far ahead of its moment a chunk is handed to the output: a busy machine may leave us waiting for that long."""

OUT_OF_STEP_S = 0.04
"""So late an output would sound after the others: it falls silent and comes in again at a later chunk."""

_FINE_S = 0.02
_STEP_S = 0.0005


def warm() -> None:
    """Load what decodes speech: half a second, and seconds on a busy machine, in which the first chunks would pass."""
    _Decoder().decoded((SILENT_PACKET,), size=PACKET_MS * sound.RATE_HZ // 1000)


class SpeakingTurn:
    """The turn of one speech on the deck, from when it is tuned until it is halted."""

    def __init__(self, tune: Tune, outputs: Sequence[Output], *, clock: SteadyClock | None = None) -> None:
        self.tune = tune
        self.volume_pct = self._sounding_pct = tune.volume_pct
        self._clock = machine_clock() if clock is None else clock
        self.id = tune.id
        self.stop = threading.Event()
        self.started_at = tune.at
        self.has_begun = False
        self.chunks = 0
        self._outputs = outputs
        self._voices: list[Voice] = []
        self._lock = threading.Lock()
        self._waiting: dict[int, Sequence[bytes]] = {}
        self._chunk_s = tune.opening.chunk.total_seconds()
        self._base_s = self._clock.due_s(tune.base_at)
        self._next = max(0, math.ceil(round((tune.at - tune.base_at).total_seconds() / self._chunk_s, 6)))
        self._squares, self._count = 0.0, 0

    @property
    def level_dbfs(self) -> float | None:
        """The RMS of what was handed to the output, its silences left out."""
        return sound.level_dbfs(self._squares / self._count) if self._count else None

    def take(self, seq: int, packets: Sequence[bytes]) -> None:
        """Keep a chunk until its moment. Called from the agent's own thread."""
        with self._lock:
            if seq >= self._next:
                self._waiting[seq] = packets

    def prepare(self) -> None:
        """Open the outputs and load the decoder."""
        started = self.tune.at.strftime("%Y%m%dT%H%M%S.%f")[:-3] + "Z"
        self._voices = [output.voice(self.id, started=started) for output in self._outputs]
        self._decoder = _Decoder()
        # The first time loads libraries: half a second on a busy machine, in which the next chunk's moment would pass
        self._decoder.decoded((SILENT_PACKET,), size=PACKET_MS * sound.RATE_HZ // 1000)

    def wait(self) -> bool:
        """Wait for the moment of the next chunk, one that can still be met. False when halted."""
        while self._moment(self._next) <= time.monotonic():
            self._pass_over()
        while (left := self._moment(self._next) - time.monotonic()) > 0:
            if left > _FINE_S:
                if self.stop.wait(min(left - _FINE_S, 0.2)):
                    return False
            else:
                time.sleep(min(left, _STEP_S))
        return not self.stop.is_set()

    def begin(self) -> None:
        """Hand over the chunk whose moment it is."""
        self.started_at = self._clock.at(time.monotonic())
        self.has_begun, self._sounding_pct = True, self.volume_pct
        self._hand_over()

    def play(self) -> None:
        """Hand over chunk after chunk until halted, or until it cannot keep in step any more."""
        while not self.stop.is_set():
            moment_s = self._moment(self._next)
            if self.stop.wait(max(0.0, moment_s - AHEAD_S - time.monotonic())):
                return
            if time.monotonic() > moment_s + OUT_OF_STEP_S:
                return  # the output has run dry: the core tunes it in again, at a chunk that can be met
            self._hand_over()

    def close(self, *, whole: bool) -> None:
        """Let go of the outputs."""
        for voice in self._voices:
            voice.close(whole=whole)
        self._voices = []

    def _moment(self, seq: int) -> float:
        """Return the moment of a chunk by the monotonic clock: one that is set meanwhile must not be heard."""
        return self._base_s + seq * self._chunk_s

    def _pass_over(self) -> None:
        with self._lock:
            self._waiting.pop(self._next, None)
            self._next += 1

    def _hand_over(self) -> None:
        with self._lock:
            packets = self._waiting.pop(self._next, None)
            self._next += 1
        size = round(self._chunk_s * sound.RATE_HZ)
        before_pct, self._sounding_pct = self._sounding_pct, self.volume_pct
        samples = self._decoder.decoded(packets or (), size=size)
        samples = sound.at_volume(samples, before_pct, self._sounding_pct)
        for voice in self._voices:
            voice.write(samples)
        if packets is not None:
            self.chunks += 1
            self._squares += float((samples.astype("f8") ** 2).sum())
            self._count += len(samples)


class _Decoder:
    """Turns Opus packets of one speech into samples."""

    def __init__(self) -> None:
        import av  # noqa: PLC0415 - heavy; an idle agent does without

        self._context = av.CodecContext.create("libopus", "r")
        self._context.sample_rate, self._context.layout = sound.RATE_HZ, "mono"

    def decoded(self, packets: Sequence[bytes], *, size: int) -> "NDArray[np.float32]":
        """Return exactly `size` samples: silence where packets are missing or cannot be read."""
        import av  # noqa: PLC0415 - as above
        import numpy as np  # noqa: PLC0415 - as above

        whole = np.zeros(size, dtype=np.float32)
        each = PACKET_MS * sound.RATE_HZ // 1000
        for number, packet in enumerate(packets):
            at = number * each
            try:
                frames = self._context.decode(av.Packet(packet))
            except av.FFmpegError:
                continue
            for frame in frames:
                samples = frame.to_ndarray().reshape(-1).astype(np.float32) / 32_768.0
                piece = samples[: max(0, size - at)]
                whole[at : at + len(piece)] = piece
                at += len(piece)
        return whole
