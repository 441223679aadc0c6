"""The folder of a device: who it is, its key, its store, its media."""

import contextlib
import fcntl
import json
import os
from pathlib import Path
from typing import IO, Any  # Any: JSON documents are open by nature

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from loa_agent.identity import Enrolled
from loa_agent.words import say
from loa_protocol.refusal import Refused

_IDENTITY_BYTES = 64 * 1024
"""Room for a key, a certificate and an enrolment answer."""


class HomeUnusable(Exception):
    """The folder cannot serve; the text is a sentence for the person in front of it."""


class Home:
    """Paths and secrets of one device. Files with secrets are readable by their owner only."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is made yet."""
        self.folder = folder
        self.identity_file, self.key_file = folder / "identity.json", folder / "device.jwk"
        self.store_file, self.status_file = folder / "store.sqlite", folder / "status.json"
        self.media, self.recordings = folder / "media", folder / "recordings"

    @property
    def is_enrolled(self) -> bool:
        """Whether there is an identity."""
        return self.identity_file.exists()

    def enrolled(self) -> Enrolled:
        """Return the identity. Raises `HomeUnusable`."""
        try:
            return Enrolled.read(json.loads(self.identity_file.read_bytes()))
        except FileNotFoundError as missing:
            raise HomeUnusable(
                say("This device is not enrolled: run `loa-agent enrol` for %(folder)s first.", folder=self.folder)
            ) from missing
        except (OSError, ValueError, Refused) as broken:
            raise HomeUnusable(
                say("The identity in %(file)s cannot be read: %(why)s.", file=self.identity_file, why=broken)
            ) from broken

    def private_jwk(self) -> dict[str, Any]:
        """Return the device's own key. Raises `HomeUnusable`."""
        try:
            document: dict[str, Any] = json.loads(self.key_file.read_bytes())
            OKPKey.import_key(document)
        except (OSError, ValueError, JoseError) as broken:
            raise HomeUnusable(
                say("The key in %(file)s cannot be read: %(why)s.", file=self.key_file, why=broken)
            ) from broken
        return document

    def prove_writable(self) -> None:
        """Write as much as an identity needs, down to the disk, and remove it again. Raises `HomeUnusable`."""
        self._make()
        probe = self.folder / ".probe"
        try:
            _write(probe, os.urandom(_IDENTITY_BYTES))
            probe.unlink()
        except OSError as broken:
            raise HomeUnusable(
                say(
                    "The folder %(folder)s cannot be written: %(why)s. The code was not used.",
                    folder=self.folder,
                    why=broken.strerror,
                )
            ) from broken
        finally:
            for left in (probe, _part_of(probe)):
                with contextlib.suppress(OSError):
                    left.unlink(missing_ok=True)

    def keep_key(self, key: OKPKey) -> None:
        """Store the device's own key; it never leaves this folder."""
        self._make()
        _write(self.key_file, json.dumps(key.as_dict(private=True)).encode())

    def keep_identity(self, document: object) -> None:
        """Store the enrolment answer."""
        self._make()
        _write(self.identity_file, json.dumps(document, indent=1).encode())

    def keep_status(self, document: object) -> None:
        """Store what `loa-agent status` reads."""
        _write(self.status_file, json.dumps(document).encode(), sync=False)

    def status(self) -> dict[str, Any]:
        """Return what the running agent last said of itself; empty if it never did."""
        try:
            document = json.loads(self.status_file.read_bytes())
        except (OSError, ValueError):
            return {}
        return document if isinstance(document, dict) else {}

    def lock(self) -> IO[bytes]:
        """Make sure that one agent runs here; keep the result open. Raises `HomeUnusable`."""
        file = (self.folder / "lock").open("wb")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            file.close()
            raise HomeUnusable(say("Another agent is running in %(folder)s.", folder=self.folder)) from taken
        return file

    def is_locked(self) -> bool:
        """Return whether an agent runs here."""
        try:
            self.lock().close()
        except HomeUnusable:
            return True
        except OSError:
            return False
        return False

    def _make(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as broken:
            raise HomeUnusable(
                say("The folder %(folder)s cannot be made: %(why)s.", folder=self.folder, why=broken.strerror)
            ) from broken


def _part_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _write(path: Path, content: bytes, *, sync: bool = True) -> None:
    part = _part_of(path)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        if sync:
            file.flush()
            os.fsync(file.fileno())
    part.replace(path)
