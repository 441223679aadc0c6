"""`loa prepare`."""

import argparse
import importlib
from pathlib import Path

from loa.box import folders
from loa.cli import rooms


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--mark", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--demo", action="store_true", help="also seed the demonstration province")


def run(options: argparse.Namespace) -> int:
    """Bring the tables up to date and make the keys."""
    rooms.load()
    prepare = importlib.import_module("loa.box.prepare")
    settings = importlib.import_module("django.conf").settings
    folders.demand(settings.LOA_HOME)
    seed = importlib.import_module("loa.box.demo.seed").run if options.demo else None
    prepare.run(mark=options.mark or settings.LOA_HOME / "run" / "prepared", then=seed)
    return 0
