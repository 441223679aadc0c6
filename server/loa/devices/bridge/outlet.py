"""Lanes out: claim a waiting message, sign it, send it. Nothing leaves unsigned; without a key everything waits."""

import asyncio
import contextlib
import logging
from datetime import timedelta
from typing import Any  # Any: claims are an open JSON object

from loa.devices import ordered
from loa.devices.bridge.database import Line
from loa.devices.bridge.office import SigningOffice
from loa.devices.bridge.wire import Unsent, Wire
from loa.devices.rules import Lane
from loa.kernel import clock
from loa_protocol import signing, topics
from loa_protocol.signing import Purpose
from loa_protocol.topics import Down

logger = logging.getLogger(__name__)

LOOK_S = 2.0
"""How often a lane looks by itself: a notification may be lost with its connection."""

_CLAIM_FOR = timedelta(seconds=5)
_AT_ONCE = 50

_CLAIM = f"""
UPDATE devices_outbound SET claimed_until = %(until)s
 WHERE id IN (SELECT id FROM devices_outbound
               WHERE lane = %(lane)s AND published_at IS NULL AND expires_at > %(now)s
                 AND (claimed_until IS NULL OR claimed_until <= %(now)s)
                 AND (device_id IS NULL OR device_id NOT IN (SELECT id FROM devices_device WHERE driver <> 'loa'))
               ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING id, message, area, device_id, body, expires_at, {ordered.NAMED}
"""  # noqa: S608 - constants
_DONE = "UPDATE devices_outbound SET published_at = %(now)s WHERE id = ANY(%(ids)s)"
_REFUSE = "UPDATE devices_outbound SET claimed_until = expires_at WHERE id = ANY(%(ids)s)"
_RELEASE = "UPDATE devices_outbound SET claimed_until = NULL WHERE id = ANY(%(ids)s)"


class Outlet:
    """One lane. The urgent one has a connection of its own, so that nothing stands in front of it."""

    def __init__(self, lane: Lane, line: Line, *, office: SigningOffice, wire: Wire) -> None:
        self._lane = lane
        self._line = line
        self._office = office
        self._wire = wire
        self.wake = asyncio.Event()
        self.idle = asyncio.Event()

    async def run(self) -> None:
        """Send whatever waits, for ever."""
        while True:
            self.wake.clear()
            self.idle.clear()
            try:
                while await self._send_some():
                    pass
            finally:
                self.idle.set()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):  # not `wait_for`, which in Python 3.11 can swallow a cancellation
                    await self.wake.wait()

    async def _send_some(self) -> int:
        """Send some; return how many, 0 when nothing waits or nothing may be sent."""
        now = clock.now()
        signer = self._office.signer(now=now)
        if signer is None:
            return 0
        parameters = {"lane": self._lane.value, "now": now, "until": now + _CLAIM_FOR, "most": _AT_ONCE}
        claimed = await self._ordered(sorted(await self._line.rows(_CLAIM, parameters)))
        sent: list[int] = []
        for row in claimed:
            topic, purpose, claims = _address(self._lane, row)
            try:
                await self._wire.send(topic, signing.sign(claims, signer.key, purpose))
            except Unsent as unsent:
                logger.warning("message not sent", extra={"number": row[0], "why": str(unsent)})
                break
            sent.append(row[0])
        if sent:
            await self._line.rows(_DONE, {"now": clock.now(), "ids": sent})
        if len(sent) < len(claimed):
            await self._line.rows(_RELEASE, {"ids": [row[0] for row in claimed if row[0] not in sent]})
            return 0
        return len(sent)

    async def _ordered(self, claimed: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:  # Any: see above
        """Return those of these messages that a command on record ordered; the others are never signed."""
        foreign = [row for row in claimed if _digest(self._lane, row) not in row[6]]
        if foreign:
            ids = [row[0] for row in foreign]
            logger.error("nobody ordered this: not signed", extra={"numbers": ids})
            await self._line.rows(_REFUSE, {"ids": ids})
        return [row for row in claimed if row not in foreign]


def _digest(lane: Lane, row: tuple[Any, ...]) -> str:  # Any: see above
    _, _, area, device, body, expires_at, _ = row
    return ordered.digest(lane=lane.value, area=area, device=device, body=body, expires_at=expires_at)


def _address(lane: Lane, row: tuple[Any, ...]) -> tuple[str, Purpose, dict[str, Any]]:
    number, message, area, device, body, *_ = row
    claims = {"id": str(message), **body, "seq": number}  # said in several areas, it has one id
    if lane is Lane.NOW:
        return topics.area_now(area), Purpose.NOW, {**claims, "area": area}
    return topics.down(str(device), Down.COMMAND), Purpose.COMMAND, {**claims, "device": str(device)}
