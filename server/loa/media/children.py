"""Starting the limited child process, waiting for it, and ending it in any case."""

import fcntl
import json
import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any  # Any: the child's answer is JSON

from django.conf import settings

from loa.kernel.errors import DomainError
from loa.media import refusals

logger = logging.getLogger(__name__)

_ANSWER_MAX_BYTES = 64 * 1024
_ASK_AGAIN_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one kind of child may use, and how many of it may run at once on this machine."""

    kind: str
    at_once: int
    patience: timedelta
    wall: timedelta
    cpu: timedelta
    memory_bytes: int
    file_bytes: int


def run(request: Mapping[str, Any], *, bounds: Bounds, overrun: type[DomainError]) -> dict[str, Any]:
    """Let a child answer a request and return the facts of what it made.

    Raises the refusal the child names, `Busy` when no place comes free, and `overrun` when the child broke a bound,
    crashed or stumbled over a bug of ours (which is logged).
    """
    limits = {
        "cpu_s": int(bounds.cpu.total_seconds()),
        "memory_bytes": bounds.memory_bytes,
        "file_bytes": bounds.file_bytes,
    }
    with _place(bounds):
        answer, ended_by = _exchange(json.dumps({**request, "limits": limits}).encode(), wall=bounds.wall)
    if "made" in answer:
        facts: dict[str, Any] = answer["made"]
        return facts
    if (refused := refusals.BY_WORKER.get(answer.get("refused", ""))) is not None:
        raise refused
    logger.warning("media child failed", extra={"kind": bounds.kind, "fault": answer.get("fault"), "ended": ended_by})
    raise overrun


@contextmanager
def _place(bounds: Bounds) -> Iterator[None]:
    """Hold one of the places, which all processes on the machine share; a dead process gives its place back."""
    folder = Path(settings.MEDIA_FOLDER) / ".places"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = time.monotonic() + bounds.patience.total_seconds()
    while True:
        for number in range(bounds.at_once):
            handle = os.open(folder / f"{bounds.kind}-{number}", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                continue
            try:
                yield
            finally:
                os.close(handle)
            return
        if time.monotonic() >= until:
            raise refusals.Busy
        time.sleep(_ASK_AGAIN_S)


def _exchange(request: bytes, *, wall: timedelta) -> tuple[dict[str, Any], str]:
    """Return the child's answer, empty when it gave none, and how it ended."""
    until = time.monotonic() + wall.total_seconds()
    child = subprocess.Popen(
        [sys.executable, "-I", "-m", "loa.media.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        cwd="/",
        start_new_session=True,
        close_fds=True,
    )
    try:
        _send(child, request)
        text = _received(child, until=until)
        return _parsed(text), "answered"
    except TimeoutError:
        return {}, "timeout"
    finally:
        _end(child)


def _send(child: subprocess.Popen[bytes], request: bytes) -> None:
    """Write the request; it fits the pipe or the child reads it first of all."""
    assert child.stdin is not None  # noqa: S101 - opened as a pipe above
    try:
        child.stdin.write(request)
        child.stdin.close()
    except BrokenPipeError:
        logger.warning("media child died before it read its request")


def _received(child: subprocess.Popen[bytes], *, until: float) -> bytes:
    assert child.stdout is not None  # noqa: S101 - opened as a pipe above
    handle, text = child.stdout.fileno(), b""
    while len(text) <= _ANSWER_MAX_BYTES:
        ready, _, _ = select.select([handle], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise TimeoutError
        part = os.read(handle, 65_536)
        if not part:
            return text
        text += part
    return b""


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill the child and whatever it started, and wait for it."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        logger.debug("media child was gone already")
    child.wait(timeout=10)
    for pipe in (child.stdin, child.stdout):
        if pipe is not None and not pipe.closed:
            pipe.close()
