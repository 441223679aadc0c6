"""`loa up`."""

import argparse

from loa.box import environment, up
from loa.box.saying import step
from loa.cli import REPOSITORY


def configure(parser: argparse.ArgumentParser) -> None:
    """Take no options: a box is told by its environment."""
    del parser


def run(options: argparse.Namespace) -> int:
    """Bring everything up and keep it running until told to stop."""
    del options
    box = up.open_box(environment.place(REPOSITORY), may_move=False)
    try:
        if up.bring_up(box):
            step("Loa is ready: %(url)s", url=box.place.url)
            box.supervisor.watch()
    finally:
        box.stop()
    return 0
