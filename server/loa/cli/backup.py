"""`loa backup`."""

import argparse
from pathlib import Path

from loa.box import backup, environment
from loa.cli import REPOSITORY


def configure(parser: argparse.ArgumentParser) -> None:
    """Add where to."""
    parser.add_argument("folder", type=Path)


def run(options: argparse.Namespace) -> int:
    """Write database, media and keys to a new folder; the box may run meanwhile."""
    backup.save(environment.place(REPOSITORY), options.folder)
    return 0
