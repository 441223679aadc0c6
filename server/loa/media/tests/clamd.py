"""A real ClamAV daemon for tests: own socket, own folder, two signatures of our own, no update from outside."""

import contextlib
import hashlib
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from loa.media.clamav import ClamAV
from loa.media.ports import ScannerFailed
from loa.media.tests import papers

MARK = b"loa-malicious-mark-"[::-1]
PLACES = "/usr/sbin:/usr/local/sbin:/usr/bin"
START_S = 30


@dataclass
class Daemon:
    """The daemon of a test; `later` brings signatures that it did not have."""

    folder: Path
    process: subprocess.Popen

    @property
    def address(self):
        return f"unix:{self.folder / 'clamd.ctl'}"

    def later(self, name, mark):
        """Add a signature and wait until the daemon knows it."""
        (self.folder / "database" / "later.ndb").write_text(f"{name}:0:*:{mark.hex()}\n")
        before = self._reloads()
        self.ask(b"zRELOAD\0")
        until = time.monotonic() + START_S
        while self._reloads() == before:
            assert time.monotonic() < until, "clamd does not reload"
            time.sleep(0.02)

    def ask(self, words):
        with ClamAV(self.address)._connected() as line:
            line.sendall(words)
            return line.recv(1024)

    def _reloads(self):
        return (self.folder / "log").read_text().count("Database correctly reloaded")


@contextlib.contextmanager
def running(*, stream_max_mb=30):
    """Start a daemon and wait until it answers."""
    program = shutil.which("clamd") or shutil.which("clamd", path=PLACES)
    if program is None:
        pytest.fail("ClamAV is not installed: apt-get install clamav-daemon")
    folder = Path(tempfile.mkdtemp(prefix="loa-clamd-"))
    database = folder / "database"
    database.mkdir()
    eicar = papers.eicar()
    digest = hashlib.md5(eicar).hexdigest()  # noqa: S324 - the format of the signature
    (database / "local.hdb").write_text(f"{digest}:{len(eicar)}:Eicar-Test-Signature\n")
    (database / "local.ndb").write_text(f"Loa.Test.Mark:0:*:{MARK.hex()}\n")
    configuration = folder / "clamd.conf"
    configuration.write_text(
        f"Foreground yes\nLogFile {folder / 'log'}\nLocalSocket {folder / 'clamd.ctl'}\nLocalSocketMode 600\n"
        f"DatabaseDirectory {database}\nTemporaryDirectory {folder}\nStreamMaxLength {stream_max_mb}M\n"
        "AlertExceedsMax yes\nMaxRecursion 8\nMaxThreads 4\nSelfCheck 0\nReadTimeout 5\n"
    )
    process = subprocess.Popen(
        [program, f"--config-file={configuration}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    daemon = Daemon(folder, process)
    try:
        _await(daemon)
        yield daemon
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _await(daemon):
    until = time.monotonic() + START_S
    while True:
        try:
            return ClamAV(daemon.address).engine()
        except ScannerFailed:
            assert daemon.process.poll() is None, (daemon.folder / "log").read_text()
            assert time.monotonic() < until, "clamd does not answer"
            time.sleep(0.05)
