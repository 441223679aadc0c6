"""Keeps the parts of a box running: starts them, starts them again when one dies, stops them in order."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from loa.box import bond
from loa.box.postgres import Cluster, ClusterFailed
from loa.box.saying import Refused, step

FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 10.0
STEADY_S = 20.0
"""A part that ran this long is healthy: its next death is its first again."""

STOP_S = 10.0
LOG_LIMIT_BYTES = 10_000_000


@dataclass(slots=True, kw_only=True)
class Part:
    """One process to keep running."""

    name: str
    program: Sequence[str]
    environment: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    began: float = 0.0
    deaths: int = 0
    due: float = 0.0


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """The parts of one box. Used from the main thread only: the parts' lives are tied to it."""

    home: Path
    cluster: Cluster | None
    parts: list[Part] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    _server: "subprocess.Popen[bytes] | None" = None
    _server_deaths: int = 0
    _server_due: float = 0.0

    def heed_signals(self) -> None:
        """Stop in order on SIGTERM, Ctrl-C or a closed terminal."""

        def stop(_number: int, _frame: FrameType | None) -> None:
            self.stopping.set()

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, stop)

    def start_database(self) -> None:
        """Start the embedded database; one left behind by a killed box is ended first."""
        if self.cluster is None:
            return
        self._end_leftover()
        deadline = time.monotonic() + STOP_S
        while True:
            try:
                self._server = self.cluster.start()
            except ClusterFailed as failure:
                if time.monotonic() > deadline or not (self.cluster.data / "postmaster.pid").exists():
                    raise Refused("The database does not start: %(why)s", why=failure) from failure
                time.sleep(0.2)  # what a killed server left behind ends by itself
                self.cluster.forget_dead_server()
            else:
                return

    def start(self, part: Part) -> None:
        """Start a part and keep it running from now on."""
        if part not in self.parts:
            self.parts.append(part)
        folder = self.home / "log"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"{part.name}.log"
        if file.exists() and file.stat().st_size > LOG_LIMIT_BYTES:
            file.replace(file.with_suffix(".log.1"))
        with file.open("ab") as log:
            part.process = subprocess.Popen(
                list(part.program), env=dict(part.environment), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=bond.tied(signal.SIGKILL),  # noqa: PLW1509 - one system call; nothing is left behind
            )  # fmt: skip
        part.began = time.monotonic()
        (self.home / "run").mkdir(mode=0o700, exist_ok=True)
        note = self.home / "run" / f"{part.name}.pid"
        half = note.with_suffix(".pid.part")
        half.write_text(f"{part.process.pid}\n")
        half.replace(note)  # who looks meanwhile finds the former number, never an empty file

    def look(self) -> None:
        """Start again what has died and whose wait is over."""
        now = time.monotonic()
        if self._server is not None and self._server.poll() is not None:
            self._revive_database(now)
        for part in self.parts:
            if part.process is not None and part.process.poll() is not None:
                self._bury(part, now)
            if part.process is None and now >= part.due:
                self.start(part)

    def watch(self, *, until: Callable[[], bool] = lambda: False) -> bool:
        """Keep everything running until told to stop (False) or until the condition holds (True)."""
        while not self.stopping.is_set():
            if until():
                return True
            self.look()
            self.stopping.wait(0.1)
        return False

    def stop(self) -> None:
        """Stop the parts, newest first but together, and the database last."""
        alive = [part for part in reversed(self.parts) if part.process is not None]
        for part in alive:
            _signal(part, signal.SIGTERM)
        deadline = time.monotonic() + STOP_S
        for part in alive:
            try:
                part.process.wait(max(0.1, deadline - time.monotonic()))  # type: ignore[union-attr]  # filtered above
            except subprocess.TimeoutExpired:
                step("%(name)s does not stop in time and is ended", name=part.name)
            _end_group(part)
            (self.home / "run" / f"{part.name}.pid").unlink(missing_ok=True)
        if self.cluster is not None and self._server is not None:
            self.cluster.stop(self._server)

    def _bury(self, part: Part, now: float) -> None:
        assert part.process is not None  # noqa: S101 - the caller looked
        code = part.process.returncode
        _end_group(part)
        part.deaths = 1 if now - part.began > STEADY_S else part.deaths + 1
        wait = _wait_s(part.deaths)
        part.process, part.due = None, now + wait
        step("%(name)s ended (%(code)s); it starts again in %(wait)s s", name=part.name, code=code, wait=wait)

    def _revive_database(self, now: float) -> None:
        assert self.cluster is not None  # noqa: S101 - there is a server only with a cluster
        if self._server_due == 0.0:
            self._server_deaths += 1
            self._server_due = now + _wait_s(self._server_deaths)
            step("%(name)s ended (%(code)s); it starts again in %(wait)s s", name="postgres",
                 code=self._server.returncode if self._server else "", wait=_wait_s(self._server_deaths))  # fmt: skip
        if now < self._server_due:
            return
        self._server_due = 0.0
        try:
            self._server = self.cluster.start()
        except ClusterFailed:
            return  # the processes of the dead one still hold its memory: looked at again with a longer wait
        self._server_deaths = 0
        step("The database answers again")

    def _end_leftover(self) -> None:
        pid = self.cluster.running_pid() if self.cluster else None
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_S
        while self.cluster and self.cluster.running_pid() == pid:
            if time.monotonic() > deadline:
                raise Refused(
                    "An old database server (process %(pid)s) does not stop. End it, then try again.", pid=pid
                )
            time.sleep(0.05)


def _wait_s(deaths: int) -> float:
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * float(1 << min(deaths - 1, 10)))


def _signal(part: Part, number: int) -> None:
    if part.process is not None and part.process.poll() is None:
        part.process.send_signal(number)


def _end_group(part: Part) -> None:
    """End whatever of the part's own processes is left."""
    if part.process is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(part.process.pid, signal.SIGKILL)
        part.process.wait()
