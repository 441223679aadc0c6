"""Live sound out: claim what came, check its seal, sign it, send it. What is late is not sent any more."""

import asyncio
import contextlib
import hmac
import logging
from datetime import timedelta
from typing import Any  # Any: rows are of open shape

from loa.devices import live as sounds
from loa.devices import ordered, rules
from loa.devices.bridge.database import Line
from loa.devices.bridge.office import SigningOffice
from loa.devices.bridge.wire import Wire
from loa.kernel import clock
from loa_protocol import live, signing, topics
from loa_protocol.signing import Purpose

logger = logging.getLogger(__name__)

LOOK_S = 1.0

_CLAIM = """
UPDATE devices_live_chunk AS chunk SET published_at = %(now)s FROM devices_live AS session
 WHERE session.id = chunk.session_id AND chunk.published_at IS NULL AND chunk.play_at > %(now)s
RETURNING chunk.session_id::text, chunk.seq, chunk.play_at, chunk.packets, chunk.seal, session.areas
"""
_AGAIN = """
UPDATE devices_live SET said_again_at = %(now)s
 WHERE closed_at IS NULL AND expires_at > %(now)s AND COALESCE(said_again_at, opened_at) <= %(before)s
RETURNING id::text
"""
_OPENINGS = f"""
SELECT id, message, lane, area, device_id, body, expires_at, {ordered.NAMED} FROM devices_outbound
 WHERE lane = 'now' AND published_at IS NOT NULL AND expires_at > %(now)s
   AND body -> 'live' ->> 'id' = ANY(%(sessions)s)
"""  # noqa: S608 - constants


class LiveLane:
    """One lane for all live speech."""

    def __init__(self, line: Line, *, office: SigningOffice, wire: Wire) -> None:
        self._line = line
        self._office = office
        self._wire = wire
        self.wake = asyncio.Event()

    async def run(self) -> None:
        """Send whatever comes, for ever."""
        while True:
            self.wake.clear()
            if await self._send_some():
                await self._say_again()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self.wake.wait()

    async def _send_some(self) -> int:
        now = clock.now()
        signer = self._office.signer(now=now)
        if signer is None:
            return 0
        rows = sorted(await self._line.rows(_CLAIM, {"now": now}), key=lambda row: (row[0], row[1]))
        for session, seq, play_at, packets, seal, areas in rows:
            content = bytes(packets)
            if not hmac.compare_digest(bytes(seal), sounds.seal(session, seq, play_at, content)):
                logger.error("live sound nobody here took in: not signed", extra={"session": session, "seq": seq})
                continue
            chunk = live.sign(session, seq, play_at, content, signer.key)
            for area in areas:
                self._wire.cast(topics.area_live(area), chunk)
        return len(rows)

    async def _say_again(self) -> None:
        """Say openings again for devices that came on line since: the same bytes, which the others know."""
        now = clock.now()
        signer = self._office.signer(now=now)
        due = await self._line.rows(_AGAIN, {"now": now, "before": now - rules.LIVE_SAY_AGAIN})
        if not due or signer is None:
            return
        asked = {"now": now + timedelta(seconds=1), "sessions": [session for (session,) in due]}
        for row in await self._line.rows(_OPENINGS, asked):
            if _is_ordered(row):
                number, message, _, area, _, body, *_ = row
                claims = {"id": str(message), **body, "seq": number, "area": area}
                self._wire.cast(topics.area_live(area), signing.sign(claims, signer.key, Purpose.NOW))


def _is_ordered(row: tuple[Any, ...]) -> bool:  # Any: see above
    _, _, lane, area, device, body, expires_at, named = row
    return ordered.digest(lane=lane, area=area, device=device, body=body, expires_at=expires_at) in named
