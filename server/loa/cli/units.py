"""`loa units`."""

import argparse
import importlib
from datetime import date

from loa.box.saying import step
from loa.cli import rooms


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the province and the day."""
    parser.add_argument(
        "province", help="official code of a province before July 2025, such as 26 for Vĩnh Phúc, or all"
    )
    parser.add_argument(
        "--as-of",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="from 2025-07-01 on: the units since the reform, with those of old as history",
    )


def run(options: argparse.Namespace) -> int:
    """Bring a province from the national list, or the whole country; run again it mends names."""
    rooms.load()
    scopes = importlib.import_module("loa.kernel.scope")
    commands = importlib.import_module("loa.orgs.commands")
    code = "" if options.province == "all" else options.province
    count = commands.import_units(scopes.system("operator"), province_code=code, as_of=options.as_of)
    step("%(count)s units are there", count=count)
    return 0
