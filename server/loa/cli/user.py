"""`loa user`."""

import argparse
import importlib
import sys

from loa.cli import rooms


def configure(parser: argparse.ArgumentParser) -> None:
    """Add who, as what, and where."""
    parser.add_argument("action", choices=["add", "reset", "reset-factors"])
    parser.add_argument("username")
    parser.add_argument("--name", default="", help="full name; needed for add")
    parser.add_argument("--role", default="", help="officer, leader, editor, monitor, technician or administrator")
    parser.add_argument("--unit", default="", help="official code of the unit where the role holds")


def run(options: argparse.Namespace) -> int:
    """Add a person, set a new password, or take second factors away.

    A password is printed once and must be changed at the first sign-in.
    """
    rooms.load()
    people = importlib.import_module("loa.box.people")
    if options.action == "reset-factors":
        people.reset_factors(options.username)
        return 0
    if options.action == "add":
        password = people.add(options.username, name=options.name, role=options.role, unit=options.unit)
    else:
        password = people.reset(options.username)
    sys.stdout.write(f"{password}\n")
    return 0
