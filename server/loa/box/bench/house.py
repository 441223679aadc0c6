"""A house for a measurement: a folder and a database of its own that really writes to the disk."""

import json
import os
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any  # Any: JSON lines are open objects

from loa.box import bond, roles
from loa.box.postgres import Cluster, ClusterFailed

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0


class BenchFailed(RuntimeError):
    """A part of the measurement did not start, or died."""


@dataclass(slots=True)
class Talk:
    """A child process that answers with JSON lines."""

    name: str
    process: subprocess.Popen[str]
    log: Path

    def say(self, **what: Any) -> None:  # Any: JSON values
        """Write one line to it."""
        assert self.process.stdin is not None  # noqa: S101 - for mypy
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def next(self) -> dict[str, Any]:
        """Return its next line; lines that are no JSON objects are passed over."""
        assert self.process.stdout is not None  # noqa: S101 - for mypy
        for line in self.process.stdout:
            if line.startswith("{"):
                found: dict[str, Any] = json.loads(line)
                return found
        raise BenchFailed(f"{self.name} ended: {self.last_words()}")

    def ask(self, **what: Any) -> dict[str, Any]:  # Any: JSON values
        """Write one line and return the answer."""
        self.say(**what)
        return self.next()

    def stop(self) -> None:
        """Ask it to end, and make it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def last_words(self) -> str:
        """Return the end of its log."""
        return self.log.read_text(errors="replace")[-2_000:]


@dataclass(slots=True)
class House:
    """Where a measurement lives. `env` is what every part of it is told."""

    home: Path
    env: dict[str, str]
    parts: ExitStack
    cluster: Cluster
    servers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def spawn(self, name: str, *argv: str, env: Mapping[str, str] | None = None) -> Talk:
        """Start a program, stopped at the latest when the house is left."""
        log = self.home / f"{name}.log"
        with log.open("ab") as errors:
            process = subprocess.Popen(
                argv, env={**self.env, **(env or {})}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                text=True, preexec_fn=bond.tied(signal.SIGKILL),  # noqa: PLW1509 - one system call
            )  # fmt: skip
        talk = Talk(name, process, log)
        self.parts.callback(talk.stop)
        return talk

    def module(self, name: str, *argv: str, env: Mapping[str, str] | None = None) -> Talk:
        """Start one of our modules."""
        return self.spawn(name.rpartition(".")[2], sys.executable, "-m", name, *argv, env=env)

    def bridge(self, port: int, *, broker: str = "", env: Mapping[str, str] | None = None) -> Talk:
        """Start a bridge: on a port of its own, or at a broker. Returns when it takes connections."""
        where = {"LOA_MQTT_URL": broker} if broker else {"LOA_MQTT_PORT": str(port)}
        env = {**where, **(env or {})}
        talk = self.spawn("bridge", sys.executable, "-m", "loa.cli", "bridge", env=env)
        if not broker:
            await_port(port, talk)
        return talk

    def broker(self, port: int, *, tls: Mapping[str, str] | None = None, keepalive_s: int = 0) -> Talk:
        """Start a bare Mosquitto, as the shipped configuration has it but without a disk.

        `tls` names its `cafile`, `certfile` and `keyfile`; clients must then show a certificate of that authority.
        `keepalive_s` is the longest time between two words of a client, if it is not the client that says it.
        """
        program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if program is None:
            raise BenchFailed("Mosquitto is not installed: apt install mosquitto")
        config = self.home / f"mosquitto-{port}.conf"
        config.write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n"
            "max_inflight_messages 0\nmax_queued_messages 100000\nlog_type error\nuser root\n"
            + "".join(f"{name} {value}\n" for name, value in (tls or {}).items())
            + ("require_certificate true\n" if tls else "")
            + (f"max_keepalive {keepalive_s}\n" if keepalive_s else "")
        )
        talk = self.spawn("mosquitto", program, "-c", str(config))
        await_port(port, talk)
        return talk

    def start_database(self) -> None:
        """Start the database, again if the children of one that was killed are still leaving, as a supervisor does."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                self.servers.append(self.cluster.start())
            except ClusterFailed:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def stop_database(self) -> None:
        """Stop the database."""
        self.cluster.stop(self.servers.pop())


@contextmanager
def open_house(settings: Mapping[str, str] | None = None) -> Iterator[House]:
    """Make a house with an empty database and keys, and take it down."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    home = Path(tempfile.mkdtemp(prefix="loa-bench-"))
    cluster = Cluster(home / "postgres", settings=settings or {})
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LOA_")},
        "LOA_HOME": str(home),
        "LOA_DATABASE_URL": cluster.url_as(roles.SUPERUSER),  # it makes its tables itself, and empties them
        "LOA_SECRET_KEY": secrets.token_hex(32),
        "LOA_DEVICE_SECRET": secrets.token_hex(32),
        "LOA_BIND": "127.0.0.1",
        "LOA_PUBLIC_URL": f"http://127.0.0.1:{free_port()}",
        "LOA_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "loa.settings",
    }
    with ExitStack() as outer:
        if threading.current_thread() is threading.main_thread():
            before = signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
            outer.callback(signal.signal, signal.SIGTERM, before)
        outer.callback(shutil.rmtree, home, ignore_errors=True)
        outer.callback(shutil.rmtree, cluster.socket, ignore_errors=True)
        cluster.create()
        house = House(home, env, outer.enter_context(ExitStack()), cluster)
        outer.callback(_stop_servers, house)
        house.start_database()
        cluster.ensure_database()
        with ExitStack() as parts:
            house.parts = parts
            yield house


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_port(port: int, talk: Talk) -> None:
    """Return when somebody listens on the port."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if talk.process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise BenchFailed(f"{talk.name} does not listen: {talk.last_words()}")


def cpu_seconds(pid: int) -> float:
    """Return the processor time a process has used."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def median(values: Sequence[float], *, digits: int = 1) -> float:
    """Return the middle value, rounded."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    found = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return round(found, digits)


def _stop_servers(house: House) -> None:
    while house.servers:
        house.stop_database()
