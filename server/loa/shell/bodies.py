"""Receiving the body of a request on the event loop: whole, and no slower than is fair, before a thread is taken."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from typing import IO

QUIET_S = 15.0
"""How long a client may say nothing amid a body."""

PATIENCE_S = 30.0
SLOWEST_BYTES_S = 16_000
"""A body has 30 s, and the time it takes on a line of 128 kbit/s."""

IN_MEMORY_BYTES = 64 * 1024


class Broken(Exception):
    """The client left, or sent less than it declared."""


class WaitingRoom:
    """The bodies under way. When they declare too much together the oldest has to go: it is a stalled one."""

    def __init__(self, *, most_bytes: int) -> None:
        """Bound what all bodies together may declare."""
        self._most_bytes = most_bytes
        self._bytes = 0
        self._inside: dict[asyncio.Timeout, int] = {}

    @contextmanager
    def seat(self, patience: asyncio.Timeout, size_bytes: int) -> Iterator[None]:
        """Count a body while it is received; its timeout may be called early."""
        self._inside[patience] = size_bytes
        self._bytes += size_bytes
        while self._bytes > self._most_bytes and len(self._inside) > 1:
            self._send_away(next(iter(self._inside)))
        try:
            yield
        finally:
            self._leave(patience)

    def _send_away(self, patience: asyncio.Timeout) -> None:
        patience.reschedule(asyncio.get_running_loop().time())
        self._leave(patience)

    def _leave(self, patience: asyncio.Timeout) -> None:
        self._bytes -= self._inside.pop(patience, 0)


async def receive(chunks: AsyncIterator[bytes], *, size_bytes: int, room: WaitingRoom) -> IO[bytes]:
    """Return the body, rewound; small ones stay in memory. Raises `TimeoutError` and `Broken`."""
    kept = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - handed on
    try:
        async with asyncio.timeout(PATIENCE_S + size_bytes / SLOWEST_BYTES_S) as patience:
            with room.seat(patience, size_bytes):
                await _fill(kept, chunks, size_bytes=size_bytes)
    except BaseException:
        kept.close()
        raise
    kept.seek(0)
    return kept


async def discard(chunks: AsyncIterator[bytes], *, most_bytes: int, for_s: float) -> None:
    """Read on for a while after a refusal: a browser that is still sending would not see the answer otherwise."""
    seen = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(for_s):
            while seen <= most_bytes and (chunk := await anext(chunks, b"")):
                seen += len(chunk)


async def _fill(kept: IO[bytes], chunks: AsyncIterator[bytes], *, size_bytes: int) -> None:
    left = size_bytes
    while left > 0:
        async with asyncio.timeout(QUIET_S):
            chunk = await anext(chunks, b"")
        if not chunk:
            raise Broken
        kept.write(chunk)
        left -= len(chunk)
