"""`loa-agent`: begins the release that is chosen, and goes back to the former one when that does not come up.

This is always the part that was installed: no release replaces it. It needs the standard library only, and ends in the
release it begins, which has the same process. A release on trial gets an alarm that nothing but its own proof turns
off: one that hangs is ended by the system, and the next start, by whoever keeps the agent running, comes back here.
"""

import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from loa_agent import choice
from loa_agent.choice import Choice

PROVE_S = 180.0
"""So long a release has from its start to prove itself."""

PROVE_SETTING = "LOA_AGENT_PROVE_S"
RUNS = "LOA_AGENT_RELEASE"
STATEMENT = "LOA_AGENT_STATEMENT"
_BOOT = Path("/proc/sys/kernel/random/boot_id")


def main(arguments: Sequence[str] | None = None) -> int:
    """Begin what is asked for; return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    home = _home(words)
    if home is not None and RUNS not in os.environ:
        _begin(home, words)
    from loa_agent.cli import main as work  # noqa: PLC0415 - only what is not handed over loads the agent

    return work(words)


def prove_s() -> float:
    """Return how long a release has to prove itself."""
    try:
        return max(1.0, float(os.environ.get(PROVE_SETTING, PROVE_S)))
    except ValueError:
        return PROVE_S


def _begin(home: Path, words: Sequence[str]) -> None:
    """Become the chosen release; return if that is what was installed."""
    found = _heeding(home)
    if found.run is None:
        return
    place = home.resolve() / choice.FOLDER / found.run
    told = {RUNS: found.run, STATEMENT: found.statement or "", "PYTHONPATH": str(place)}
    if found.trial is not None:
        signal.alarm(int(prove_s()) or 1)
    os.execve(sys.executable, [sys.executable, "-P", "-m", "loa_agent", *words], {**os.environ, **told})  # noqa: S606 - no shell, ours


def _heeding(home: Path) -> Choice:
    """Return what shall run, and keep that it was started. What cannot be kept is not tried."""
    before = choice.read(home)
    after = before.started(boot=_boot(), now_s=time.monotonic(), prove_s=prove_s())
    if after.trial is not None and not _is_whole(home, after):
        after = after.returned("missing")
    if after.trial is None and not _is_whole(home, after):
        after = replace(after, run=None, statement=None)
    if after != before:
        try:
            choice.write(home, after)
        except OSError:
            return _untried(home, after)
    return after


def _untried(home: Path, found: Choice) -> Choice:
    back = found.returned("disk_full")
    return back if _is_whole(home, back) else replace(back, run=None, statement=None)


def _is_whole(home: Path, found: Choice) -> bool:
    return found.run is None or (home / choice.FOLDER / found.run / "loa_agent" / "__main__.py").is_file()


def _home(words: Sequence[str]) -> Path | None:
    """Return the folder of a device that is to work, None if something else is asked for."""
    if not words or words[0] != "run":
        return None
    for place, word in enumerate(words):
        if word == "--home" and place + 1 < len(words):
            return Path(words[place + 1])
        if word.startswith("--home="):
            return Path(word.partition("=")[2])
    return None


def _boot() -> str:
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""
