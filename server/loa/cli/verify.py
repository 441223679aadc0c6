"""`loa verify`."""

import argparse
import importlib
from pathlib import Path

from loa.box import environment, standing
from loa.cli import REPOSITORY, rooms


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the checkpoints and the key that were kept elsewhere."""
    parser.add_argument("--checkpoint", type=Path, action="append", metavar="FILE",
                        help="compare with checkpoints that were kept elsewhere")  # fmt: skip
    parser.add_argument("--key", type=Path, metavar="FILE", help="the public key that signed them: record.pub.pem")
    parser.add_argument("--explain", metavar="WHY", help="put on record why rows were changed outside every command")


def run(options: argparse.Namespace) -> int:
    """Check the record, the media and the evidence; exit 1 when something does not fit."""
    with standing.database(environment.place(REPOSITORY)):
        rooms.load()
        verify = importlib.import_module("loa.box.verify")
        if options.explain is not None:
            verify.explain(options.explain)
        return 0 if verify.run(files=options.checkpoint, key=options.key) else 1
