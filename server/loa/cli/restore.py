"""`loa restore`."""

import argparse
from pathlib import Path

from loa.box import backup, environment
from loa.cli import REPOSITORY


def configure(parser: argparse.ArgumentParser) -> None:
    """Add where from."""
    parser.add_argument("folder", type=Path)


def run(options: argparse.Namespace) -> int:
    """Bring a backup into an empty state folder; the box must be stopped."""
    backup.bring_back(environment.place(REPOSITORY), options.folder)
    return 0
