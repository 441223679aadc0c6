"""Live speech as a device follows it: which sessions are open, what came of each, and how it ended."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from loa_agent.store import Store
from loa_protocol import canonical
from loa_protocol.live import AHEAD_MOST, Chunk, Opening
from loa_protocol.messages import Outcome
from loa_protocol.player import Live
from loa_protocol.refusal import Reason, Refused
from loa_protocol.replay import Window

PATIENCE = timedelta(seconds=6)
"""How long a speech from which nothing comes is still waited for: longer than the server takes to see it is lost."""

RELAY_PATIENCE = timedelta(seconds=40)
"""How long a relay from which nothing comes is waited for: another process of the server may take it over."""

BEGIN_WITHIN = timedelta(seconds=120)
"""How long a session may stay open before its first chunk."""

AFTERMATH = timedelta(seconds=10)
"""How long chunks on their way when a session was closed are nothing to report."""

WHOLE_SHARE = 0.95
"""Which share of its chunks a device must have let sound to say that it played a speech."""


@dataclass(slots=True)
class Speech:
    """One open session. `count` is how many chunks it had, once it was closed; `owed` how it ended, once it has."""

    opening: Opening
    opened_at: datetime
    base_at: datetime | None = None
    highest: int = -1
    count: int | None = None
    window: Window = field(default_factory=Window)
    waiting: dict[int, Sequence[bytes]] = field(default_factory=dict)
    """Chunks whose moment is still to come, for when the output is tuned to them."""
    started_at: datetime | None = None
    lateness_ms: int | None = None
    volume_pct: int | None = None
    level_dbfs: float | None = None
    sounded: int = 0
    owed: tuple[Outcome, str] | None = None

    def take(self, chunk: Chunk, now: datetime) -> bool:
        """Take in a verified chunk; False when it comes too late to sound. Raises `Refused`."""
        opening = self.opening
        if not opening.start_at <= chunk.play_at < opening.end_at:
            raise Refused(Reason.NOT_YET if chunk.play_at < opening.start_at else Reason.EXPIRED, "chunk")
        if chunk.play_at > now + AHEAD_MOST:
            raise Refused(Reason.NOT_YET, "chunk")
        if self.owed is not None or (self.count is not None and chunk.seq >= self.count):
            raise Refused(Reason.NOT_OPEN)
        base_at = chunk.play_at - chunk.seq * opening.chunk
        if self.base_at is not None and base_at != self.base_at:
            raise Refused(Reason.MALFORMED, "play_at")
        self.window.admit(chunk.seq + 1)
        self.base_at = base_at
        self.highest = max(self.highest, chunk.seq)
        passed = [seq for seq in self.waiting if base_at + (seq + 1) * opening.chunk <= now]
        for seq in passed:
            del self.waiting[seq]
        is_in_time = chunk.play_at + opening.chunk > now
        if is_in_time:
            self.waiting[chunk.seq] = chunk.packets
        return is_in_time

    @property
    def live(self) -> Live | None:
        """The speech as the ladder knows it; None before its first chunk and after its end."""
        if self.base_at is None or self.owed is not None:
            return None
        start_at, end_at = max(self.base_at, self.opening.start_at), self._end_at(self.base_at)
        return self.opening.live(start_at=start_at, end_at=end_at) if start_at < end_at else None

    def ending(self, now: datetime) -> tuple[Outcome, str] | None:
        """Return how the session ended, if it has by `now`; the outcome of a whole speech is decided by its sound."""
        if self.base_at is None:
            began_late = now >= min(self.opening.end_at, max(self.opening.start_at, self.opened_at) + BEGIN_WITHIN)
            return (Outcome.MISSED, "never_began") if began_late or self.count is not None else None
        if self.count is None and now >= min(self.opening.end_at, self._end_at(self.base_at)):
            return Outcome.PARTIAL, "live_limit" if now >= self.opening.end_at else "line_lost"
        if self.count is not None and now >= min(self.opening.end_at, self._end_at(self.base_at)):
            return Outcome.PLAYED, ""
        return None

    def result(self) -> tuple[Outcome, str] | None:
        """Return what goes on record of a session that has ended; None when nobody said anything in it."""
        outcome, reason = self.owed or (Outcome.PLAYED, "")
        if self.count == 0:
            return None
        if reason:
            return (Outcome.MISSED if self.started_at is None else outcome), reason
        planned = self.count or 0
        told = f"live_{self.sounded}_{planned}"
        if self.sounded >= planned * WHOLE_SHARE:
            return Outcome.PLAYED, told
        return (Outcome.PARTIAL if self.sounded else Outcome.MISSED), told

    def sounded_more(self, chunks: int, level_dbfs: float | None) -> None:
        """Note that so many chunks went out, and how loud."""
        self.sounded += chunks
        if level_dbfs is not None:
            self.level_dbfs = level_dbfs if self.level_dbfs is None else max(level_dbfs, self.level_dbfs)

    def _end_at(self, base_at: datetime) -> datetime:
        if self.count is not None:
            return base_at + self.count * self.opening.chunk
        patience = RELAY_PATIENCE if self.opening.is_relay else PATIENCE
        return base_at + (self.highest + 1) * self.opening.chunk + patience


class Speeches:
    """The open sessions of one device, by id."""

    __slots__ = ("_closed", "_store", "open")

    def __init__(self, store: Store) -> None:
        """Begin with none; what a power cut broke off is told by `broken_off`."""
        self._store = store
        self.open: dict[str, Speech] = {}
        self._closed: dict[str, datetime] = {}

    def broken_off(self) -> Iterator[tuple[str, datetime | None]]:
        """Yield the sessions that were open when the power went, each with when its sound set in."""
        kept = self._store.recall("live")
        if kept is not None:
            for session, started_at in json.loads(kept).items():
                yield session, None if started_at is None else canonical.from_wire(started_at)
            self._store.remember("live", None)

    def begin(self, opening: Opening, now: datetime) -> None:
        """Open a session."""
        self.open[opening.id] = Speech(opening, now)
        self.keep()

    def take(self, chunk: Chunk, now: datetime) -> bool:
        """Give a verified chunk to its session; False when it is not to sound. Raises `Refused`."""
        speech = self.open.get(chunk.session)
        if speech is not None:
            return speech.take(chunk, now)
        closed_at = self._closed.get(chunk.session)
        if closed_at is not None and now >= closed_at + AFTERMATH:
            raise Refused(Reason.NOT_OPEN)
        if chunk.play_at + AHEAD_MOST < now:
            raise Refused(Reason.EXPIRED, "chunk")
        return False  # the opening may still come: nothing sounds without it

    def lives(self) -> list[Live]:
        """Return what is to be heard, as the ladder knows it."""
        return [live for speech in self.open.values() if (live := speech.live) is not None]

    def end(self, session: str, now: datetime) -> None:
        """Forget a session that has ended, but that it did."""
        del self.open[session]
        self._closed = {name: at for name, at in self._closed.items() if now < at + timedelta(hours=2)}
        self._closed[session] = now
        self.keep()

    def keep(self) -> None:
        """Store which sessions are open, for a power cut."""
        told = {
            name: None if one.started_at is None else canonical.to_wire(one.started_at)
            for name, one in self.open.items()
        }
        self._store.remember("live", canonical.encode(told) if told else None)
