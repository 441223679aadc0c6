"""The box that is to be tormented: brought up, killed part by part, asked, and taken down."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any  # Any: figures are JSON values

import psycopg

from loa.box import bond, doors
from loa.box.bench.house import BenchFailed, free_port
from loa.box.postgres import Cluster

READY_S = 420.0
"""A machine that does much else as well makes tables and keys within this time."""
BACK_S = 120.0


@dataclass(slots=True)
class Stage:
    """The box under torment, and what may be killed of it."""

    home: Path
    env: dict[str, str]
    broker_port: int
    supervisor: "subprocess.Popen[bytes] | None" = None
    broker: "subprocess.Popen[bytes] | None" = None
    desk: "subprocess.Popen[str] | None" = None
    kills: Counter[str] = field(default_factory=Counter)
    aired: int = 0

    @property
    def cluster(self) -> Cluster:
        """The box's database."""
        return Cluster(self.home / "postgres")

    def start(self) -> None:
        """Bring the demonstration up; return when all devices are on line."""
        log = self.home.parent / "box.log"
        with log.open("ab") as out:
            self.supervisor = subprocess.Popen(
                [sys.executable, "-m", "loa.cli", "demo"], env=self.env, stdin=subprocess.DEVNULL,
                stdout=out, stderr=out, preexec_fn=bond.tied(signal.SIGTERM),  # noqa: PLW1509 - one system call
            )  # fmt: skip
        self.until(lambda: self.scalar("SELECT count(*) FROM devices_device WHERE connected") > 0, READY_S)

    def start_broker(self) -> None:
        """Start Mosquitto on its port, with what it had kept."""
        if not self.broker_port:
            return
        program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if program is None:
            raise BenchFailed("Mosquitto is not installed: apt install mosquitto, or take broker=own")
        folder = self.home.parent
        (folder / "mosquitto.conf").write_text(
            f"listener {self.broker_port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {folder}/\nautosave_interval 60\nset_tcp_nodelay true\nmax_inflight_messages 0\n"
            "max_queued_messages 100000\nlog_type error\nuser root\n"
        )
        with (folder / "mosquitto.log").open("ab") as log:
            self.broker = subprocess.Popen(
                [program, "-c", str(folder / "mosquitto.conf")], stdout=log, stderr=log,
                preexec_fn=bond.tied(signal.SIGKILL),  # noqa: PLW1509 - as above
            )  # fmt: skip

    def kill(self, name: str) -> None:
        """End a process as a power cut would, and see that it comes back."""
        if name == "box":
            self._kill_whole()
        elif name == "broker":
            if self.broker is None:
                return
            self.broker.kill()
            self.broker.wait()
            self.start_broker()
        else:
            pid = self._pid(name)
            if pid is None:
                return
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self.until(lambda: self._pid(name) not in {pid, None}, BACK_S)
        self.kills[name] += 1

    def _kill_whole(self) -> None:
        assert self.supervisor is not None  # noqa: S101 - started
        self.supervisor.kill()
        self.supervisor.wait()
        self.start()

    def _pid(self, name: str) -> int | None:
        if name == "postgres":
            return self.cluster.running_pid()
        try:
            return int((self.home / "run" / f"{name}.pid").read_text())
        except (OSError, ValueError):
            return None

    def ask(self, **what: object) -> dict[str, Any]:
        """Let the desk do something; it tries again while the database is away."""
        if self.desk is None or self.desk.poll() is not None:
            _end(self.desk)
            self.desk = subprocess.Popen(
                [sys.executable, "-m", "loa.box.bench.chaos_desk"], env=self.env, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, text=True, preexec_fn=bond.tied(signal.SIGKILL),  # noqa: PLW1509 - as above
            )  # fmt: skip
        assert self.desk.stdin is not None  # noqa: S101 - for mypy
        assert self.desk.stdout is not None  # noqa: S101 - as above
        self.desk.stdin.write(json.dumps(what) + "\n")
        self.desk.stdin.flush()
        for line in self.desk.stdout:
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise BenchFailed("the desk ended")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what the database answers."""
        with psycopg.connect(self.cluster.url, autocommit=True, connect_timeout=5) as connection:
            return connection.execute(query.encode()).fetchall()

    def scalar(self, query: str) -> Any:  # Any: a value
        """Return one value."""
        return self.rows(query.replace("%%", "%"))[0][0]

    def until(self, condition: Callable[[], object], limit_s: float) -> None:
        """Wait for a condition; a database that is away is no answer."""
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            with suppress(psycopg.Error, OSError):
                if condition():
                    return
            if self.supervisor is not None and self.supervisor.poll() is not None:
                raise BenchFailed(f"the box ended by itself: {self.last_words()}")
            time.sleep(0.2)
        raise BenchFailed(f"it did not come back within {limit_s:.0f} s: {self.last_words()}")

    def last_words(self) -> str:
        """Return the end of the box's own log."""
        return (self.home.parent / "box.log").read_text(errors="replace")[-2_000:]


@contextmanager
def stage(broker: str, *, keep: str) -> Iterator[Stage]:
    """Bring a box up in a folder of its own, with Mosquitto beside it or with its own listener."""
    folder = Path(tempfile.mkdtemp(prefix="loa-chaos-"))
    folder.chmod(0o755)
    first = random.randrange(20_000, 30_000)  # noqa: S311 - a port
    port = free_port() if broker == "mosquitto" else 0
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LOA_", "LC_", "DJANGO_"))}
    env = {
        **plain,
        "LOA_HOME": str(folder / "var"),
        "LOA_PORT": str(doors.next_free(first)),
        "LOA_MQTT_PORT": str(doors.next_free(first + 1_000)),
        "LANG": "en_US.UTF-8",
    }
    if port:
        env["LOA_MQTT_URL"] = f"mqtt://127.0.0.1:{port}"
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))  # what was started is ended
    made = Stage(folder / "var", env, port)
    try:
        made.start_broker()
        made.start()
        yield made
    finally:
        signal.signal(signal.SIGTERM, before)
        for process in (made.desk, made.supervisor, made.broker):
            _end(process)
        if keep:
            shutil.copytree(folder / "var" / "log", Path(keep) / "log", dirs_exist_ok=True)
            shutil.copy(folder / "box.log", keep)
        shutil.rmtree(made.cluster.socket, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _end(process: "subprocess.Popen[Any] | None") -> None:
    """End a process, and close what it was spoken to by."""
    if process is None:
        return
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
