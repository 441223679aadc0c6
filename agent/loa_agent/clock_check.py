"""Is this device's clock right? The server's time in each acknowledgement answers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from loa_protocol import limits
from loa_protocol.refusal import Reason

_NARROW = timedelta(milliseconds=200)
_ZERO = timedelta(0)
_OF_TIME = {Reason.EXPIRED, Reason.NOT_YET, Reason.KEY_NOT_VALID_NOW}
_DOUBTS_MOST = 16
_UNTRUSTED = timedelta(milliseconds=limits.CLOCK_UNTRUSTED_MS)


@dataclass(slots=True)
class ClockCheck:
    """The last known difference: this device's clock minus the server's. None before the first answer.

    `trusted` says whether scheduled programmes may follow this clock. `shift` is what to take off it to get a time to
    judge by: nothing while it is trusted.
    """

    offset: timedelta | None = None
    trusted: bool = True
    shift: timedelta = _ZERO

    def sample(self, *, asked_at: datetime, server_at: datetime, now: datetime) -> None:
        """Learn from an answer to something asked at `asked_at` that came at `now`.

        The server stamped it in between, whatever held it up on the way. After a long way only so much is known, and
        the mildest reading is taken: an old acknowledgement cannot talk a device out of its right clock.
        """
        most, least = now - server_at, asked_at - server_at
        if most - least <= _NARROW:
            self.offset = (most + least) / 2
        else:
            self.offset = min(max(_ZERO, least), most)
        self.trusted = abs(self.offset) <= _UNTRUSTED
        self.shift = _ZERO if self.trusted else self.offset

    @property
    def offset_ms(self) -> int | None:
        """The difference in milliseconds."""
        return None if self.offset is None else round(self.offset / timedelta(milliseconds=1))


@dataclass(slots=True)
class Doubts:
    """Messages refused for their time before anybody told this device what time it is; judged once more when one does.

    A device that starts with a clock a year off would otherwise lose the very alert that comes first.
    """

    _held: list[tuple[str, bytes]] = field(default_factory=list)

    def keep(self, reason: Reason, topic: str, payload: bytes, clock: ClockCheck) -> None:
        """Keep a message that was refused, if only the clock may be to blame and it was never checked."""
        if clock.offset is None and reason in _OF_TIME and len(self._held) < _DOUBTS_MOST:
            self._held.append((topic, payload))

    def settle(self, clock: ClockCheck) -> list[tuple[str, bytes]]:
        """Return what is to be judged anew, now that the clock was checked: nothing if it was right."""
        held, self._held = self._held, []
        return [] if clock.trusted else held
