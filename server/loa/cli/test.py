"""`loa test`."""

import argparse

from loa.box import checks
from loa.cli import REPOSITORY


def configure(parser: argparse.ArgumentParser) -> None:
    """Add how much."""
    parser.add_argument("extent", nargs="?", choices=["all", "fast"], default="all")


def run(options: argparse.Namespace) -> int:
    """Run every check, or those that need no browser and no processes."""
    return 0 if checks.run(REPOSITORY, fast=options.extent == "fast") else 1
