"""Is this device's clock right? The server's time in each acknowledgement answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from loa_protocol import limits

FRESH = timedelta(seconds=40)
"""So long the server's word about the time serves to judge by where this clock is not trusted: each beat asks anew."""

_NARROW = timedelta(milliseconds=200)
_ZERO = timedelta(0)
_UNTRUSTED = timedelta(milliseconds=limits.CLOCK_UNTRUSTED_MS)


@dataclass(slots=True)
class ClockCheck:
    """The last known difference: this device's clock minus the server's. None before the first answer.

    `trusted` says whether scheduled programmes may follow this clock. `shift` is what to take off it to get a time to
    judge by: nothing while it is trusted. `asked_at` is when the server was asked what it last told.
    """

    offset: timedelta | None = None
    trusted: bool = True
    shift: timedelta = _ZERO
    asked_at: datetime | None = None

    def doubt(self, known: datetime | None, now: datetime) -> None:
        """Do not trust a clock that starts before a time that was right once."""
        self.trusted = known is None or now >= known - _UNTRUSTED

    def sample(self, *, asked_at: datetime, server_at: datetime, now: datetime) -> None:
        """Learn from an answer to something asked at `asked_at` that came at `now`.

        The server stamped it in between, whatever held it up on the way. After a long way only so much is known, and
        the reading nearest to what was known before is taken: an old acknowledgement cannot talk a device out of its
        right clock.
        """
        most, least = now - server_at, asked_at - server_at
        if most - least <= _NARROW:
            self._differ((most + least) / 2)
        else:
            self._differ(min(max(self.offset or _ZERO, least), most))
        self.asked_at = asked_at

    def set_by(self, leap: timedelta) -> None:
        """Note that this device's own clock was set by so much."""
        if self.asked_at is not None:
            self.asked_at += leap
        if self.offset is not None:
            self._differ(self.offset + leap)

    def is_sure(self, now: datetime) -> bool:
        """Tell whether messages may be judged by what is known about the time."""
        return self.trusted or (self.asked_at is not None and abs(now - self.asked_at) <= FRESH)

    @property
    def offset_ms(self) -> int | None:
        """The difference in milliseconds."""
        return None if self.offset is None else round(self.offset / timedelta(milliseconds=1))

    def _differ(self, offset: timedelta) -> None:
        self.offset = offset
        self.trusted = abs(offset) <= _UNTRUSTED
        self.shift = _ZERO if self.trusted else offset
