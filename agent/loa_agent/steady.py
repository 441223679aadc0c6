"""A clock that does not jump: when the machine's is set while the agent runs, time goes on as it did."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

SLEWED = timedelta(seconds=2)
"""A clock that is helped along gently moves less than this between two looks; more is a jump."""

_ZERO = timedelta(0)


@dataclass(slots=True)
class SteadyClock:
    """The machine's time, but for jumps: they are held back until the server's time says that they were right.

    A device alone cannot know whether a jump mends its clock or spoils it. It began with a time that was good enough to
    play by, so it goes on with that. `wall` tells the time, `monotonic_s` only how much of it has passed.
    """

    wall: Callable[[], datetime]
    monotonic_s: Callable[[], float]
    _last: datetime | None = field(default=None)
    _last_s: float = 0.0
    held_back: timedelta = _ZERO
    """How far the machine's clock stands from this one since it jumped."""

    def now(self) -> datetime:
        """Return the time to go by."""
        wall, passed_s = self.wall(), self.monotonic_s()
        if self._last is not None:
            expected = self._last + timedelta(seconds=passed_s - self._last_s)
            if abs(wall - self.held_back - expected) > SLEWED:
                self.held_back = wall - expected
        told = wall - self.held_back
        self._last, self._last_s = told, passed_s
        return told

    def of(self, at: datetime) -> datetime:
        """Return a moment that the machine's clock told, as this one has it."""
        return at - self.held_back

    def judge(self, offset: timedelta | None) -> None:
        """Follow the machine's clock again when it is nearer to the server's than the time that was gone by.

        `offset` is that time minus the server's, as an acknowledgment told it; None while nobody told.
        """
        if offset is not None and self.held_back and abs(self.held_back + offset) < abs(offset):
            self.held_back = _ZERO
            self._last = None
