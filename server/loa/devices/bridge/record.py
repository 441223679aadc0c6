"""Keeping what was refused: bounded, so that a broken or hostile device cannot fill the disk."""

import logging
import time
import uuid
from collections import deque
from datetime import datetime

from loa.devices.bridge.database import Line
from loa.kernel import clock
from loa_protocol.refusal import Reason

logger = logging.getLogger(__name__)

_PER_DEVICE_A_MINUTE = 20
_HELD_MOST = 10_000

_INSERT = """
INSERT INTO devices_refusal (at, device_id, topic, reason, detail)
SELECT * FROM unnest(%(at)s::timestamptz[], %(device)s::uuid[], %(topic)s::text[],
                     %(reason)s::text[], %(detail)s::text[])
"""


class Record:
    """Refusals on their way into the database."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._held: deque[tuple[datetime, uuid.UUID | None, str, str, str]] = deque(maxlen=_HELD_MOST)
        self._counts: dict[str, int] = {}
        self._window = 0

    def refuse(self, device: str, topic: str, reason: Reason, detail: str = "") -> None:
        """Put one refusal on record; past twenty a minute of one device only the count of the last is told."""
        window = int(time.monotonic() // 60)
        if window != self._window:
            self._window, self._counts = window, {}
        count = self._counts[device] = self._counts.get(device, 0) + 1
        if count > _PER_DEVICE_A_MINUTE:
            return
        if count == _PER_DEVICE_A_MINUTE:
            detail = f"{detail} (more within this minute is not kept)"
        logger.warning("message refused", extra={"device": device, "topic": topic, "reason": reason.value})
        self._held.append((clock.now(), _uuid(device), _plain(topic), reason.value, _plain(detail)))

    async def flush(self) -> None:
        """Write what is held."""
        if not self._held:
            return
        rows = [self._held.popleft() for _ in range(len(self._held))]
        at, device, topic, reason, detail = (list(column) for column in zip(*rows, strict=True))
        await self._line.rows(_INSERT, {"at": at, "device": device, "topic": topic, "reason": reason, "detail": detail})


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", " ")[:200]
