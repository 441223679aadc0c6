"""What an agent needs, ready made for arm64: asked of the registry, nothing is built."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from loa.box.bench.house import BenchFailed

PLATFORMS = ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64")
NAMES = ("av", "cryptography", "joserfc", "miniaudio", "numpy", "uvloop")
SOURCE = "source only: a C compiler builds it on the device, once"


def wheels() -> Mapping[str, str]:
    """Return by part the wheel that the registry has for arm64, or that there is only its source.

    Raises `BenchFailed` where this Python's own has no pip.
    """
    return {need.partition("==")[0]: _wheel(need) for need in needs()}


def needs() -> list[str]:
    """Return what an agent needs beside our own packages, in the versions of the lock for Python 3.11."""
    locked = (Path(__file__).parents[4] / "requirements" / "runtime.txt").read_text().splitlines()
    ours = (line for line in locked if line.split("==")[0] in NAMES and "version >=" not in line)
    return [line.split()[0] for line in ours]


def _wheel(need: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        words = [sys._base_executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]  # type: ignore[attr-defined]  # noqa: SLF001 - the one outside .venv
        words += ["--dest", folder, "--only-binary=:all:", "--python-version", "3.11"]
        words += [word for platform in PLATFORMS for word in ("--platform", platform)]
        done = subprocess.run([*words, need], capture_output=True, text=True, check=False, timeout=300)
        found = list(Path(folder).glob("*.whl"))
        if done.returncode == 0 and found:
            return found[0].name
        if "No matching distribution" in done.stderr:
            return SOURCE
        raise BenchFailed(done.stderr[-600:])
