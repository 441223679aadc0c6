"""Desired state: one small signed message for each device, retained, sent whenever its sequence has risen."""

import asyncio
import contextlib
import logging
import uuid
from datetime import datetime, timedelta

from loa.devices.bridge.database import Line
from loa.devices.bridge.office import SigningOffice
from loa.devices.bridge.outlet import Outlet
from loa.devices.bridge.wire import Unsent, Wire
from loa.devices.keys import Signer
from loa.kernel import clock
from loa_protocol import limits, messages, signing, topics
from loa_protocol.signing import Purpose
from loa_protocol.topics import Down

logger = logging.getLogger(__name__)

LOOK_S = 2.0
RENEW_AFTER = limits.STATE_VALIDITY / 3
"""A state is signed anew long before it expires, also when nothing changed."""

_FIRST = uuid.UUID(int=0)
_AT_ONCE = 200
_SLICE = 10
"""After signing so many (about a millisecond) the event loop is let go, and urgent messages go first."""

_RISEN = """
SELECT id, state_seq, plan, config, release FROM devices_device
 WHERE state = 'enrolled' AND driver = 'loa' AND state_seq > published_seq ORDER BY id LIMIT %(most)s
"""
_ALL = """
SELECT id, state_seq, plan, config, release FROM devices_device
 WHERE state = 'enrolled' AND driver = 'loa' AND id > %(after)s ORDER BY id LIMIT %(most)s
"""
_DONE = """
UPDATE devices_device AS device
   SET published_seq = GREATEST(device.published_seq, sent.seq), published_at = %(now)s
  FROM unnest(%(ids)s::uuid[], %(seqs)s::bigint[]) AS sent (id, seq)
 WHERE device.id = sent.id AND device.state = 'enrolled'
"""
_EXPIRING = """
UPDATE devices_device SET published_seq = 0
 WHERE state = 'enrolled' AND driver = 'loa' AND published_seq > 0
   AND (published_at < %(before)s OR published_at > %(after)s)
"""
"""A state that was signed while this clock was ahead is refused by every device that starts."""

_AHEAD = timedelta(minutes=5)
_RENEW_EVERY = timedelta(hours=1)

Row = tuple[uuid.UUID, int, str | None, str | None, str | None]


class StateLane:
    """Sends states: all of them once at the start, and again to a broker that came back.

    Our own listener keeps them in memory only, and a broker that was killed may have lost what it had not written yet.
    """

    def __init__(self, line: Line, *, office: SigningOffice, wire: Wire, urgent: Outlet) -> None:
        self._line = line
        self._office = office
        self._wire = wire
        self._urgent = urgent
        self._all_after: uuid.UUID | None = _FIRST
        self._renewed_at: datetime | None = None
        self.wake = asyncio.Event()

    def send_all_again(self) -> None:
        """Send every state once more: who keeps them may have forgotten."""
        self._all_after = _FIRST
        self.wake.set()

    async def run(self) -> None:
        """Send whatever has risen, for ever."""
        while True:
            self.wake.clear()
            await self._renew()
            while await self._send_some():
                pass
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):  # not `wait_for`, which in Python 3.11 can swallow a cancellation
                    await self.wake.wait()

    async def _send_some(self) -> int:
        now = clock.now()
        signer = self._office.signer(now=now)
        if signer is None:
            return 0
        rows: list[Row]
        after = self._all_after
        if after is not None:
            rows = await self._line.rows(_ALL, {"after": after, "most": _AT_ONCE})
        else:
            rows = await self._line.rows(_RISEN, {"most": _AT_ONCE})
        sent = await self._publish(rows, signer, now)
        if sent:
            ids, seqs = [row[0] for row in sent], [row[1] for row in sent]
            await self._line.rows(_DONE, {"now": clock.now(), "ids": ids, "seqs": seqs})
        if after is not None and len(sent) == len(rows):
            if after is self._all_after:  # unless all are wanted once more since
                self._all_after = rows[-1][0] if rows else None
            return 1
        return len(sent)

    async def _publish(self, rows: list[Row], signer: Signer, now: datetime) -> list[Row]:
        sent: list[Row] = []
        for start in range(0, len(rows), _SLICE):
            await asyncio.sleep(0)
            await self._urgent.idle.wait()
            some = rows[start : start + _SLICE]
            answers = await asyncio.gather(
                *(self._wire.send(*_signed(row, signer, now), retain=True) for row in some), return_exceptions=True
            )
            for row, answer in zip(some, answers, strict=True):
                if isinstance(answer, Unsent):
                    logger.warning("state not sent", extra={"device": str(row[0]), "why": str(answer)})
                elif isinstance(answer, BaseException):
                    raise answer
                else:
                    sent.append(row)
            if len(sent) < start + len(some):
                break
        return sent

    async def _renew(self) -> None:
        now = clock.now()
        if self._renewed_at is None or not timedelta() <= now - self._renewed_at <= _RENEW_EVERY:
            self._renewed_at = now
            await self._line.rows(_EXPIRING, {"before": now - RENEW_AFTER, "after": now + _AHEAD})


def _signed(row: Row, signer: Signer, now: datetime) -> tuple[str, bytes]:
    device, seq, plan, config, release = row
    state = messages.DesiredState(
        device=str(device),
        seq=seq,
        iat=int(now.timestamp()),
        exp=int((now + limits.STATE_VALIDITY).timestamp()),
        plan=plan,
        config=config,
        keys=signer.key_list_sha256,
        release=release,
    )
    return topics.down(str(device), Down.STATE), signing.sign(state.claims(), signer.key, Purpose.STATE)
