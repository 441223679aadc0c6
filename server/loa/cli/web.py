"""`loa web`."""

import argparse
import importlib

from loa.cli import rooms

configure = rooms.configure


def run(options: argparse.Namespace) -> int:
    """Run the web process until told to stop."""
    del options
    rooms.load()
    importlib.import_module("loa.box.web").run()
    return 0
