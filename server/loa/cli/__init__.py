"""The command line: one module a command, imported only when it is called."""

import argparse
import importlib
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from loa.box.saying import Refused

REPOSITORY = Path(__file__).resolve().parent.parent.parent.parent

COMMANDS: Mapping[str, str] = {
    "demo": "a real province, a simulated fleet and one loudspeaker, embedded",
    "up": "everything embedded, empty, yours",
    "test": "every check; “test fast” without browser and system tests",
    "web": "the web process alone",
    "clock": "the clock process alone",
    "worker": "the worker process alone",
    "bridge": "the bridge process alone",
    "prepare": "tables and keys, then end",
    "journey": "one bulletin on a demonstration that is up",
    "units": "bring a province's units from the national list",
    "user": "add a person with a role at a unit, or set a new password",
    "verify": "check the record's chain, the media's digests and the evidence",
    "backup": "write database, media and keys to a folder",
    "restore": "bring back a folder written by backup",
    "certificate": "TLS certificate for a broker, signed by the authority that devices know",
    "bench": "measure; “bench list” names the benchmarks",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if not words or words[0] not in COMMANDS:
        return _usage(asked=bool(words) and words[0] in {"help", "-h", "--help"})
    module = importlib.import_module(f"loa.cli.{words[0]}")
    parser = argparse.ArgumentParser(prog=f"loa {words[0]}", description=COMMANDS[words[0]])
    module.configure(parser)
    try:
        return int(module.run(parser.parse_args(words[1:])))
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 69
    except KeyboardInterrupt:
        return 130


def _usage(*, asked: bool) -> int:
    lines = [f"  loa {name:<8} {what}" for name, what in COMMANDS.items()]
    (sys.stdout if asked else sys.stderr).write("\n".join(["usage: loa COMMAND …", "", *lines, ""]))
    return 0 if asked else 64
