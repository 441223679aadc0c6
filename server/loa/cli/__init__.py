"""The command line: one module a command, imported only when it is called."""

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from loa.box import environment, reading
from loa.box.saying import Refused, gettext_noop, languages, speak, translated

REPOSITORY = Path(__file__).resolve().parent.parent.parent.parent

COMMANDS: Mapping[str, str] = {
    "demo": gettext_noop("a real province, a simulated fleet and one loudspeaker, embedded"),
    "up": gettext_noop("everything embedded, empty, yours"),
    "test": gettext_noop("every check; “test fast” without browser and system tests"),
    "web": gettext_noop("the web process alone"),
    "clock": gettext_noop("the clock process alone"),
    "worker": gettext_noop("the worker process alone"),
    "bridge": gettext_noop("the bridge process alone"),
    "prepare": gettext_noop("tables and keys, then end"),
    "journey": gettext_noop("one bulletin on a demonstration that is up"),
    "units": gettext_noop("bring a province's units from the national list"),
    "user": gettext_noop("add a person with a role at a unit, or set a new password"),
    "voice": gettext_noop("add, list or remove voices that read texts out"),
    "intelligibility": gettext_noop("measure how many words of notices a recognizer hears wrongly, voice by voice"),
    "doctor": gettext_noop("list what is unsafe in this deployment; ends with 1 when anything is"),
    "dossier": gettext_noop("write the pack for the security-level dossier to a folder"),
    "verify": gettext_noop("check the record's chain, the media's digests and the evidence"),
    "backup": gettext_noop("write database, media and keys to a folder"),
    "restore": gettext_noop("bring back a folder written by backup"),
    "release": gettext_noop("software for devices: sign it, let devices believe its key, take it in"),
    "certificate": gettext_noop("TLS certificate for a broker, signed by the authority that devices know"),
    "archive": gettext_noop("bring old tapes and papers into a unit's archive, or write the archive out"),
    "bench": gettext_noop("measure; “bench list” names the benchmarks"),
}
WRONG_SETTING = 2
_USAGE = gettext_noop("usage: loa COMMAND …")
_WIDTH = max(map(len, COMMANDS))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:  # `loa help | head`: whoever read our words has gone, and nothing is to be said to nobody
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    return code


def _run(words: Sequence[str]) -> int:
    if not words or words[0] not in COMMANDS:
        return _usage(asked=bool(words) and words[0] in {"help", "-h", "--help"})
    module = importlib.import_module(f"loa.cli.{words[0]}")
    parser = argparse.ArgumentParser(prog=f"loa {words[0]}", description=translated(COMMANDS[words[0]]))
    module.configure(parser)
    options = parser.parse_args(words[1:])
    try:
        environment.examine()
        return int(module.run(options))
    except reading.WrongSetting as wrong:
        sys.stderr.write(f"{wrong}\n")
        return WRONG_SETTING
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 69
    except KeyboardInterrupt:
        return 130


def _usage(*, asked: bool) -> int:
    blocks = []
    for language in languages():
        words = speak(language).gettext
        lines = [f"  loa {name:<{_WIDTH}} {words(what)}" for name, what in COMMANDS.items()]
        blocks.append("\n".join([words(_USAGE), "", *lines, ""]))
    (sys.stdout if asked else sys.stderr).write("\n".join(blocks))
    return 0 if asked else 64
