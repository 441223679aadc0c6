"""`loa units`."""

import argparse
import importlib

from loa.box.saying import step
from loa.cli import rooms


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the province."""
    parser.add_argument("province", help="official code of a province, such as 26 for Vĩnh Phúc")


def run(options: argparse.Namespace) -> int:
    """Bring a province with its districts and communes from the national list; run again it mends names."""
    rooms.load()
    scopes = importlib.import_module("loa.kernel.scope")
    commands = importlib.import_module("loa.orgs.commands")
    count = commands.import_units(scopes.system("operator"), province_code=options.province)
    step("%(count)s units are there", count=count)
    return 0
