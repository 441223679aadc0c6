"""A clock that does not jump: when the machine's is set while the agent runs, time goes on as it did."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

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
    _last: tuple[datetime, float] | None = field(default=None)
    held_back: timedelta = _ZERO
    """How far the machine's clock stands from this one since it jumped."""

    def now(self) -> datetime:
        """Return the time to go by."""
        wall, passed_s = self.wall(), self.monotonic_s()
        if self._last is not None:
            expected = self._last[0] + timedelta(seconds=passed_s - self._last[1])
            if abs(wall - self.held_back - expected) > SLEWED:
                self.held_back = wall - expected
        told = wall - self.held_back
        self._last = (told, passed_s)
        return told

    def due_s(self, at: datetime) -> float:
        """Return what `monotonic_s` will tell at a moment of this clock, whatever happens to the machine's till then.

        For any thread, as `at` is.
        """
        told, told_s = self._anchor()
        return told_s + (at - told).total_seconds()

    def at(self, monotonic_s: float) -> datetime:
        """Return the time of this clock at which `monotonic_s` told so much."""
        told, told_s = self._anchor()
        return told + timedelta(seconds=monotonic_s - told_s)

    def judge(self, offset: timedelta | None) -> timedelta:
        """Follow the machine's clock again when it is nearer to the server's than the time that was gone by.

        `offset` is that time minus the server's, as an acknowledgment told it; None while nobody told. Returned is by
        how much this clock leaps.
        """
        leap = self.held_back
        if offset is None or not leap or abs(leap + offset) >= abs(offset):
            return _ZERO
        told, told_s = self._anchor()
        self.held_back, self._last = _ZERO, (told + leap, told_s)
        return leap

    def _anchor(self) -> tuple[datetime, float]:
        if self._last is None:
            self.now()
        assert self._last is not None  # noqa: S101 - `now` has set it
        return self._last


def machine_clock() -> SteadyClock:
    """Return a steady clock over this machine's."""
    return SteadyClock(wall=lambda: datetime.now(UTC), monotonic_s=time.monotonic)
