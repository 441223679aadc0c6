"""`loa intelligibility`."""

import argparse
import dataclasses
import importlib
import json
import sys
import tempfile
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from loa.box import environment, folders, standing
from loa.box.saying import Refused, step
from loa.cli import REPOSITORY, rooms

_BUILT_IN = "espeak:"
_HERE = ZoneInfo("Asia/Ho_Chi_Minh")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add which voices read which list, and where the figures go."""
    parser.add_argument(
        "--voice", action="append", metavar="ID", help="as `loa voice list` names it; those of eSpeak unless given"
    )
    parser.add_argument("--list", type=Path, metavar="FILE", help="notices, one a line; ours unless given")
    parser.add_argument("--most", type=int, metavar="COUNT", help="only the first notices of the list")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the page of the reference there")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def run(options: argparse.Namespace) -> int:
    """Speak a list of notices, hear them, and print the share of words heard wrongly. Takes minutes a voice."""
    if options.list is not None and not options.list.is_file():
        raise Refused("%(file)s is missing.", file=options.list)
    if options.page:
        folders.demand(options.page.absolute().parent)
    with ExitStack() as stack:
        _settle(stack, is_visit=any(not name.startswith(_BUILT_IN) for name in options.voice or ()))
        _measure(options)
    return 0


def _settle(stack: ExitStack, *, is_visit: bool) -> None:
    """Go to the place whose added voices are measured; what comes with the program is measured in an empty folder."""
    place = environment.place(REPOSITORY)
    if is_visit:
        stack.enter_context(standing.database(place))
        rooms.load()
        return
    home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="loa-intelligibility-")))
    environment.make_secrets(home)
    environment.adopt(dataclasses.replace(place, home=home))
    rooms.load_here()


def _measure(options: argparse.Namespace) -> None:
    register = importlib.import_module("loa.media.voices.register")
    measuring = importlib.import_module("loa.media.intelligibility.measuring")
    telling = importlib.import_module("loa.media.intelligibility.telling")
    texts = (measuring.notices(options.list) if options.list else measuring.notices())[: options.most]
    names = options.voice or [voice.id for voice in register.engines()[0].voices()]
    found = []
    for name in names:
        _engine, voice = register.find(name)
        if not options.json:
            step("%(voice)s reads %(count)s notices", voice=voice.id, count=len(texts))
        found.append(measuring.measure(voice, texts))
    now: datetime = importlib.import_module("loa.kernel.clock").now()
    day = now.astimezone(_HERE).date()
    if options.json:
        sys.stdout.write(json.dumps(telling.figures(found, day=day), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(telling.table(found) + "\n")
    if options.page:
        options.page.write_text(telling.page(found, day=day), encoding="utf-8")
