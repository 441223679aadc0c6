"""The files of a whole fleet: fetched once for all, each measured once by decoding it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from loa_agent import fetch, sound
from loa_agent.effects import Material
from loa_protocol.refusal import Reason, Refused

RETRY_FIRST_S = 0.5
RETRY_MOST_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """What came of a fetch: a whole file with its mean square if it is sound, or the reason it is refused."""

    path: Path | None
    mean_square: float | None = None
    refused: Reason | None = None


class Shelf:
    """Fetches by digest over HTTP into one folder, until it succeeds or the file is refused."""

    def __init__(self, folder: Path, media_url: str) -> None:
        """Keep files in `folder`."""
        self._folder, self._media_url = folder, media_url
        self._tasks: dict[str, asyncio.Task[Got]] = {}
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="shelf")
        self.fetched = 0

    def get(self, sha256: str, *, size_bytes: int, material: Material, then: Callable[[Got], None]) -> None:
        """Call `then` with the file, at once if it is here."""
        task = self._tasks.get(sha256)
        if task is None or (task.done() and task.result().refused is not None):
            task = asyncio.get_running_loop().create_task(self._bring(sha256, size_bytes, material))
            self._tasks[sha256] = task
        if task.done():
            then(task.result())
        else:
            task.add_done_callback(lambda done: None if done.cancelled() else then(done.result()))

    def mean_square(self, sha256: str) -> float | None:
        """Return the measure of a clip that is here."""
        task = self._tasks.get(sha256)
        return task.result().mean_square if task is not None and task.done() and not task.cancelled() else None

    async def ask(self, url: str, *, most_bytes: int) -> bytes | None:
        """Return a small answer, None when there is none."""
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._pool, lambda: fetch.read(url, most_bytes=most_bytes)
            )
        except fetch.FetchFailed:
            return None

    def close(self) -> None:
        """Stop fetching."""
        for task in self._tasks.values():
            task.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _bring(self, sha256: str, size_bytes: int, material: Material) -> Got:
        loop, wait_s = asyncio.get_running_loop(), RETRY_FIRST_S
        while True:
            try:
                return await loop.run_in_executor(self._pool, lambda: self._work(sha256, size_bytes, material))
            except fetch.FetchFailed:
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, RETRY_MOST_S)

    def _work(self, sha256: str, size_bytes: int, material: Material) -> Got:
        try:
            url = f"{self._media_url}/{sha256}"
            path = fetch.fetch(url, sha256=sha256, size_bytes=size_bytes, folder=self._folder)
        except Refused as refused:
            return Got(path=None, refused=refused.reason)
        self.fetched += 1
        if material is not Material.CLIP:
            return Got(path=path)
        try:
            return Got(path=path, mean_square=sound.mean_square(path))
        except sound.Unplayable:
            return Got(path=path)
