"""`loa bench`."""

import argparse
import importlib
import json
import sys
from collections.abc import Mapping

BENCHMARKS: Mapping[str, str] = {
    "setup": "loa.box.bench.setup",
    "fanout": "loa.box.bench.fanout",
    "live": "loa.box.bench.live",
    "stop": "loa.box.bench.stop",
    "beats": "loa.box.bench.beats",
    "ingest": "loa.box.bench.ingest",
    "reconnect": "loa.box.bench.reconnect",
    "files": "loa.media.bench",
    "signin": "loa.box.bench.signin",
    "speech": "loa.box.bench.speech",
    "verify": "loa.box.bench.verify",
    "tree": "loa.box.bench.tree",
    "reorganise": "loa.box.bench.reorganise",
    "search": "loa.box.bench.search",
    "archive": "loa.box.bench.archive",
    "chaos": "loa.box.bench.chaos",
    "agent": "loa.box.bench.agent",
    "schedule": "loa.box.bench.schedule",
    "dashboard": "loa.box.bench.dashboard",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the name; what else a benchmark takes follows as name=value."""
    parser.add_argument("name", choices=["list", *BENCHMARKS])
    parser.add_argument("options", nargs="*", metavar="name=value", help="such as devices=1000 or cold=1")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def run(options: argparse.Namespace) -> int:
    """Measure and print the figures, with the reference measured beside them."""
    if options.name == "list":
        sys.stdout.write("\n".join(BENCHMARKS) + "\n")
        return 0
    given = dict(word.split("=", 1) for word in options.options)
    figures = importlib.import_module(BENCHMARKS[options.name]).run(given)
    if options.json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
    else:
        width = max(len(name) for name in figures)
        sys.stdout.writelines(f"{name:<{width}}  {value}\n" for name, value in figures.items())
    return 0
