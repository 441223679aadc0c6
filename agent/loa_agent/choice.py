"""Which release runs here: one small file that is replaced whole, so that it says so at every moment.

Read before anything of a release is loaded: the standard library only.
"""

import contextlib
import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

FOLDER = "releases"
FILE = "choice.json"
STARTS_MOST = 3
"""So often a release on trial may be started before it counts as one that does not run."""

BAD_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A release that has not proved itself. `boot` and `began_s` are the start it was last given."""

    statement: str
    former: str | None
    former_statement: str | None
    starts: int = 0
    boot: str = ""
    began_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What runs: a folder below `releases`, None for what was installed, and the statement it came with.

    `bad` are statements that are not tried again. `tried`, `step` and `why` say what came of the last one.
    """

    run: str | None = None
    statement: str | None = None
    trial: Trial | None = None
    bad: tuple[str, ...] = field(default=())
    tried: str | None = None
    step: str = ""
    why: str = ""

    def told(self, tried: str, step: str, why: str = "") -> "Choice":
        """Return the choice with what came of a statement."""
        return replace(self, tried=tried, step=step, why=why)

    def without(self, statement: str, step: str, why: str) -> "Choice":
        """Return the choice that never tries a statement again."""
        kept = tuple(one for one in self.bad if one != statement)[-BAD_KEPT + 1 :]
        return replace(self.told(statement, step, why), bad=(*kept, statement))

    def on_trial(self, run: str, statement: str) -> "Choice":
        """Return the choice that tries a release, with the way back to what runs."""
        trial = Trial(statement=statement, former=self.run, former_statement=self.statement)
        return replace(self.told(statement, "trying"), run=run, statement=statement, trial=trial)

    def proved(self) -> "Choice":
        """Return the choice that keeps the release on trial."""
        return replace(self.told(self.statement or "", "proved"), trial=None)

    def returned(self, why: str) -> "Choice":
        """Return the choice that runs the former release again, and never tries this statement any more."""
        trial = self.trial
        if trial is None:
            return self
        back = replace(self, run=trial.former, statement=trial.former_statement, trial=None)
        return back.without(trial.statement, "returned", why)

    def started(self, *, boot: str, now_s: float, prove_s: float) -> "Choice":
        """Return the choice after one more start; the former release if the one on trial has had its chance.

        `now_s` counts from the machine's start, whose name is `boot`.
        """
        trial = self.trial
        if trial is None:
            return self
        if trial.starts and trial.boot == boot and now_s - trial.began_s >= prove_s:
            return self.returned("hung")
        if trial.starts >= STARTS_MOST:
            return self.returned("crashed")
        return replace(self, trial=replace(trial, starts=trial.starts + 1, boot=boot, began_s=now_s))


def read(home: Path) -> Choice:
    """Return what runs in this folder: what was installed where nothing else is said, or nothing that can be read."""
    try:
        document = json.loads((home / FOLDER / FILE).read_bytes())
        trial = document.pop("trial")
        bad = tuple(str(one) for one in document.pop("bad"))
        return Choice(**document, bad=bad, trial=None if trial is None else Trial(**trial))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Choice()


def write(home: Path, choice: Choice) -> None:
    """Replace what is said, down to the disk. Raises `OSError`."""
    folder = home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f".{FILE}.part"
    try:
        with part.open("wb") as file:
            file.write(json.dumps(asdict(choice)).encode())
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / FILE)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
