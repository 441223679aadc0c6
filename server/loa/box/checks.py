"""Every check of the repository: style, types, walls, tests; what the tests need from the system is brought first."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from loa.box import bond
from loa.box.saying import step
from loa.box.up import program_of

_TYPED = ("protocol/loa_protocol", "agent/loa_agent", "server/loa")
_PARTS = {
    "chromium": "chromium",
    "mosquitto": "mosquitto",
    "faketime": "faketime",
    "nginx": "nginx-light",
    "clamd": "clamav-daemon",
    "node": "nodejs",
    "npm": "npm",
    "rsyslogd": "rsyslog",
}
"""Programs the system and browser tests drive, and Debian's package of each."""

_PLACES = "/usr/sbin:/sbin:/usr/local/sbin"
_FAST = "not system and not browser"


@dataclass(slots=True, kw_only=True)
class Check:
    """One check that runs beside others; what it prints is shown when it is over."""

    name: str
    process: "subprocess.Popen[bytes]"
    output: IO[bytes]
    began: float

    def result(self) -> bool:
        """Wait for it, say how it went, show what it printed if it failed."""
        passed = self.process.wait() == 0
        step("%(mark)s %(name)s, %(seconds).1f s", mark="✓" if passed else "✗", name=self.name,
             seconds=time.monotonic() - self.began)  # fmt: skip
        self.output.seek(0)
        text = self.output.read()
        if not passed:
            sys.stdout.buffer.write(text)
            sys.stdout.flush()
        elif self.name.startswith("pytest"):
            sys.stdout.write(text.decode(errors="replace").strip().rsplit("\n", 1)[-1] + "\n")
        return passed


def run(root: Path, *, fast: bool) -> bool:
    """Run the checks; True when all pass."""
    began = time.monotonic()
    passed = True
    if not fast:
        passed = _bring_parts() and passed
    quick = [
        _start(root, "ruff", program_of("ruff"), "check", "--quiet", "."),
        _start(root, "ruff format", program_of("ruff"), "format", "--check", "--quiet", "."),
    ]
    passed = _all_of(quick) and passed
    python = (sys.executable, "-m")
    beside = [
        _start(root, "mypy", *python, "mypy", *_TYPED),
        _start(root, "import-linter", program_of("lint-imports")),
    ]
    tests = _start(root, "pytest", *python, "pytest", "-n", "2", "--dist", "worksteal", "-m", _FAST)
    passed = tests.result() and passed
    passed = _all_of(beside) and passed
    if not fast:
        parts = _start(root, "pytest with real parts", *python, "pytest", "-n", "2", "--dist", "loadgroup",
                       "-m", "system or browser", "--durations=8")  # fmt: skip
        passed = parts.result() and passed
    seconds = time.monotonic() - began
    if passed:
        step("All checks passed in %(seconds).0f s", seconds=seconds)
    else:
        step("Some checks failed; see above (%(seconds).0f s)", seconds=seconds)
    return passed


def _all_of(checks: Sequence[Check]) -> bool:
    """Wait for every one, also after a failure: its words are wanted too."""
    results = [check.result() for check in checks]
    return all(results)


def _start(root: Path, name: str, *program: str) -> Check:
    output = tempfile.TemporaryFile()  # noqa: SIM115 - read when the check is over
    process = subprocess.Popen(
        program, cwd=root, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        preexec_fn=bond.tied(signal.SIGTERM),  # noqa: PLW1509 - one system call; a stopped run leaves nothing behind
    )  # fmt: skip
    return Check(name=name, process=process, output=output, began=time.monotonic())


def _bring_parts() -> bool:
    """Install what only the tests need from the system, when we may; else say in one line how."""
    missing = [package for program, package in _PARTS.items() if not _found(program)]
    if not missing:
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        step("Installing for the tests: %(packages)s", packages=" ".join(missing))
        _apt("update", "-q")
        _apt("install", "-y", "-q", "--no-install-recommends", *missing)
        missing = [package for program, package in _PARTS.items() if not _found(program)]
    if missing:
        step("For the browser and system tests run: sudo apt install %(packages)s", packages=" ".join(missing))
    return not missing


def _apt(*words: str) -> None:
    quiet = ["-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=60"]
    subprocess.run(
        ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *quiet, *words], check=False, capture_output=True
    )


def _found(program: str) -> bool:
    return shutil.which(program) is not None or shutil.which(program, path=_PLACES) is not None
