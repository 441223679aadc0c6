"""Evidence until the server has committed it: numbered without gaps, sent in batches, resent until acknowledged."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from loa_agent.effects import Send
from loa_agent.store import Store
from loa_protocol import canonical, envelope, limits, topics, uuid7
from loa_protocol.messages import Ack, Event, Outcome
from loa_protocol.topics import Up

RESEND_AFTER = timedelta(seconds=10)
RESEND_MOST = timedelta(seconds=60)
FLIGHTS = 4
"""How many batches may be under way; after an outage the acknowledgements set the pace."""

REFUSALS_KEPT = 20_000
"""Past this much unsent evidence refusals are not recorded any more, so that a forger cannot fill the disk."""


@dataclass(slots=True)
class _Flight:
    seqs: list[int]
    sent_at: datetime
    first_time: bool


class Evidence:
    """The evidence of one device."""

    __slots__ = (
        "_flights",
        "_highest_sent",
        "_key",
        "_pending",
        "_store",
        "_topic",
        "_tries",
        "_unsent",
        "last_seq",
        "unrecorded",
    )

    def __init__(self, store: Store, *, device: str, key: bytes) -> None:
        """Take up what the store still holds."""
        self._store, self._key, self._topic = store, key, topics.up(device, Up.EVENT)
        self._pending: dict[int, bytes] = dict(store.evidence())
        self._unsent: deque[int] = deque(self._pending)
        self._flights: list[_Flight] = []
        self._tries = 0
        self.last_seq = self._highest_sent = store.last_seq()
        self.unrecorded = 0

    @property
    def pending(self) -> int:
        """How many pieces the server has not committed yet."""
        return len(self._pending)

    def record(
        self,
        outcome: Outcome,
        *,
        at: datetime,
        airing: str | None = None,
        clip: str | None = None,
        reason: str = "",
        started_at: datetime | None = None,
        ended_at: datetime | None = None,
        lateness_ms: int | None = None,
        volume_pct: int | None = None,
        level_dbfs: float | None = None,
        clock_offset_ms: int | None = None,
    ) -> None:
        """Keep one piece of evidence and queue it for sending."""
        if outcome is Outcome.REFUSED and len(self._pending) >= REFUSALS_KEPT:
            self.unrecorded += 1
            return
        seq = self.last_seq + 1
        event = Event(
            id=uuid7.make_text(int(at.timestamp() * 1000)),
            seq=seq,
            outcome=outcome,
            at=at,
            airing=airing,
            clip=clip,
            started_at=started_at,
            ended_at=ended_at,
            reason=reason,
            lateness_ms=lateness_ms,
            volume_pct=volume_pct,
            level_dbfs=level_dbfs,
            clock_offset_ms=clock_offset_ms,
        )
        content = canonical.encode(event.to_json())
        self._store.add_evidence(seq, content)
        self.last_seq = seq
        self._pending[seq] = content
        self._unsent.append(seq)

    def due(self, now: datetime) -> Iterator[Send]:
        """Yield what is to be sent at `now`; call it only while connected."""
        if not self._unsent and not self._flights:
            return
        patience = self._patience
        overdue = [flight for flight in self._flights if now - flight.sent_at >= patience]
        if overdue:
            self._tries += 1
            self._flights = [flight for flight in self._flights if flight not in overdue]
            self._unsent.extendleft(reversed([seq for flight in overdue for seq in flight.seqs]))
        while self._unsent and len(self._flights) < FLIGHTS:
            batch = self._batch(now)
            if batch is not None:
                yield batch

    def next_at(self) -> datetime | None:
        """Return when `due` may have something, if nothing else happens."""
        if not self._flights:
            return None
        return min(flight.sent_at for flight in self._flights) + self._patience

    def acknowledged(self, ack: Ack) -> datetime | None:
        """Forget what the server has committed; return when the youngest of it was sent.

        None if nothing of it was waiting, or all of it was sent more than once: then nobody knows which is answered.
        """
        gone = [seq for first, last in ack.ranges for seq in self._between(first, last)]
        if not gone:
            return None
        for seq in gone:
            del self._pending[seq]
        self._store.drop_evidence(gone)
        self._tries = 0
        asked_at: datetime | None = None
        for flight in self._flights:
            kept = [seq for seq in flight.seqs if seq in self._pending]
            if len(kept) != len(flight.seqs) and flight.first_time:
                asked_at = flight.sent_at if asked_at is None else max(asked_at, flight.sent_at)
            flight.seqs = kept
        self._flights = [flight for flight in self._flights if flight.seqs]
        return asked_at

    def disconnected(self) -> None:
        """Take back what was under way: nobody knows whether it arrived."""
        self._flights.clear()
        self._tries = 0
        self._unsent = deque(self._pending)

    def moved(self, leap: timedelta) -> None:
        """Note that this device's own clock was set by so much."""
        for flight in self._flights:
            flight.sent_at += leap

    def send_again(self, first: int) -> int:
        """Queue what is kept from number `first` on once more; return how much that is."""
        self.disconnected()
        return sum(1 for seq in self._pending if seq >= first)

    @property
    def _patience(self) -> timedelta:
        return RESEND_AFTER if not self._tries else min(RESEND_AFTER * (1 << min(self._tries, 8)), RESEND_MOST)

    def _between(self, first: int, last: int) -> list[int]:
        if last - first < len(self._pending):
            return [seq for seq in range(first, last + 1) if seq in self._pending]
        return [seq for seq in self._pending if first <= seq <= last]

    def _batch(self, now: datetime) -> Send | None:
        seqs: list[int] = []
        size = 0
        while self._unsent and len(seqs) < limits.EVENTS_PER_BATCH and size < limits.MESSAGE_MAX_BYTES // 2:
            seq = self._unsent.popleft()
            content = self._pending.get(seq)
            if content is not None:
                seqs.append(seq)
                size += len(content)
        if not seqs:
            return None
        self._flights.append(_Flight(seqs, now, first_time=seqs[0] > self._highest_sent))
        self._highest_sent = max(self._highest_sent, seqs[-1])
        payload = b'{"events":[' + b",".join([self._pending[seq] for seq in seqs]) + b"]}"
        return Send(topic=self._topic, payload=envelope.seal(payload, self._key, self._topic))
