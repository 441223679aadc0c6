"""One timer for thousands of connections."""

import asyncio
import weakref
from typing import Protocol

_wheels: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, "Wheel"] = weakref.WeakKeyDictionary()


class Ticking(Protocol):
    """What a wheel calls when its time has come."""

    def tick(self) -> int:
        """Return in how many seconds to be called again; 0 for never. Must not raise."""
        ...


class Wheel:
    """Calls each member after a whole number of seconds. Its timer runs only while it has members."""

    def __init__(self) -> None:
        self._due: dict[int, list[Ticking]] = {}
        self._second = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, member: Ticking, *, after_s: int) -> None:
        """Call `member.tick` after at least `after_s` seconds and about one more at most."""
        loop = asyncio.get_running_loop()
        now = int(loop.time())
        if self._timer is None:
            self._second = now
            self._timer = loop.call_later(1, self._turn)
        self._due.setdefault(max(now, self._second) + after_s + 1, []).append(member)

    def _turn(self) -> None:
        loop = asyncio.get_running_loop()
        now = int(loop.time())
        while self._second < now:
            self._second += 1
            for member in self._due.pop(self._second, ()):
                after_s = member.tick()
                if after_s:
                    self._due.setdefault(now + after_s, []).append(member)
        self._timer = loop.call_later(1, self._turn) if self._due else None


def wheel_of_this_loop() -> Wheel:
    """Return the wheel all connections of the running event loop share."""
    loop = asyncio.get_running_loop()
    found = _wheels.get(loop)
    if found is None:
        found = _wheels[loop] = Wheel()
    return found
