"""`loa-agent`: enrol, run, status, test."""

import argparse
import asyncio
import json
import logging
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from loa_agent import enrolment, probe, sound, status
from loa_agent.home import Home, HomeUnusable
from loa_agent.outputs import card
from loa_agent.outputs.port import NullOutput, Output, OutputBroken
from loa_agent.outputs.wav import WavOutput
from loa_agent.runner import Agent
from loa_agent.words import say

logger = logging.getLogger("loa_agent")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; return the exit code. A failure is one sentence."""
    options = _parser().parse_args(arguments)
    home = Home(options.home)
    try:
        if options.command == "enrol":
            return _enrol(home, options)
        if options.command == "status":
            return _status(home, options)
        if options.command == "test":
            return _test(home, options)
        return _run(home, options)
    except (HomeUnusable, enrolment.NotEnrolled) as failed:
        sys.stderr.write(f"{failed}\n")
    except sqlite3.Error as broken:
        sys.stderr.write(say("The store %(file)s cannot be used: %(why)s.", file=home.store_file, why=broken) + "\n")
    except OSError as broken:
        sys.stderr.write(f"{broken.filename or home.folder}: {broken.strerror or broken}.\n")
    return 1


def _enrol(home: Home, options: argparse.Namespace) -> int:
    if home.is_enrolled and not options.again:
        raise HomeUnusable(
            say("%(folder)s is enrolled already; with --again its identity is replaced.", folder=home.folder)
        )
    enrolled = enrolment.enrol(home, server=options.server, code=options.code)
    if options.again:
        for old in home.folder.glob("store.sqlite*"):
            old.unlink()
    identity = enrolled.identity
    sentence = say("Enrolled as %(device)s of unit %(area)s.", device=identity.device, area=identity.area_path)
    sys.stdout.write(f"{sentence}\n")
    return 0


def _status(home: Home, options: argparse.Namespace) -> int:
    found = status.facts(home, now=status.now())
    sys.stdout.write((json.dumps(found) if options.json else status.sentences(found)) + "\n")
    return 0 if found.get("connected") else 3


def _test(home: Home, options: argparse.Namespace) -> int:
    """Let whoever stands here hear that sound comes out, softly."""
    if options.silent:
        return _prove(home, options)
    try:
        level = probe.play(_outputs(home, options))
    except OutputBroken as broken:
        sys.stderr.write(say("The output does not take sound: %(why)s.", why=broken) + "\n")
        return 1
    sentence = say("A soft tone was played here, at %(level)s dBFS.", level=f"{level:.1f}")
    sys.stdout.write(f"{sentence}\n")
    return 0


def _prove(home: Home, options: argparse.Namespace) -> int:
    """Take every step of a sound but the sound."""
    with tempfile.TemporaryDirectory() as folder:
        home.recordings = Path(folder)
        try:
            probe.prove(_outputs(home, options))
        except (OutputBroken, sound.Unplayable, ImportError, OSError) as broken:
            sys.stderr.write(say("The output does not take sound: %(why)s.", why=broken) + "\n")
            return 1
    return 0


def _run(home: Home, options: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    home.enrolled()
    with home.lock():
        outputs = _outputs(home, options)
        _tell(outputs)
        return asyncio.run(_work(home, outputs, options))


async def _work(home: Home, outputs: Sequence[Output], options: argparse.Namespace) -> int:
    agent = Agent(home, outputs=outputs, probe=("--home", str(home.folder), "--output", options.output))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, agent.stop)
    return await agent.run()


def _outputs(home: Home, options: argparse.Namespace) -> list[Output]:
    names = [options.output]
    if options.output == "auto":
        # Without a card and without a file nothing can be heard: the card is tried and its failure is the evidence
        names = ["miniaudio"] if card.has_card() or options.wav is None else []
    if options.wav is not None and "wav" not in names:
        names.append("wav")
    made: list[Output] = []
    for name in names:
        if name == "wav":
            made.append(WavOutput(home.recordings, first=options.wav))
        elif name == "miniaudio":
            made.append(card.CardOutput())
        else:
            made.append(NullOutput())
    return made


def _tell(outputs: Sequence[Output]) -> None:
    """Log where sound goes: a device that nobody hears must not look like one that works."""
    kinds = ", ".join(output.name for output in outputs)
    heard_on = card.name() if any(isinstance(output, card.CardOutput) for output in outputs) else ""
    if heard_on:
        logger.info("output: %s, sound card %s", kinds, heard_on)
    else:
        logger.warning("output: %s, no sound card: nothing can be heard here", kinds)


def _parser() -> argparse.ArgumentParser:
    purpose = say("The agent of a loudspeaker, a board or a gateway.")
    parser = argparse.ArgumentParser(prog="loa-agent", description=purpose)
    commands = parser.add_subparsers(dest="command", required=True)
    enrol = commands.add_parser("enrol", help=say("become a device, by a one-time code"))
    enrol.add_argument("--server", required=True, metavar="URL", help=say("address of the server"))
    enrol.add_argument("--code", required=True, help=say("the one-time code"))
    enrol.add_argument("--again", action="store_true", help=say("replace an identity that is here"))
    run = commands.add_parser("run", help=say("work"))
    run.add_argument(
        "--output",
        choices=("auto", "miniaudio", "wav", "null"),
        default="auto",
        help=say("where sound goes; auto is the sound card"),
    )
    run.add_argument(
        "--wav", type=Path, metavar="FILE", help=say("write the first airing that is played to this file as well")
    )
    tested = commands.add_parser("test", help=say("play a soft tone here; it cannot be made louder"))
    tested.add_argument(
        "--output",
        choices=("auto", "miniaudio", "wav", "null"),
        default="auto",
        help=say("where sound goes; auto is the sound card"),
    )
    tested.add_argument("--silent", action="store_true", help=say("only find out whether it could"))
    tested.set_defaults(wav=None)
    shown = commands.add_parser("status", help=say("say how it is; exit code 0 only if connected"))
    shown.add_argument("--json", action="store_true", help=say("as one JSON object"))
    for command in (enrol, run, shown, tested):
        command.add_argument("--home", type=Path, required=True, metavar="DIR", help=say("the folder of this device"))
    return parser
