"""`loa web`."""

import argparse
import importlib

from loa.box import environment
from loa.cli import REPOSITORY, rooms

configure = rooms.configure


def run(options: argparse.Namespace) -> int:
    """Run the web process until told to stop."""
    del options
    environment.adopt(environment.place(REPOSITORY))
    importlib.import_module("loa.box.web").run()
    return 0
