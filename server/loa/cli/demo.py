"""`loa demo`."""

import argparse
import json
import sys

from loa.box import environment
from loa.box.demo import show
from loa.cli import REPOSITORY


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--once", action="store_true", help="air one bulletin on the fleet, print its figures, end")


def run(options: argparse.Namespace) -> int:
    """Show a province at work until told to stop; or once, exit 0 only if every device heard."""
    place = environment.place(REPOSITORY)
    if not options.once:
        show.stay(place)
        return 0
    figures = show.once(place)
    if figures is None:
        return 130
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return 0 if figures["missed"] == 0 and figures["heard"] == figures["devices"] else 1
