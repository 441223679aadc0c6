"""One heap for everything the fleet will do, and one timer."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

EARLY_S = 0.0005
"""What is due within this is done now: timers of the loop count whole milliseconds."""

GRID_S = 0.05
_FINE_S = 0.003
Entry = TypeVar("Entry")


class Timetable(Generic[Entry]):
    """Calls back with all entries that are due, in order. Times are seconds since 1970."""

    def __init__(self, perform: Callable[[Sequence[tuple[float, Entry]]], None]) -> None:
        """Hand due entries to `perform`."""
        self._perform = perform
        self._heap: list[tuple[float, int, Entry]] = []
        self._numbers = itertools.count()
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0

    def add_about(self, at: float, entry: Entry) -> None:
        """Have `entry` done about `at`, together with others of the same moment."""
        self.add(round(at / GRID_S + 0.5) * GRID_S, entry)

    def add(self, at: float, entry: Entry) -> None:
        """Have `entry` done at `at`."""
        heapq.heappush(self._heap, (at, next(self._numbers), entry))
        if self._timer is None or at < self._timer_at:
            self._arm()

    def close(self) -> None:
        """Do nothing more."""
        self._heap.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = self._heap[0][0]
        # libuv's timers may come a millisecond late: wake before, and go the last step in short ones.
        wait = max(0.0, self._timer_at - time.time())
        if not self._is_on_grid(self._timer_at):
            wait = wait - _FINE_S if wait > 2 * _FINE_S else min(wait, 0.001)
        self._timer = self._loop.call_later(wait, self._ring)

    @staticmethod
    def _is_on_grid(at: float) -> bool:
        return round(at / GRID_S) * GRID_S == at

    def _ring(self) -> None:
        self._timer = None
        now = time.time() + EARLY_S
        due: list[tuple[float, Entry]] = []
        while self._heap and self._heap[0][0] <= now:
            at, _, entry = heapq.heappop(self._heap)
            due.append((at, entry))
        if due:
            self._perform(due)
        if self._heap and self._timer is None:
            self._arm()
