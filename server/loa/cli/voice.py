"""`loa voice`."""

import argparse
import importlib
from pathlib import Path

from loa.box import environment, standing
from loa.box.saying import step
from loa.cli import REPOSITORY, rooms


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what to do and with which voice."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="add a Piper voice: FILE.onnx and its description")
    add.add_argument("model", type=Path, metavar="FILE.onnx")
    add.add_argument("--config", type=Path, metavar="FILE.json", help="the description; FILE.onnx.json unless given")
    add.add_argument("--sha256", required=True, help="digest of FILE.onnx, from where you trust its maker")
    add.add_argument("--unit", default="", help="code of the unit it is for; the top unit unless given")
    add.add_argument("--label", default="", help="what people see; the file's name unless given")
    add.add_argument("--region", default="", choices=["", "north", "central", "south"])
    add.add_argument("--gender", default="", choices=["", "female", "male"])
    add.add_argument("--license", default="", help="under which its maker gives it away")
    add.add_argument("--note", default="", help="what its maker's card says of how it sounds")
    actions.add_parser("list", help="name the voices")
    remove = actions.add_parser("remove", help="remove a voice that was added")
    remove.add_argument("voice", help="as `loa voice list` names it: piper:…")
    actions.add_parser("prepare", help="only install what added voices and listening need")


def run(options: argparse.Namespace) -> int:
    """Do it; a refusal is told and ends with 69."""
    if options.action == "prepare":
        step("The parts for added voices and for listening are there")
        return 0
    with standing.database(environment.place(REPOSITORY)):
        rooms.load()
        operator = importlib.import_module("loa.box.voices")
        if options.action == "add":
            operator.add(
                options.model,
                options.config or options.model.with_name(f"{options.model.name}.json"),
                sha256=options.sha256,
                unit=options.unit,
                label=options.label or options.model.stem[:60],
                region=options.region,
                gender=options.gender,
                license=options.license,
                card=options.note,
            )
        elif options.action == "remove":
            operator.remove(options.voice)
        else:
            operator.show()
    return 0
