"""`loa up`: every part of a box, embedded, kept running."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from loa.box import doors, environment
from loa.box.environment import Place
from loa.box.postgres import Cluster, ClusterFailed
from loa.box.saying import Refused, step
from loa.box.supervisor import Part, Supervisor

FIRST = "web"
WITH_TABLES = ("bridge", "clock")
AFTER = ("worker",)
"""Who starts when: what a page needs comes first, so that it answers soonest on a small machine."""

READY_S = 60.0


@dataclass(slots=True)
class Box:
    """A box that is being brought up."""

    place: Place
    supervisor: Supervisor
    key: doors.Key

    @property
    def mark(self) -> Path:
        """The file that says: the tables are ready."""
        return self.place.home / "run" / "prepared"

    def part(self, name: str, *program: str) -> Part:
        """Return a part that runs one of our own commands, or another program of this environment."""
        command = program or command_of(name)
        return Part(name=name, program=command, environment=self.place.variables)

    def stop(self) -> None:
        """Stop everything and let the state folder go."""
        self.supervisor.stop()
        self.key.give_back()
        step("Everything has stopped")


def command_of(name: str) -> tuple[str, ...]:
    """Return how one of our commands is run by the Python that runs this one."""
    return (sys.executable, "-m", "loa.cli", name)


def program_of(name: str) -> str:
    """Return the path of a program installed beside this Python: `loa-agent`, `loa-sim`."""
    return str(Path(sys.executable).with_name(name))


def open_box(place: Place, *, may_move: bool) -> Box:
    """Take the state folder and the ports, or say who has them. With `may_move` the next free ports are taken."""
    key = doors.take(place.home)
    try:
        place = _with_ports(place, may_move=may_move, was_killed=key.was_killed)
    except Refused:
        key.give_back()
        raise
    environment.make_secrets(place.home)
    (place.home / "static").mkdir(exist_ok=True)
    cluster = None if place.database_url else Cluster(place.home / "postgres")
    box = Box(place, Supervisor(home=place.home, cluster=cluster), key)
    box.mark.unlink(missing_ok=True)
    box.supervisor.heed_signals()
    return box


def bring_up(box: Box, *, prepare_with: Sequence[str] = ()) -> bool:
    """Start every part; False when told to stop meanwhile. The page answers when this returns True."""
    place, supervisor, cluster = box.place, box.supervisor, box.supervisor.cluster
    if cluster is not None:
        _make(cluster.lay, at=cluster.folder)  # first, so that every part knows where the database will answer
    preparing = _start_preparing(box, prepare_with)
    try:
        if cluster is not None:
            _make(cluster.create, at=cluster.folder)
            supervisor.start_database()
            cluster.ensure_database()
            step("The database answers")
        supervisor.start(box.part(FIRST))
        _start_after(box, WITH_TABLES, until=lambda: box.mark.exists() or preparing.poll() is not None)
        if not supervisor.watch(until=lambda: preparing.poll() is not None):
            return False
        if preparing.returncode != 0:
            raise Refused("The database could not be made ready; the lines above say why.")
        deadline = time.monotonic() + READY_S
        ready = supervisor.watch(until=lambda: is_ready(place.url) or time.monotonic() > deadline)
        _start_after(box, AFTER)
    finally:
        if preparing.poll() is None:
            preparing.terminate()
            preparing.wait()
    if ready and not is_ready(place.url):
        raise Refused("The web process does not answer; %(log)s says why.", log=place.home / "log" / "web.log")
    return ready


def is_ready(url: str) -> bool:
    """Tell whether the web process answers that it can serve."""
    with suppress(OSError, urllib.error.URLError), urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:  # noqa: S310 - our own address
        return bool(answer.status == 200)
    return False


def _start_after(box: Box, names: Sequence[str], *, until: Callable[[], bool] = lambda: True) -> None:
    if box.supervisor.watch(until=until):
        for name in names:
            box.supervisor.start(box.part(name))


def _start_preparing(box: Box, extra: Sequence[str]) -> "subprocess.Popen[bytes]":
    program = [*command_of("prepare"), "--mark", str(box.mark), *extra]
    return subprocess.Popen(program, env=dict(box.place.variables), stdin=subprocess.DEVNULL, stdout=sys.stderr)


def _make(make: Callable[[], None], *, at: Path) -> None:
    try:
        make()
    except ClusterFailed as failure:
        raise Refused("The database could not be made: %(why)s", why=failure) from failure
    except PermissionError as failure:
        raise Refused("The folder %(home)s cannot be written.", home=at) from failure


def _with_ports(place: Place, *, may_move: bool, was_killed: bool) -> Place:
    wanted = {"LOA_PORT": place.port}
    if not place.mqtt_url:
        wanted["LOA_MQTT_PORT"] = place.mqtt_port
    got = {
        name: _port(name, number, place, may_move=may_move, was_killed=was_killed) for name, number in wanted.items()
    }
    return place.moved(got["LOA_PORT"], got.get("LOA_MQTT_PORT", place.mqtt_port))


def _port(name: str, number: int, place: Place, *, may_move: bool, was_killed: bool) -> int:
    if doors.is_free(number) or (was_killed and doors.await_free(number)):
        return number
    if may_move and name not in place.given:
        free = doors.next_free(number + 1)
        step("Port %(taken)s is taken by another program; using %(free)s", taken=number, free=free)
        return free
    raise Refused(
        "Port %(port)s is taken by another program. Stop it, or name another port: %(name)s=%(other)s ./loa …",
        port=number,
        name=name,
        other=doors.next_free(number + 1),
    )
