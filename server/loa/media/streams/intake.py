"""One stream taken in: fetched in a thread, decoded in the cage, its sound kept ready for who carries it on."""

import json
import logging
import struct
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import IO

from loa.media.streams import fetching
from loa.media.streams.faults import Fault, StreamBroken
from loa.media.streams.fetching import Kind

logger = logging.getLogger(__name__)

RATE_HZ = 48_000
BLOCK = RATE_HZ // 10
"""A tenth of a second, in samples."""

AHEAD_LEAST, AHEAD_MOST = 12, 80
"""How many blocks lie ready before sound is given out, so that a poor line is not heard; and how many at most."""

_HEAD = struct.Struct("<f")
_WAITS_S = (0.5, 1.0, 2.0, 4.0)
_MEMORY_BYTES = 1_500 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is taken in, and the loudness it is brought to."""

    address: str
    kind: Kind
    lufs: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A tenth of a second: the level at which it came, and its samples as they are to be heard, 16 bits each."""

    level_dbfs: float
    samples: bytes


class Intake:
    """Takes a stream in until it is closed; after a fault it tries again by itself."""

    def __init__(self, source: Source, *, lasts: timedelta) -> None:
        """Be ready; `lasts` bounds what the child may use."""
        self._source, self._lasts = source, lasts
        self._ready: deque[Block] = deque()
        self._room = threading.Condition()
        self._stop = threading.Event()
        self._is_flowing = False
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        self.fault: Fault | None = None
        """Why nothing came the last time."""

    def start(self) -> None:
        """Begin to fetch."""
        self._thread.start()

    def take(self, count: int) -> list[Block] | None:
        """Return the next blocks; None while not so many are there, and until a stock is there again."""
        with self._room:
            self._is_flowing = self._is_flowing or len(self._ready) >= AHEAD_LEAST
            if not self._is_flowing or len(self._ready) < count:
                self._is_flowing = False
                return None
            found = [self._ready.popleft() for _ in range(count)]
            self._room.notify_all()
            return found

    def close(self) -> None:
        """End it, the child too."""
        self._stop.set()
        with self._room:
            self._room.notify_all()
        if self._child is not None:
            _end(self._child)
        self._thread.join(fetching.TIMEOUT_S + 1)

    def _run(self) -> None:
        tries = 0
        while not self._stop.is_set():
            before = len(self._ready)
            try:
                self._follow()
                self.fault = Fault.ENDED
            except StreamBroken as broken:
                self.fault = broken.fault
            tries = 0 if len(self._ready) > before else tries + 1
            self._stop.wait(_WAITS_S[min(tries, len(_WAITS_S) - 1)])

    def _follow(self) -> None:
        """Follow the stream until it breaks; what lies ready stays."""
        child = self._begin_child()
        reader = threading.Thread(target=self._keep, args=(child,), name="intake-sound", daemon=True)
        reader.start()
        try:
            assert child.stdin is not None  # noqa: S101 - opened as a pipe
            for piece in fetching.pieces(self._source.address, self._source.kind, wait=self._stop.wait):
                if self._stop.is_set():
                    return
                try:
                    child.stdin.write(piece)
                    child.stdin.flush()
                except (BrokenPipeError, ValueError) as gone:
                    raise StreamBroken(Fault.NOT_SOUND) from gone
        finally:
            with suppress(OSError, ValueError):
                assert child.stdin is not None  # noqa: S101 - as above
                child.stdin.close()
            reader.join(2.0)  # what the child still has to say, unless there is no room for it
            _end(child)
            reader.join(2.0)
            assert child.stdout is not None  # noqa: S101 - as above
            child.stdout.close()

    def _keep(self, child: "subprocess.Popen[bytes]") -> None:
        """Put what the child makes of the stream with the rest, and wait while there is no room."""
        assert child.stdout is not None  # noqa: S101 - opened as a pipe
        size = _HEAD.size + BLOCK * 2
        with suppress(OSError, ValueError):
            while len(content := _exactly(child.stdout, size)) == size:
                block = Block(level_dbfs=_HEAD.unpack_from(content)[0], samples=content[_HEAD.size :])
                with self._room:
                    while len(self._ready) >= AHEAD_MOST and not self._stop.is_set():
                        self._room.wait(1.0)
                    if self._stop.is_set():
                        return
                    self._ready.append(block)

    def _begin_child(self) -> "subprocess.Popen[bytes]":
        limits = {
            "cpu_s": 60 + int(self._lasts.total_seconds() / 4),
            "memory_bytes": _MEMORY_BYTES,
            "file_bytes": 0,
        }
        told = json.dumps({"limits": limits, "lufs": self._source.lufs})
        child = subprocess.Popen(
            [sys.executable, "-I", "-m", "loa.media.worker.stream", told],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            cwd="/",
            start_new_session=True,
            close_fds=True,
        )
        self._child = child
        return child


def _end(child: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        child.kill()
    with suppress(subprocess.TimeoutExpired):
        child.wait(timeout=5)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    """Return so many bytes; fewer at the end."""
    return stream.read(size)
