"""The media of a real device: fetched in the order it is needed, tried again until it is here."""

import asyncio
import contextlib
import heapq
import itertools
import logging
import math
import time
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from ssl import SSLContext

from loa_agent import fetch
from loa_agent.effects import Fetch, Material
from loa_protocol.refusal import Reason, Refused

logger = logging.getLogger("loa_agent")

RETRY_FIRST_S = 1.0
RETRY_MOST_S = 60.0
UNUSED_KEPT_S = 14 * 86_400.0

Brought = Callable[[Fetch, Path], None]
Bad = Callable[[Fetch, Reason], None]


class Library:
    """Files by digest in one folder."""

    def __init__(self, folder: Path, media_url: str, *, ssl: SSLContext | None, brought: Brought, bad: Bad) -> None:
        """Call `brought` for each file that is here, `bad` for one that is something else than its digest says."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._media_url, self._ssl = folder, media_url, ssl
        self._brought, self._bad = brought, bad
        self._queue: list[tuple[float, int, Fetch]] = []
        self._numbers = itertools.count()
        self._wanted: set[str] = set()
        self._waits: dict[str, float] = {}
        self._wake = asyncio.Event()
        self._complained = False

    def has(self, sha256: str) -> bool:
        """Return whether a file is here, whole."""
        return self.place(sha256).exists()

    def place(self, sha256: str) -> Path:
        """Return where a file lies."""
        return fetch.place(self._folder, sha256)

    def want(self, wanted: Fetch) -> None:
        """Fetch a file, the plan's documents first, then clips in the order of their start."""
        if wanted.sha256 not in self._wanted:
            self._wanted.add(wanted.sha256)
            self._push(wanted)

    async def run(self) -> None:
        """Fetch for ever."""
        while True:
            while not self._queue:
                self._wake.clear()
                await self._wake.wait()
            _, _, wanted = heapq.heappop(self._queue)
            await self._bring(wanted)

    def tidy(self, used: Collection[str]) -> None:
        """Remove files nobody plans to play that are older than two weeks, but what is on its way has no age yet.

        A clock that jumps would make it old, and it would be gone between its fetch and its use.
        """
        spared = {*used, *self._wanted}
        for path in self._folder.glob("*/*"):
            with contextlib.suppress(OSError):
                if path.stem not in spared and time.time() - path.stat().st_mtime > UNUSED_KEPT_S:
                    path.unlink()

    async def _bring(self, wanted: Fetch) -> None:
        url = f"{self._media_url}/{wanted.sha256}"
        try:
            path = await asyncio.to_thread(
                fetch.fetch,
                url,
                sha256=wanted.sha256,
                size_bytes=wanted.size_bytes,
                folder=self._folder,
                ssl=self._ssl,
            )
        except fetch.FetchFailed as failed:
            if not self._complained:
                self._complained = True
                logger.warning("media cannot be fetched: %s", failed)
            self._again(wanted)
        except Refused as refused:
            self._bad(wanted, refused.reason)
            self._again(wanted)
        else:
            if self._complained:
                self._complained = False
                logger.warning("media can be fetched again")
            self._wanted.discard(wanted.sha256)
            self._waits.pop(wanted.sha256, None)
            self._brought(wanted, path)

    def _again(self, wanted: Fetch) -> None:
        wait_s = self._waits.get(wanted.sha256, RETRY_FIRST_S)
        self._waits[wanted.sha256] = min(wait_s * 2, RETRY_MOST_S)
        asyncio.get_running_loop().call_later(wait_s, self._push, wanted)

    def _push(self, wanted: Fetch) -> None:
        needed_at: datetime | None = wanted.needed_at
        rank = 0.0 if wanted.material is not Material.CLIP or needed_at is None else needed_at.timestamp()
        if wanted.material is Material.PACKAGE:
            rank = math.inf  # after everything that is to be heard
        heapq.heappush(self._queue, (rank, next(self._numbers), wanted))
        self._wake.set()
