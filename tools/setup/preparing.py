"""What has to be true before the program can run, and how it is made true, once."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import installing
from texts import Refused, say

NEED_MB = 1500
OWN = ("protocol", "agent", "server")

LEVELS = ("runtime", "speech", "test")
"""Each holds all of the one before it: what runs, what voices of one's own and listening need, what tests need."""


def prepare(root: Path, *, level: str) -> None:
    """Make .venv hold what the lock says and compile the translations; at once when nothing has changed."""
    if _is_complete(root, level=level) and not _stale_words(root):
        return
    if not os.access(root, os.W_OK):
        raise Refused("not_writable", place=root)
    with _alone(root):
        if not _is_complete(root, level=level):
            _install(root, level=level)
        if stale := _stale_words(root):
            say("step_words")
            _compile(root, stale)


def disk_full(root: Path) -> Refused:
    """Return the refusal that tells how much room there is and how much is needed."""
    return Refused("disk_full", free=shutil.disk_usage(root).free // 1_000_000, place=root, need=NEED_MB)


def _install(root: Path, *, level: str) -> None:
    venv, mark = root / ".venv", _mark(root)
    level = max(level, _held_level(root), key=LEVELS.index)
    half_done = _unfinished(root).exists()
    if half_done:
        say("step_repair")
        shutil.rmtree(venv)
    if not venv.exists() and shutil.disk_usage(root).free < NEED_MB * 1_000_000:
        raise disk_full(root)
    python = Path(os.path.realpath(sys.executable))
    if not _runs(venv / "bin/python"):
        say("step_venv")
        shutil.rmtree(venv, ignore_errors=True)
        venv.mkdir()
        _unfinished(root).touch()
        installing.run([str(python), "-m", "venv", "--without-pip", str(venv)], root=root, step="step_venv")
    _unfinished(root).touch()
    mark.unlink(missing_ok=True)
    lock = root / "requirements" / f"{level}.txt"
    installer = installing.find(root, python)
    say("step_packages", count=sum(line[:1].isalpha() for line in lock.read_text().splitlines()))
    installer.sync(lock)
    say("step_own")
    installer.link([root / name for name in OWN])
    mark.write_text(json.dumps({"level": level, "digest": _digest(root, level), "root": str(root)}))
    _unfinished(root).unlink()
    say("step_done")


def _is_complete(root: Path, *, level: str) -> bool:
    try:
        held = json.loads(_mark(root).read_text())
    except (OSError, ValueError):
        return False
    if not isinstance(held, dict) or held.keys() < {"root", "level", "digest"}:
        return False
    if _unfinished(root).exists() or held["root"] != str(root) or held["level"] not in LEVELS:
        return False
    if LEVELS.index(held["level"]) < LEVELS.index(level):
        return False
    return bool(held["digest"] == _digest(root, held["level"])) and _runs(root / ".venv/bin/python")


def _digest(root: Path, level: str) -> str:
    files = [root / "requirements" / f"{level}.txt", *(root / name / "pyproject.toml" for name in OWN)]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _held_level(root: Path) -> str:
    """Return what .venv was last made for; a developer's tools are not taken away by running the program."""
    try:
        level = str(json.loads(_mark(root).read_text())["level"])
        return LEVELS[LEVELS.index(level)]
    except (OSError, ValueError, TypeError, KeyError):
        return "test" if (root / ".venv/bin/ruff").exists() else "runtime"


def _mark(root: Path) -> Path:
    return root / ".venv" / "loa-complete"


def _unfinished(root: Path) -> Path:
    return root / ".venv" / "loa-unfinished"


def _runs(python: Path) -> bool:
    if str(python) == sys.executable:
        return True
    try:
        return subprocess.run([str(python), "-IS", "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:  # absent, unreadable, or not a program of this machine
        return False


def _stale_words(root: Path) -> list[Path]:
    sources = [*root.glob("server/loa/*/locale/*/LC_MESSAGES/*.po"), *root.glob("server/loa/locale/*/LC_MESSAGES/*.po")]
    return [source for source in sources if _made_at(source.with_suffix(".mo")) < source.stat().st_mtime]


def _made_at(file: Path) -> float:
    return file.stat().st_mtime if file.exists() else -1.0


def _compile(root: Path, sources: list[Path]) -> None:
    program = [str(root / ".venv/bin/python"), "-IB", str(Path(__file__).with_name("words.py")), *map(str, sources)]
    installing.run(program, root=root, step="step_words")


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold the folder, so that two commands started together set up once."""
    folder = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("step_waiting")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
