"""`loa archive`."""

import argparse
import importlib
import json
import sys
from pathlib import Path

from loa.box import folders
from loa.box.saying import Refused
from loa.cli import rooms


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what to do, with which folder, for which unit."""
    parser.add_argument("action", choices=["import", "export"])
    parser.add_argument("folder", type=Path, help="where the files are, or a new folder to write to")
    parser.add_argument("--unit", required=True, help="official code of the unit whose archive it is")
    parser.add_argument("--sheet", type=Path, help="XLSX or CSV that says what each file is")
    parser.add_argument("--by", default="", help="account of the person who answers for what comes in")
    parser.add_argument("--write-down", action="store_true", help="let a machine write down what is heard, as a draft")
    parser.add_argument("--preview", action="store_true", help="say what would be done, change nothing")


def run(options: argparse.Namespace) -> int:
    """Bring a folder into an archive, or write an archive out."""
    folder = options.folder.resolve()
    rooms.load()
    archive = importlib.import_module("loa.box.archive")
    if options.action == "export":
        folders.demand(folder.parent)
        sys.stdout.write(json.dumps(archive.write_out(folder, unit=options.unit)) + "\n")
        return 0
    if not folder.is_dir():
        raise Refused("There is no folder %(path)s.", path=folder)
    if options.sheet is not None and not options.sheet.is_file():
        raise Refused("There is no file %(path)s.", path=options.sheet)
    done = archive.bring(
        folder, unit=options.unit, sheet=options.sheet, by=options.by, is_written_down=options.write_down,
        is_preview=options.preview,
    )  # fmt: skip
    sys.stdout.write(json.dumps(done, ensure_ascii=False) + "\n")
    return 0
