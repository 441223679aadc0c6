"""`loa doctor`."""

import argparse
import contextlib
import importlib
import json
import sys

import django

from loa.box import environment, standing
from loa.box.saying import translated
from loa.cli import REPOSITORY


def configure(parser: argparse.ArgumentParser) -> None:
    """Take how to answer."""
    parser.add_argument("--json", action="store_true", help="answer for machines, in English and Vietnamese")


def run(options: argparse.Namespace) -> int:
    """List what is unsafe in this deployment; 1 when anything is."""
    place = environment.place(REPOSITORY)
    environment.adopt(place)
    django.setup()  # unlike the processes it also runs on secrets everybody knows: it says so
    visit = importlib.import_module("loa.box.doctor.visit")
    is_made = bool(place.database_url) or (place.home / "postgres" / "PG_VERSION").is_file()
    with standing.database(place) if is_made else contextlib.nullcontext():
        diagnoses = visit.diagnoses()
    if options.json:
        sys.stdout.write(json.dumps(visit.as_json(diagnoses), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(visit.as_text(diagnoses, say=translated) + "\n")
    return 1 if visit.is_unsafe(diagnoses) else 0
