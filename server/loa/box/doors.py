"""The doors of a box: one supervisor to a state folder, one program to a port."""

import fcntl
import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from loa.box.saying import Refused

_PRIVATE = ("secrets", "keys", "log", "run", "demo")
"""Folders of a box for nobody else; the cluster's and the media's look after themselves."""

_LOW_PORT = 8080
_RELEASE_S = 10.0
"""How long the parts of a box that was killed may take to let go of their doors."""


@dataclass(slots=True)
class Key:
    """The hold on a state folder. Gone with the process that holds it, however that ends."""

    descriptor: int
    was_killed: bool

    def give_back(self) -> None:
        """Let the folder go after a clean stop."""
        os.ftruncate(self.descriptor, 0)
        os.close(self.descriptor)


def take(home: Path) -> Key:
    """Hold the state folder, or say who holds it."""
    try:
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        descriptor = os.open(home / "box.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as refused:
        raise Refused("The folder %(home)s cannot be written. Name another one with LOA_HOME.", home=home) from refused
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as held:
        other = os.read(descriptor, 32).decode() or "?"
        os.close(descriptor)
        raise Refused(
            "Loa already runs on %(home)s (process %(pid)s). Stop it first, or name another folder with LOA_HOME.",
            home=home,
            pid=other.strip(),
        ) from held
    was_killed = bool(os.read(descriptor, 32))
    _close(home)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return Key(descriptor, was_killed)


def _close(home: Path) -> None:
    """Close what earlier versions left open to read for every account of the machine."""
    for name in _PRIVATE:
        folder = home / name
        if folder.is_dir() and folder.stat().st_uid == os.geteuid():
            folder.chmod(0o700)


def is_free(port: int) -> bool:
    """Tell whether nobody listens on this port of any address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def await_free(port: int) -> bool:
    """Give the parts of a killed box time to let go of a port."""
    deadline = time.monotonic() + _RELEASE_S
    while not is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def next_free(port: int) -> int:
    """Return the first free port from this one on; beyond the last one the search begins low again."""
    port = port if port < 65536 else _LOW_PORT
    for candidate in range(port, min(port + 200, 65536)):
        if is_free(candidate):
            return candidate
    raise Refused("No port between %(first)s and %(last)s is free.", first=port, last=min(port + 200, 65536) - 1)
