"""`loa bridge`."""

import argparse
import importlib

from loa.cli import rooms

configure = rooms.configure


def run(options: argparse.Namespace) -> int:
    """Run the bridge process until told to stop."""
    del options
    rooms.load()
    importlib.import_module("loa.devices.bridge").run()
    return 0
