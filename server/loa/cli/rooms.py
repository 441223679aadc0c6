"""What the commands share that need the rooms."""

import argparse

import django

from loa.box import environment
from loa.cli import REPOSITORY


def configure(parser: argparse.ArgumentParser) -> None:
    """Take no options: a process is told by its environment."""
    del parser


def load() -> None:
    """Load the settings and the rooms of the place this command runs in."""
    environment.adopt(environment.place(REPOSITORY))
    django.setup()
