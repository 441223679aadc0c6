"""`loa journey`: the demonstration's bulletin, from the keyboard to the loudspeakers and back."""

import argparse
import importlib
import json
import sys

from loa.cli import rooms


def configure(parser: argparse.ArgumentParser) -> None:
    """Take no options."""
    del parser


def run(options: argparse.Namespace) -> int:
    """Run it on a demonstration that is up; print its figures."""
    del options
    rooms.load()
    figures = importlib.import_module("loa.box.demo.journey").run()
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
    return 0
