"""How long from a fresh clone to a page, and how much memory the whole takes with its fleet."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from loa.box import doors, environment
from loa.box.saying import Refused

_LIMIT_S = 600.0
_SETTLE_S = 8.0
_REPOSITORY = Path(__file__).resolve().parents[4]
_PAGE = "/desk/sign-in/"


def run(options: Mapping[str, str]) -> dict[str, object]:
    """Clone what is committed, run `./loa demo` in it, and time the first page.

    `cold=1` begins with empty package caches. The reference is installing the locked packages alone, with the same
    caches. Needs the network when cold.
    """
    cold = options.get("cold", "0") not in {"", "0", "no"}
    with _folder() as folder:
        clone = folder / "loa"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(_REPOSITORY), str(clone)], check=True)
        port, mqtt_port = doors.next_free(28080), doors.next_free(28883)
        told = _environment(folder, cold=cold) | {"LOA_PORT": str(port), "LOA_MQTT_PORT": str(mqtt_port)}
        began = time.monotonic()
        demo = subprocess.Popen([str(clone / "loa"), "demo"], env=told, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)  # fmt: skip
        try:
            page_s = _first_page(demo, f"http://127.0.0.1:{port}{_PAGE}", began)
            _until_said(demo, f"http://127.0.0.1:{port}/desk/")
            ready_s = time.monotonic() - began
            time.sleep(_SETTLE_S)
            memory = resident_mb(demo.pid)
        finally:
            with suppress(ProcessLookupError):
                demo.send_signal(signal.SIGTERM)
            if demo.stderr is not None and not demo.stderr.closed:  # else its last words were read, and are being told
                demo.communicate()
        reference_s = _install_alone(clone, folder, cold=cold)
    return {
        "clone_to_page_s": round(page_s, 2),
        "clone_to_fleet_s": round(ready_s, 2),
        "reference_install_s": round(reference_s, 2),
        "resident_mb": memory,
        "devices": 301,
        "cold": cold,
        "cores": os.cpu_count(),
    }


def resident_mb(pid: int) -> int:
    """Return the memory a process and everything below it hold, shared pages counted once, in MB."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        waiting += parents.get(one, [])
        with suppress(OSError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total // 1024


def _environment(folder: Path, *, cold: bool) -> dict[str, str]:
    plain = {name: value for name, value in environment.inherited().items() if not name.startswith(("LOA_", "DJANGO_"))}
    empty = (
        {name: str(folder / "cache") for name in ("XDG_CACHE_HOME", "UV_CACHE_DIR", "PIP_CACHE_DIR")} if cold else {}
    )
    return plain | empty


def _first_page(demo: "subprocess.Popen[bytes]", url: str, began: float) -> float:
    while time.monotonic() - began < _LIMIT_S:
        if demo.poll() is not None:
            raise Refused("The demonstration ended: %(why)s", why=_last_words(demo))
        with suppress(OSError, urllib.error.URLError), urllib.request.urlopen(url, timeout=5) as page:  # noqa: S310 - our own address
            if page.status == 200:
                return time.monotonic() - began
        time.sleep(0.05)
    raise Refused("No page came within %(seconds)s s.", seconds=int(_LIMIT_S))


def _until_said(demo: "subprocess.Popen[bytes]", words: str) -> None:
    if demo.stderr is not None:
        for line in demo.stderr:
            if words in line.decode():
                return
    raise Refused("The demonstration ended: %(why)s", why=_last_words(demo))


def _last_words(demo: "subprocess.Popen[bytes]") -> str:
    return demo.communicate()[1].decode(errors="replace")[-500:]


def _install_alone(clone: Path, folder: Path, *, cold: bool) -> float:
    other = folder / "alone"
    shutil.copytree(clone, other, ignore=shutil.ignore_patterns(".venv", "var"))
    if cold:
        shutil.rmtree(folder / "cache")
    began = time.monotonic()
    subprocess.run([str(other / "loa"), "help"], env=_environment(folder, cold=cold), check=True, capture_output=True)
    return time.monotonic() - began


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="loa-bench-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
