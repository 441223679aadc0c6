"""Messages whose time a device cannot judge yet, and what it asks the server about the time."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from loa_agent.clock_check import ClockCheck

ASK_EVERY = timedelta(seconds=2)
PATIENCE = timedelta(seconds=5)
"""A message that nobody answers a question for is judged after so long by what is known: now means now."""

KEPT = timedelta(seconds=60)
"""So long a message that was refused is kept for an answer: its refusal, which is sent, asks as well."""

DOUBTS_MOST = 16
_SAME = timedelta(seconds=1)
_ZERO = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A message that came `at` this device's time. `judged` is the shift by which it was refused, None if by none."""

    topic: str
    payload: bytes
    at: datetime
    judged: timedelta | None
    worth: tuple[bool, int]
    """What is kept before what: urgent messages, and of these the latest signed."""

    @property
    def patience(self) -> timedelta:
        """How long it is kept without an answer."""
        return PATIENCE if self.judged is None else KEPT


@dataclass(slots=True)
class Doubts:
    """Messages whose time this device cannot judge until the server has told what time it is.

    One is refused already, but perhaps the clock that refused it was to blame: the server's may have been wrong when
    it was last asked, or nobody asked yet. Another was not judged at all: this clock is known to be wrong, and what the
    server said of it is old. Without them the alert would be lost that comes first after a clock is mended.
    """

    _held: list[Doubt] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Tell whether anything waits."""
        return bool(self._held)

    def keep(self, doubt: Doubt) -> Doubt | None:
        """Let a message wait; return the one that has to give way to it, if there are too many."""
        if any(one.payload == doubt.payload for one in self._held):
            return None
        self._held.append(doubt)
        if len(self._held) <= DOUBTS_MOST:
            return None
        least = min(self._held, key=lambda one: one.worth)
        self._held.remove(least)
        return least

    def settle(self, clock: ClockCheck, now: datetime) -> list[Doubt]:
        """Return what is to be judged now: the server told the time since it came, or does not for too long.

        What was refused already is judged again only if there is another time to judge by.
        """

        def is_answered(one: Doubt) -> bool:
            return clock.asked_at is not None and clock.asked_at >= one.at

        ripe = [one for one in self._held if is_answered(one) or now - one.at >= one.patience]
        self._held = [one for one in self._held if one not in ripe]
        return [one for one in ripe if one.judged is None or abs(one.judged - clock.shift) > _SAME]

    def ask_at(self) -> datetime | None:
        """Return from when on the server is to be asked for the sake of what waits."""
        return min((one.at if one.judged is None else one.at + ASK_EVERY for one in self._held), default=None)

    def moved(self, leap: timedelta) -> None:
        """Note that this device's own clock was set by so much, and that nothing was judged by it as it is now."""
        self._held = [replace(one, at=one.at + leap, judged=None) for one in self._held]

    def again(self, now: datetime) -> None:
        """Wait anew from now on: there was no line by which the server could have answered."""
        self._held = [replace(one, at=now) for one in self._held]


@dataclass(slots=True)
class Question:
    """What the server was last asked about the time, that no old answer passes for a new one."""

    make: Callable[[], str]
    _word: str = ""
    _asked_at: datetime | None = None

    def ask(self, now: datetime) -> str | None:
        """Return the word to ask by; None while the last question is young."""
        if self._asked_at is not None and _ZERO <= now - self._asked_at < ASK_EVERY:
            return None
        self._word, self._asked_at = self.make(), now
        return self._word

    def answered(self, word: str | None) -> datetime | None:
        """Return when the question was asked that this answers, once; None if it is none of ours."""
        if word is None or word != self._word or self._asked_at is None:
            return None
        self._word = ""
        return self._asked_at

    def moved(self, leap: timedelta) -> None:
        """Note that this device's own clock was set by so much."""
        if self._asked_at is not None:
            self._asked_at += leap

    def forget(self) -> None:
        """Ask anew at once: the line that carried the question is gone."""
        self._word, self._asked_at = "", None
