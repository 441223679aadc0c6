"""`loa restore`."""

import argparse
import importlib
from pathlib import Path

from loa.box import backup, environment, standing
from loa.box.saying import Refused
from loa.cli import REPOSITORY, rooms


def configure(parser: argparse.ArgumentParser) -> None:
    """Add where from, and the word for the record."""
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--note", metavar="WHY", help="put the return on record, signed; alone or with the folder")


def run(options: argparse.Namespace) -> int:
    """Bring a backup into an empty state folder, with the box stopped; say on record that and why it came back."""
    place = environment.place(REPOSITORY)
    if options.folder is None and options.note is None:
        raise Refused("Name the folder of a backup, or say with --note why this database is an older one.")
    if options.folder is not None:
        backup.bring_back(place, options.folder)
    if options.note is not None:
        with standing.database(place):
            rooms.load()
            importlib.import_module("loa.box.returning").note(options.note)
    return 0
