"""Prepares .venv when it must, then becomes the program. Needs nothing but Python 3.11."""

import errno
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import preparing
from texts import Refused, explain

ROOT = Path(__file__).resolve().parent.parent.parent
EX_UNAVAILABLE = 69


def main() -> None:
    """Prepare and run, or say in a sentence why not."""
    os.environ.setdefault("LOA_STARTED_AT", repr(time.time()))
    arguments = sys.argv[1:]
    try:
        preparing.prepare(ROOT, level=_level_for(arguments))
    except Refused as refusal:
        explain(refusal)
        sys.exit(EX_UNAVAILABLE)
    except KeyboardInterrupt:
        explain(Refused("stopped"))
        sys.exit(130)
    except OSError as failure:
        explain(_refusal_of(failure))
        sys.exit(EX_UNAVAILABLE)
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):  # heeded for the tree, too dear for the packages
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".venv/bytecode"))
    python = str(ROOT / ".venv/bin/python")
    try:
        os.execv(python, [python, "-m", "loa.cli", *arguments])  # noqa: S606 - becomes the program
    except OSError as failure:
        explain(Refused("python_broken", place=python, why=failure.strerror))
        sys.exit(EX_UNAVAILABLE)


def _level_for(arguments: list[str]) -> str:
    """Return what a command needs installed: reading with added voices and listening bring 150 MB more."""
    if arguments[:1] == ["test"]:
        return "test"
    if arguments[:1] == ["intelligibility"] or arguments[:2] in (["voice", "add"], ["voice", "prepare"]):
        return "speech"
    return "runtime"


def _refusal_of(failure: OSError) -> Refused:
    place = failure.filename or ROOT
    if failure.errno in {errno.ENOSPC, errno.EDQUOT}:
        return preparing.disk_full(ROOT)
    if failure.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return Refused("not_writable", place=place)
    return Refused("system", place=place, why=failure.strerror or failure)


main()
