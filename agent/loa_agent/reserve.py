"""Room on the disk that is given up when there is none left: evidence of weeks fits into it."""

import contextlib
import logging
import os
from pathlib import Path

logger = logging.getLogger("loa_agent")

RESERVE_BYTES = 4 * 1024 * 1024
LOW_BYTES = 1024 * 1024
"""With less than this left the reserve is given up before a write fails."""
_LEAVES_BYTES = 64 * 1024 * 1024
"""A disk with less than this has no room to set aside."""


class Reserve:
    """A file that only takes room."""

    def __init__(self, file: Path) -> None:
        """Name the file; nothing is made yet."""
        self._file = file

    def keep(self) -> bool:
        """Take the room, if there is plenty; return whether it is taken."""
        if self._file.exists():
            return True
        try:
            space = os.statvfs(self._file.parent)
            if space.f_bavail * space.f_frsize < _LEAVES_BYTES:
                return False
            with self._file.open("wb") as out:
                out.write(os.urandom(RESERVE_BYTES))  # a file of holes would take no room
                out.flush()
                os.fsync(out.fileno())
        except OSError:
            self.give_up()
            return False
        return True

    def tend(self, free_bytes: int) -> None:
        """Give the room up when the disk is nearly full, and take it again when there is plenty."""
        if free_bytes < LOW_BYTES:
            if self.give_up():
                logger.warning("the disk is full: evidence goes on in the room that was set aside")
        else:
            self.keep()

    def give_up(self) -> bool:
        """Free the room; return whether there was any."""
        with contextlib.suppress(OSError):
            self._file.unlink()
            return True
        return False
