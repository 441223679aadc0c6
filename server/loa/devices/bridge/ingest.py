"""Taking in evidence: gathered for a moment, checked, committed, and only then acknowledged."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psycopg

from loa.devices import ports, rules
from loa.devices.bridge import evidence
from loa.devices.bridge.database import Connection, Line
from loa.devices.bridge.gate import Gate
from loa.devices.bridge.record import Record
from loa.devices.bridge.wire import Wire
from loa.kernel import clock
from loa_protocol import canonical, envelope, topics
from loa_protocol.refusal import Reason, Refused
from loa_protocol.topics import Down, Up

logger = logging.getLogger(__name__)

GATHER_S = 0.02
ROWS_FULL = 2_000
"""So many rows are written without waiting for more."""

_MESSAGES_MOST = 4_000
_SLICE_BYTES = 32 * 1024
"""After reading so much the event loop is let go, so that urgent messages are never behind evidence."""

_ACKS_A_TURN = 100

STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS incoming (LIKE devices_event INCLUDING DEFAULTS) ON COMMIT DELETE ROWS
"""
_COLUMNS = ", ".join(evidence.COLUMNS)
_COPY = f"COPY incoming ({_COLUMNS}) FROM STDIN".encode()
_INSERT = f"INSERT INTO devices_event ({_COLUMNS}) SELECT {_COLUMNS} FROM incoming ON CONFLICT DO NOTHING".encode()  # noqa: S608 - constants
_OTHERS = ", ".join(evidence.COLUMNS[1:])
_INSERT_APART = f"""
INSERT INTO devices_event ({_COLUMNS})
SELECT overlay(overlay(md5(device_id::text || id::text) PLACING '8' FROM 17)
               PLACING left(replace(id::text, '-', ''), 13) FROM 1)::uuid, {_OTHERS}
  FROM incoming
 CROSS JOIN LATERAL (SELECT kept.device_id AS owner FROM devices_event AS kept
                      WHERE kept.id = incoming.id LIMIT 1) AS first
 WHERE owner <> device_id
ON CONFLICT DO NOTHING RETURNING device_id::text, id::text
""".encode()  # noqa: S608 - constants
"""Keeps what came under an id that another device has used, whichever of the two made it: an event is the same only
when device and id are the same. It gets a UUIDv7 of the same millisecond that follows from both, so that it still
counts once. `LIMIT` keeps the search on the primary key, whatever the planner thinks of a table without figures."""

Waiting = tuple[str, str, bytes, Callable[[], None]]
"""Device, topic, sealed payload, and what sends the PUBACK."""


@dataclass(slots=True)
class _Read:
    """One message, read: its rows and what its device is told after the commit."""

    device: str
    topic: str
    acknowledge: Callable[[], None]
    rows: list[str]
    seqs: list[int]


class Ingest:
    """One writer; while it commits, the next batch is read."""

    def __init__(self, line: Line, *, gate: Gate, record: Record, wire: Wire) -> None:
        self._line = line
        self._gate = gate
        self._record = record
        self._wire = wire
        self._waiting: deque[Waiting] = deque()
        self._wake = asyncio.Event()
        self._closing = asyncio.Event()
        self.rows_committed = 0
        self.unwritten = 0

    def take(self, device: str, topic: str, payload: bytes, acknowledge: Callable[[], None]) -> None:
        """Take a message; it is neither read nor acknowledged yet."""
        self._waiting.append((device, topic, payload, acknowledge))
        self.unwritten += 1
        if not self._wake.is_set():
            self._wake.set()

    async def run(self) -> None:
        """Write until `close`; what waits then is still written."""
        while not (self._closing.is_set() and not self._waiting):
            await self._wake.wait()
            if len(self._waiting) < ROWS_FULL and not self._closing.is_set():
                await asyncio.sleep(GATHER_S)
            self._wake.clear()
            settling: asyncio.Task[None] | None = None
            while self._waiting:
                batch = await self._read_some()
                if settling is not None:
                    await settling
                settling = asyncio.create_task(self._settle(batch))
            if settling is not None:
                await settling

    def close(self) -> None:
        """Ask `run` to end when nothing waits."""
        self._closing.set()
        self._wake.set()

    async def _read_some(self) -> list[_Read]:
        batch: list[_Read] = []
        rows = sliced = 0
        received_at = canonical.to_wire(clock.now())
        while self._waiting and rows < ROWS_FULL and len(batch) < _MESSAGES_MOST:
            message = self._waiting.popleft()
            read = self._read(message, received_at)
            batch.append(read)
            rows += len(read.rows)
            sliced += len(message[2])
            if sliced > _SLICE_BYTES:
                sliced = 0
                await asyncio.sleep(0)
        return batch

    def _read(self, message: Waiting, received_at: str) -> _Read:
        """Return what a message holds. One that cannot be believed or read holds nothing and is put on record."""
        device, topic, payload, acknowledge = message
        read = _Read(device, topic, acknowledge, [], [])
        try:
            key = self._gate.seal_key(device)
            reading = evidence.read(envelope.unseal(payload, key, topic), device=device, received_at=received_at)
        except Refused as refused:
            self._record.refuse(device, topic, refused.reason, refused.detail)
            return read
        for reason, detail in reading.refused:
            self._record.refuse(device, topic, reason, detail)
        read.rows, read.seqs = reading.rows, reading.seqs
        return read

    async def _settle(self, batch: Sequence[_Read]) -> None:
        await self._commit(batch)
        await self._confirm(batch)

    async def _commit(self, batch: Sequence[_Read]) -> None:
        """Commit a batch. If the database does not take it, it is halved until the odd message stands alone."""
        block = "".join([row for read in batch for row in read.rows])
        if not block:
            return
        try:
            apart = await self._line.run(lambda connection: _write(connection, block.encode()))
        except (psycopg.DataError, psycopg.IntegrityError) as odd:
            if len(batch) == 1:
                logger.exception("evidence not taken", extra={"device": batch[0].device})
                self._record.refuse(batch[0].device, batch[0].topic, Reason.MALFORMED, type(odd).__name__)
                batch[0].rows = []
                return
            middle = len(batch) // 2
            await self._commit(batch[:middle])
            await self._commit(batch[middle:])
        else:
            self.rows_committed += sum(len(read.rows) for read in batch)
            for device, event in apart:
                detail = f"the id of another device's event; kept as {event}"
                self._record.refuse(device, topics.up(device, Up.EVENT), Reason.REPLAYED, detail)

    async def _confirm(self, batch: Sequence[_Read]) -> None:
        """Send the receipts of what is committed: the PUBACK of each message, and one sealed ack for each device."""
        told: dict[str, list[_Read]] = {}
        for read in batch:
            told.setdefault(read.device, []).append(read)
        at = canonical.to_wire(clock.now())
        for count, (device, reads) in enumerate(told.items(), start=1):
            for read in reads:
                read.acknowledge()
            seqs = [seq for read in reads for seq in read.seqs]
            if seqs:  # in the same turn of the loop as its PUBACK, so that both leave in one write
                self._acknowledge(device, seqs, at)
            if not count % _ACKS_A_TURN:
                await asyncio.sleep(0)
        self.unwritten -= len(batch)

    def _acknowledge(self, device: str, seqs: list[int], at: str) -> None:
        key = self._gate.key(device)
        if key is None:
            return
        pairs = ",".join([f"[{first},{last}]" for first, last in rules.ranges(seqs)])
        topic = topics.down(device, Down.ACK)
        # `messages.Ack.encode` to the byte, without the detour through a JSON encoder
        self._wire.tell(topic, envelope.seal(f'{{"at":"{at}","ranges":[{pairs}]}}'.encode(), key, topic))


async def _write(connection: Connection, block: bytes) -> list[tuple[str, str]]:
    """Commit rows; return device and new id of those that came under an id of another device's."""
    async with connection.transaction(), connection.cursor() as cursor:
        async with cursor.copy(_COPY) as copy:
            await copy.write(block)
        await cursor.execute(_INSERT)
        is_whole = cursor.rowcount == block.count(b"\n")
        for statement in ports.statements():
            await cursor.execute(statement)
        if is_whole:
            return []
        # Some were here before: sent again by their device, which is usual, or under a foreign id.
        await cursor.execute(_INSERT_APART)
        return [(device, event) for device, event in await cursor.fetchall()]
