"""ClamAV by the socket of its daemon: the file is streamed, its name and place stay here."""

import re
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from loa.media.ports import Finding, ScannerFailed, ScannerGaveUp

CONNECT_S = 3.0
ANSWER_S = 60.0
_PART_BYTES = 128 * 1024
_ANSWER_MAX_BYTES = 4096
_FOUND = re.compile(r"stream: (?P<name>[\x21-\x7e]{1,200}) FOUND", re.ASCII)
_LIMITS = "Heuristics.Limits.Exceeded"
"""What a daemon with `AlertExceedsMax yes` finds in a file it did not look through."""


class BadAddress(ValueError):
    """The address is neither `unix:/path` nor `tcp://host:port`."""


@dataclass(frozen=True, slots=True)
class ClamAV:
    """A scanner behind `unix:/run/clamav/clamd.ctl` or `tcp://host:3310`."""

    address: str
    answer_s: float = ANSWER_S

    def engine(self) -> str:
        """Return what the daemon says of itself: program, number and day of its signatures."""
        answer = self._asked(b"VERSION")
        if not answer.startswith("ClamAV "):
            raise ScannerFailed("no ClamAV answers here")
        return answer[:120]

    def search(self, file: Path) -> Finding:
        """Stream a file to the daemon and return what it found."""
        engine = self.engine()
        with self._connected() as line:
            try:
                line.sendall(b"zINSTREAM\0")
                _stream(line, file)
            except OSError:  # a daemon that has had enough answers and closes while we still speak
                answer = _heard(line)
            else:
                answer = _heard(line)
        if answer == "stream: OK":
            return Finding(name="", engine=engine)
        if (found := _FOUND.fullmatch(answer)) is not None and not found["name"].startswith(_LIMITS):
            return Finding(name=found["name"], engine=engine)
        if found is not None or answer.endswith("ERROR"):
            raise ScannerGaveUp(answer)
        raise ScannerFailed("an answer that makes no sense")

    def _asked(self, word: bytes) -> str:
        with self._connected() as line:
            try:
                line.sendall(b"z" + word + b"\0")
            except OSError as failure:
                raise ScannerFailed(str(failure)) from failure
            return _heard(line)

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        try:
            family, place = parsed(self.address)
            line = socket.socket(family, socket.SOCK_STREAM)
        except (OSError, ValueError) as failure:
            raise ScannerFailed(str(failure)) from failure
        with line:
            line.settimeout(CONNECT_S)
            try:
                line.connect(place)
            except OSError as failure:
                raise ScannerFailed(str(failure)) from failure
            line.settimeout(self.answer_s)
            yield line


def parsed(address: str) -> tuple[socket.AddressFamily, str | tuple[str, int]]:
    """Return where an address leads. Raises `BadAddress`."""
    if address.startswith("unix:/"):
        return socket.AF_UNIX, address.removeprefix("unix:")
    parts = urlsplit(address)
    if parts.scheme != "tcp" or not parts.hostname or parts.port is None:
        raise BadAddress(address)
    family = socket.AF_INET6 if ":" in parts.hostname else socket.AF_INET
    return family, (parts.hostname, parts.port)


def _stream(line: socket.socket, file: Path) -> None:
    """Send the file in parts, each behind its length, and a length of nothing at the end."""
    with file.open("rb") as content:
        while part := content.read(_PART_BYTES):
            line.sendall(struct.pack("!I", len(part)) + part)
    line.sendall(struct.pack("!I", 0))


def _heard(line: socket.socket) -> str:
    """Return the whole answer: it ends in a zero, and half of one is none."""
    heard = b""
    try:
        while not heard.endswith(b"\0"):
            part = line.recv(1024)
            if not part or len(heard) + len(part) > _ANSWER_MAX_BYTES:
                raise ScannerFailed("the answer broke off")
            heard += part
    except OSError as failure:
        raise ScannerFailed(str(failure)) from failure
    return heard.rstrip(b"\0").decode("utf-8", "replace").strip()
