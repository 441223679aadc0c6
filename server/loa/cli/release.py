"""`loa release`: software for devices, from the key that signs it to taking it in."""

import argparse
import importlib
import sys
from datetime import timedelta
from pathlib import Path

from loa.box import environment, standing
from loa.box.saying import Refused, step
from loa.cli import REPOSITORY, rooms

PACKAGE, STATEMENT = "package.zip", "statement.jws"
DAYS = 90


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what to do."""
    actions = parser.add_subparsers(dest="action", required=True)
    key = actions.add_parser("key", help="make a key that signs releases and nothing else, in FILE")
    key.add_argument("file", type=Path, metavar="FILE")
    vouch = actions.add_parser("vouch", help="let devices believe the key in FILE; its public half is enough")
    vouch.add_argument("file", type=Path, metavar="FILE")
    withdraw = actions.add_parser("withdraw-key", help="let devices believe a key no more")
    withdraw.add_argument("kid", metavar="KEY", help="its name, as vouch told it")
    make = actions.add_parser("make", help="pack the agent of this program and sign it, into FOLDER")
    make.add_argument("folder", type=Path, metavar="FOLDER")
    make.add_argument("--key", type=Path, required=True, metavar="FILE")
    make.add_argument(
        "--floor", default="", help="nothing older is taken over afterwards; the version itself if absent"
    )
    make.add_argument("--days", type=int, default=DAYS, help="how long it may be brought in")
    take = actions.add_parser("take", help="take a release in from FOLDER; a person confirms it on the page")
    take.add_argument("folder", type=Path, metavar="FOLDER")
    take.add_argument("--unit", default="", help="code of the unit it is for; the top unit unless given")


def run(options: argparse.Namespace) -> int:
    """Do it; a refusal is told and ends with 69."""
    if options.action in {"key", "make"}:
        rooms.load()
        _offline(options)
        return 0
    with standing.database(environment.place(REPOSITORY)):
        rooms.load()
        operator = importlib.import_module("loa.box.releasing")
        if options.action == "vouch":
            operator.vouch(options.file)
        elif options.action == "withdraw-key":
            operator.withdraw_key(options.kid)
        else:
            operator.take(options.folder / STATEMENT, options.folder / PACKAGE, unit=options.unit)
    return 0


def _offline(options: argparse.Namespace) -> None:
    signed = importlib.import_module("loa.devices.packing")
    try:
        if options.action == "key":
            sys.stdout.write(f"{signed.make_key(options.file)}\n")
            return
        span = timedelta(days=options.days)
        made = signed.make(options.key, options.folder, floor=options.floor, lasts=span)
    except (OSError, ValueError) as broken:
        raise Refused("%(why)s", why=broken) from broken
    step("Release %(version)s is signed: %(digest)s", version=made.version, digest=made.sha256)
