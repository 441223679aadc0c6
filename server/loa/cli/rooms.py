"""What the commands share that run one process of the server each."""

import argparse
from pathlib import Path

import django

from loa.box import environment
from loa.cli import REPOSITORY


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what a box passes to its parts."""
    parser.add_argument("--after", type=Path, help=argparse.SUPPRESS)


def begin(options: argparse.Namespace) -> None:
    """Load the settings and the rooms; on a box, wait until the tables are ready."""
    load()
    if options.after is not None:
        from loa.box import prepare  # noqa: PLC0415 - needs the rooms loaded

        prepare.await_mark(options.after)


def load() -> None:
    """Load the settings and the rooms of the place this command runs in."""
    environment.adopt(environment.place(REPOSITORY))
    django.setup()
