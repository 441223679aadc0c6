"""Log lines about bad callers, which must not become a second attack."""

import logging
import time

logger = logging.getLogger("loa.devices.listener")

LINES_PER_SECOND = 20


class Complaints:
    """Logs what callers did wrong, the first lines of each second; the rest is counted."""

    def __init__(self) -> None:
        self._second = 0
        self._lines = 0
        self._unsaid = 0

    def say(self, reason: str, *, device: str, peer: str) -> None:
        """Log that a caller was dropped or refused, and why."""
        second = int(time.monotonic())
        if second != self._second:
            if self._unsaid:
                logger.warning("more callers refused", extra={"count": self._unsaid})
            self._second, self._lines, self._unsaid = second, 0, 0
        if self._lines >= LINES_PER_SECOND:
            self._unsaid += 1
            return
        self._lines += 1
        logger.warning("caller refused", extra={"reason": reason, "device": device, "peer": peer})
