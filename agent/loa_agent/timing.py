"""The part of a core that finds out what time it is, and what follows when that turns out to be another.

A device believes, in this order: the server's word about the time, if it was asked for within the last seconds; its own
clock, as long as that differs from the server's last word by no more than a minute; and without any word its own clock,
unless that starts before a time that was right once.
"""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from loa_agent.doubts import ASK_EVERY, Doubt, Doubts, Question
from loa_agent.store import Store
from loa_protocol import canonical
from loa_protocol.refusal import Reason

if TYPE_CHECKING:
    from loa_agent.core import Core

KEPT_EVERY = timedelta(minutes=10)
"""How often the time is kept, for a start with a clock that stood still meanwhile."""

_OF_TIME = frozenset({Reason.EXPIRED, Reason.NOT_YET, Reason.KEY_NOT_VALID_NOW})


class Timing:
    """Doubts and asks for a core."""

    __slots__ = ("_core", "_doubts", "_kept", "_question")

    def __init__(self, core: "Core", now: datetime) -> None:
        """Begin with what was known before the start."""
        self._core = core
        self._doubts = Doubts()
        self._question = Question(make=lambda: secrets.token_hex(16))
        kept = core.store.recall("right_at")
        self._kept = None if kept is None else canonical.from_wire(kept.decode())
        core.clock.doubt(self._kept, now)

    @property
    def is_calm(self) -> bool:
        """Tell whether the time is known and nothing waits for it."""
        return self._core.clock.trusted and not self._doubts

    def defer(self, topic: str, payload: bytes, now: datetime) -> bool:
        """Let a genuine message wait where its time cannot be judged, and ask what time it is; False if it can."""
        if self._core.clock.is_sure(now):
            return False
        return self._wait(topic, payload, now, judged=None)

    def refused(self, reason: Reason, topic: str, payload: bytes, now: datetime) -> None:
        """Let a message that was refused for its time wait for the server's word about that."""
        if reason in _OF_TIME:
            self._wait(topic, payload, now, judged=self._core.clock.shift)

    def question(self, now: datetime) -> str | None:
        """Return what a beat asks the server; None if the time is known, or was asked for a moment ago."""
        return None if self.is_calm else self._question.ask(now)

    def look(self, now: datetime) -> datetime | None:
        """Judge what can be judged by now, and ask for the rest; return when to look again."""
        if not (self._doubts and self._core.connected):
            return None
        for one in self._doubts.settle(self._core.clock, now):
            self._core.receive(one.topic, one.payload, now, may_wait=False)
        ask_at = self._doubts.ask_at()
        if ask_at is None or ask_at > now:
            return ask_at
        self._core.ask(now)
        return now + ASK_EVERY

    def linked(self, now: datetime) -> None:
        """Ask anew on a new line."""
        self._question.forget()
        self._doubts.again(now)
        if not self.is_calm:
            self._core.ask(now)

    def learn(self, word: str | None, sent_at: datetime | None, server_at: datetime, now: datetime) -> None:
        """Learn the server's time from an acknowledgement of what was asked by `word`, or of evidence of `sent_at`."""
        asked_at = self._question.answered(word) or sent_at
        if asked_at is None:
            return
        clock = self._core.clock
        before, was_told = clock.shift, clock.offset is not None
        clock.sample(asked_at=asked_at, server_at=server_at, now=now)
        self._leap(before - clock.shift, now, along=was_told)
        self.keep(now)

    def clock_set(self, leap: timedelta, now: datetime) -> None:
        """Go on after this device's own clock was set by so much, to `now`."""
        clock = self._core.clock
        before = clock.shift
        clock.set_by(leap)
        self._core.evidence.moved(leap)
        self._question.moved(leap)
        self._doubts.moved(leap)
        self._leap(leap + before - clock.shift, now, along=True)

    def keep(self, now: datetime) -> None:
        """Keep the time now and then, if it is known to be right."""
        clock, kept = self._core.clock, self._kept
        if clock.offset is None or not clock.trusted:
            return
        if kept is None or not timedelta() <= now - kept < KEPT_EVERY:
            self._kept = now
            self._core.store.remember("right_at", canonical.to_wire(now).encode())

    def _leap(self, by: timedelta, now: datetime, *, along: bool) -> None:
        """Set the time to judge by. What a time that was told let in goes along with it: only its name is another."""
        clock, stage = self._core.clock, self._core.stage
        if by or stage.clock_trusted != clock.trusted:
            stage.leap(by, now - clock.shift, along=along, is_trusted=clock.trusted)
        if clock.trusted and stage.born_at > now:  # it began by a clock that was ahead
            self._core.store.remember("born", None)
            stage.born_at = born_at(self._core.store, now)

    def _wait(self, topic: str, payload: bytes, now: datetime, *, judged: timedelta | None) -> bool:
        is_urgent = topic.endswith(("/now", "/live"))
        iat = self._core.gate.signed_at(topic, payload)
        if iat is None:
            return False
        doubt = Doubt(topic=topic, payload=payload, at=now, judged=judged, worth=(is_urgent, iat))
        least = self._doubts.keep(doubt)
        if least is not None and least.judged is None:
            self._core.receive(least.topic, least.payload, now, may_wait=False)
        if judged is None:
            self._core.ask(now)
        return True


def born_at(store: Store, now: datetime) -> datetime:
    """Return when a device began: at its first start, or now."""
    born = store.recall("born")
    if born is not None:
        return canonical.from_wire(born.decode())
    store.remember("born", canonical.to_wire(now).encode())
    return now
