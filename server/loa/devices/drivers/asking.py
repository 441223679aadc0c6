"""The device's side of the door, for the fakes of drivers: it asks, fetches files, and keeps what it owes through loss.

It runs without the server's settings, as firmware of another maker would.
"""

import argparse
import hashlib
import json
import logging
import time
import urllib.error
import urllib.request
import wave
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeVar  # Any: what makers send and take is open JSON

import av
import numpy as np
from numpy.typing import NDArray

logger = logging.getLogger(__name__)

RATE_HZ = 48_000
_TIMEOUT_S = 10.0
_UNAUTHORIZED = 401

Samples = NDArray[np.float32]
_Fault = TypeVar("_Fault", bound=StrEnum)


class Unreachable(Exception):
    """The server did not answer, or not as it should."""


class Unconfigured(Exception):
    """A fake was started without address or secret."""


class Line(Protocol):
    """What carries a question to the server."""

    def ask(self, said: Mapping[str, Any]) -> dict[str, Any]:  # Any: see above
        """Return the server's answer. Raises `Unreachable`."""

    def fetch(self, url: str) -> bytes:
        """Return a file. Raises `Unreachable`."""


class HttpLine:
    """The real one."""

    def __init__(self, address: str, secret: str) -> None:
        """Take the address that the desk showed, and the secret. Raises `Unconfigured`."""
        if not address.startswith(("http://", "https://")) or "." not in secret:
            raise Unconfigured("an address and a secret are needed")
        self._address = address
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def ask(self, said: Mapping[str, Any]) -> dict[str, Any]:  # Any: see above
        """Return the answer to a POST."""
        answer: dict[str, Any] = json.loads(self._get(self._address, json.dumps(said).encode()))
        return answer

    def fetch(self, url: str) -> bytes:
        """Return the answer to a GET."""
        return self._get(url, None)

    def _get(self, url: str, body: bytes | None) -> bytes:
        request = urllib.request.Request(url, data=body, headers=self._headers)  # noqa: S310 - looked at when it was made
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - as above
                content: bytes = answer.read()
        except (OSError, urllib.error.HTTPError) as lost:
            raise Unreachable(str(lost)) from lost
        return content


class Memory:
    """What a device keeps on its disk: files by digest, and one small record."""

    def __init__(self, folder: Path) -> None:
        """Read the record that is there."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._record = folder / "record.json"
        self.kept: dict[str, Any] = json.loads(self._record.read_text()) if self._record.is_file() else {}

    def save(self) -> None:
        """Write the record, whole or not at all."""
        draft = self._record.with_suffix(".part")
        draft.write_text(json.dumps(self.kept))
        draft.replace(self._record)

    def file(self, digest: str) -> Path:
        """Return where a file lies, present or not."""
        return self.folder / digest

    def get(self, digest: str, url: str, line: Line) -> bool:
        """Fetch a file that is not there yet; False when it did not arrive as its name says."""
        if self.file(digest).is_file():
            return True
        content = line.fetch(url)
        if hashlib.sha256(content).hexdigest() != digest:
            logger.warning("file damaged", extra={"digest": digest})
            return False
        self.file(digest).write_bytes(content)
        return True


class Contact:
    """Asks, and says once when the server is lost and once when it is back."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.is_lost = False

    def ask(self, said: Mapping[str, Any]) -> dict[str, Any] | None:  # Any: see above
        """Return the answer; None while there is none."""
        try:
            answer = self._line.ask(said)
        except Unreachable as lost:
            if not self.is_lost:
                logger.warning("server lost", extra={"why": str(lost)})
            self.is_lost = True
            return None
        if self.is_lost:
            logger.info("server back")
        self.is_lost = False
        return answer


class Fake(Protocol):
    """A fake device, which does what is due at a moment."""

    def step(self, now: float) -> None:
        """Ask, play and tell as far as it is time. `now` is in seconds since 1970."""


def run(
    what: str, faults: type[_Fault], make: Callable[[HttpLine, Path, _Fault | None], Fake], *, every_s: float
) -> None:
    """Run a fake as a program, until the end of the given time or for ever."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--address", required=True)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--folder", required=True, type=Path)
    parser.add_argument("--fault", type=faults, choices=list(faults))
    parser.add_argument("--seconds", type=float)
    told = parser.parse_args()
    fake = make(HttpLine(told.address, told.secret), told.folder, told.fault)
    ends = None if told.seconds is None else time.monotonic() + told.seconds
    while ends is None or time.monotonic() < ends:
        fake.step(time.time())
        time.sleep(every_s)


def decoded(file: Path) -> Samples:
    """Return the sound of a file, mono."""
    with av.open(str(file)) as container:
        pieces = list(_pieces(container))
    return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def write_wav(file: Path, samples: Samples) -> None:
    """Write sound as 16 bit."""
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((np.clip(samples, -1.0, 1.0) * 32_767.0).astype("<i2").tobytes())


def _pieces(container: Any) -> Iterator[Samples]:  # Any: an open container of sound
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    for frame in (*container.decode(audio=0), None):
        for piece in resampler.resample(frame):
            yield piece.to_ndarray().reshape(-1).astype(np.float32, copy=False)
