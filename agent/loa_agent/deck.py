"""The deck: prepares an airing's sound, starts it on the planned millisecond, paces it, and measures what went out."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from loa_agent import sound, speaking
from loa_agent.effects import Adjust, Arm, Halt, Sound, Tune
from loa_agent.outputs.port import Output, OutputBroken, Voice
from loa_agent.speaking import SpeakingTurn
from loa_agent.steady import SteadyClock, machine_clock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AHEAD_S = 0.2
"""How far ahead of its time sound is handed to the output."""

_FINE_S = 0.02
_STEP_S = 0.0005


class Listener(Protocol):
    """Who wants to know. Called from the deck's threads."""

    def started(self, airing: str, at: datetime) -> None:
        """Hear that the sound has set in."""

    def ended(self, airing: str, at: datetime, *, level_dbfs: float | None, chunks: int = 0) -> None:
        """Hear that the sound has ceased; of live speech also how many chunks of it sounded."""

    def failed(self, airing: str, at: datetime, *, reason: str) -> None:
        """Hear that there is no sound to be had."""


class Deck:
    """Has at most one sound playing and one prepared.

    All moments are of its `clock`. It waits for them by what passes, so that a machine's clock that is set meanwhile is
    not heard.
    """

    def __init__(
        self,
        outputs: Sequence[Output],
        *,
        place: Callable[[str], Path],
        listener: Listener,
        clock: SteadyClock | None = None,
    ) -> None:
        """Play on all of `outputs`; `place` says where the file of a digest lies."""
        self._outputs, self._place, self._listener = outputs, place, listener
        self._clock = machine_clock() if clock is None else clock
        self._lock = threading.Lock()
        self._is_warm = False
        self._current: _Turn | SpeakingTurn | None = None
        self._turns: dict[str, _Turn | SpeakingTurn] = {}

    def perform(self, effect: Arm | Tune | Sound | Adjust | Halt) -> None:
        """Do what the core asks of the output."""
        match effect:
            case Arm():
                self.arm(effect)
            case Tune():
                self.tune(effect)
            case Sound():
                self.sound(effect)
            case Adjust():
                self.adjust(effect)
            case Halt():
                self.halt(effect.airing)

    def arm(self, arm: Arm) -> None:
        """Prepare an airing in a thread of its own; it starts by itself."""
        self._take(_Turn(arm, self._outputs, self._place, clock=self._clock))

    def tune(self, tune: Tune) -> None:
        """Prepare live speech in a thread of its own; chunks come by `sound`."""
        self._take(SpeakingTurn(tune, self._outputs, clock=self._clock))

    def sound(self, sound: Sound) -> None:
        """Give a chunk to the speech it belongs to, if that is tuned."""
        turn = self._turns.get(sound.session)
        if isinstance(turn, SpeakingTurn):
            turn.take(sound.seq, sound.packets)

    def adjust(self, wanted: Adjust) -> None:
        """Let what sounds or is prepared go on at another volume, from what is handed to the outputs next."""
        turn = self._turns.get(wanted.airing)
        if turn is not None:
            turn.volume_pct = wanted.volume_pct

    def expect_speech(self) -> None:
        """Load what decodes speech, once, in a thread of its own: somebody is about to speak, and counts in first."""
        if not self._is_warm:
            self._is_warm = True
            threading.Thread(target=speaking.warm, name="warm", daemon=True).start()

    def halt(self, airing: str) -> None:
        """Stop an airing, or forget that it was prepared."""
        turn = self._turns.get(airing)
        if turn is not None:
            turn.stop.set()

    def close(self) -> None:
        """Stop everything."""
        for turn in list(self._turns.values()):
            turn.stop.set()

    def _take(self, turn: "_Turn | SpeakingTurn") -> None:
        self._turns[turn.id] = turn
        threading.Thread(target=self._run, args=(turn,), name="turn", daemon=True).start()

    def _run(self, turn: "_Turn | SpeakingTurn") -> None:
        airing = turn.id
        try:
            turn.prepare()
            if turn.wait():
                with self._lock:
                    before, self._current = self._current, turn
                if before is not None:
                    before.stop.set()
                turn.begin()
                self._listener.started(airing, turn.started_at)
                turn.play()
        except (sound.Unplayable, OutputBroken, OSError) as broken:
            reason = "undecodable" if isinstance(broken, sound.Unplayable) else "output_failed"
            turn.close(whole=False)
            self._listener.failed(airing, self._clock.at(time.monotonic()), reason=reason)
        else:
            turn.close(whole=not turn.stop.is_set())
            if turn.has_begun:
                ended_at = self._clock.at(time.monotonic())
                self._listener.ended(airing, ended_at, level_dbfs=turn.level_dbfs, chunks=turn.chunks)
        finally:
            with self._lock:
                if self._current is turn:
                    self._current = None
            if self._turns.get(airing) is turn:
                del self._turns[airing]


class _Turn:
    """One airing on the deck."""

    def __init__(
        self, arm: Arm, outputs: Sequence[Output], place: Callable[[str], Path], *, clock: SteadyClock
    ) -> None:
        self.arm = arm
        self.volume_pct = self._sounding_pct = arm.volume_pct
        self._clock, self._due_s = clock, clock.due_s(arm.at)
        self.id = arm.id
        self.chunks = 0
        self.stop = threading.Event()
        self.started_at = arm.at
        self.has_begun = False
        self._outputs, self._place = outputs, place
        self._voices: list[Voice] = []
        self._first: NDArray[np.float32] | None = None
        self._samples: Iterator[NDArray[np.float32]] = iter(())
        self._begun_s = 0.0
        self._squares, self._count = 0.0, 0

    @property
    def level_dbfs(self) -> float | None:
        """The RMS of what was handed to the output."""
        return sound.level_dbfs(self._squares / self._count) if self._count else None

    def prepare(self) -> None:
        """Open the outputs and decode the first samples."""
        started = self.arm.at.strftime("%Y%m%dT%H%M%S.%f")[:-3] + "Z"
        self._voices = [output.voice(self.arm.airing.id, started=started) for output in self._outputs]
        self._samples = self._decoded()
        self._first = next(self._samples, None)

    def wait(self) -> bool:
        """Wait for the planned moment: coarsely first, then in steps of half a millisecond. False when halted."""
        while (left := self._due_s - time.monotonic()) > 0:
            if left > _FINE_S:
                if self.stop.wait(min(left - _FINE_S, 1.0)):
                    return False
            else:
                time.sleep(min(left, _STEP_S))
        return not self.stop.is_set()

    def begin(self) -> None:
        """Hand over the first sound."""
        self._begun_s = time.monotonic()
        self.started_at = self._clock.at(self._begun_s)
        self.has_begun, self._sounding_pct = True, self.volume_pct
        if self._first is not None:
            self._write(self._first)

    def play(self) -> None:
        """Hand over the rest at the pace it sounds, and return when the last of it has sounded."""
        for samples in self._samples:
            due_s = self._begun_s + self._count / sound.RATE_HZ - AHEAD_S
            if self.stop.wait(max(0.0, due_s - time.monotonic())):
                return
            self._write(samples)
        self.stop.wait(max(0.0, self._begun_s + self._count / sound.RATE_HZ - time.monotonic()))

    def close(self, *, whole: bool) -> None:
        """Let go of the outputs."""
        for voice in self._voices:
            voice.close(whole=whole)
        self._voices = []

    def _write(self, samples: "NDArray[np.float32]") -> None:
        before_pct, self._sounding_pct = self._sounding_pct, self.volume_pct
        samples = sound.at_volume(samples, before_pct, self._sounding_pct)
        self._squares += float((samples.astype("f8") ** 2).sum())
        self._count += len(samples)
        for voice in self._voices:
            voice.write(samples)

    def _decoded(self) -> "Iterator[NDArray[np.float32]]":
        skip_s, begun = self.arm.position.total_seconds(), 0
        for clip in self.arm.airing.clips:
            if skip_s >= clip.duration_ms / 1000.0:
                skip_s -= clip.duration_ms / 1000.0
                continue
            factor = sound.amplitude(100, clip.gain_db)
            for samples in sound.decoded(self._place(clip.sha256), skip_s=skip_s):
                yield sound.risen(samples * factor, begun=begun, fade_in_ms=self.arm.airing.fade_in_ms)
                begun += len(samples)
            skip_s = 0.0
