"""What the commands share that need the rooms."""

import argparse

import django
from django.conf import settings

from loa.box import environment
from loa.box.saying import Refused
from loa.cli import REPOSITORY

UNSAFE = "only-for-checks-and-tests"


def configure(parser: argparse.ArgumentParser) -> None:
    """Take no options: a process is told by its environment."""
    del parser


def load() -> None:
    """Load the settings and the rooms of the place this command runs in; refuse to run on secrets everybody knows."""
    environment.adopt(environment.place(REPOSITORY))
    load_here()


def load_here() -> None:
    """Load them in the place this process has adopted."""
    if UNSAFE in {settings.SECRET_KEY, settings.LOA_DEVICE_SECRET}:
        raise Refused("There is no secret: name its file with LOA_SECRET_KEY_FILE and LOA_DEVICE_SECRET_FILE.")
    django.setup()
