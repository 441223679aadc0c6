"""`loa verify`."""

import argparse
import importlib

from loa.box import environment, standing
from loa.cli import REPOSITORY, rooms


def configure(parser: argparse.ArgumentParser) -> None:
    """Take no options."""
    del parser


def run(options: argparse.Namespace) -> int:
    """Check the record, the media and the evidence; exit 1 when something does not fit."""
    del options
    with standing.database(environment.place(REPOSITORY)):
        rooms.load()
        return 0 if importlib.import_module("loa.box.verify").run() else 1
