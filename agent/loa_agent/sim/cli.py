"""`loa-sim`: a fleet of simulated devices in one process."""

import argparse
import asyncio
import contextlib
import gc
import json
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import uvloop

from loa_agent import sound
from loa_agent.identity import Enrolled
from loa_agent.sim.fleet import BEAT_S, Fleet
from loa_agent.sim.report import Report
from loa_agent.sim.troubles import Troubles
from loa_protocol.refusal import Refused

FLUSH_S = 0.1
_LINES_AT_ONCE = 1_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the fleet until SIGTERM or SIGINT; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        enrolments = read_identities(options.identities, options.devices)
    except (OSError, ValueError, Refused) as bad:
        sys.stderr.write(f"loa-sim: {options.identities} cannot be used: {bad}\n")
        return 2
    if not enrolments:
        sys.stderr.write(f"loa-sim: {options.identities} names no device\n")
        return 2
    sound.warm_up()
    with contextlib.ExitStack() as stack:
        if options.state is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="loa-sim-")))
        else:
            folder = options.state
            folder.mkdir(parents=True, exist_ok=True)
        file = stack.enter_context(options.report.open("a")) if options.report is not None else None
        report = Report(file=file, console=sys.stdout)
        uvloop.run(_run(enrolments, options, folder, report))
    return 0


def read_identities(path: Path, most: int | None) -> list[Enrolled]:
    """Return the enrolments of a JSON-lines file, at most so many."""
    found: list[Enrolled] = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if most is not None and len(found) >= most:
                break
            if line.strip():
                document = json.loads(line)
                found.append(Enrolled.read(document))
    return found


async def _run(enrolments: Sequence[Enrolled], options: argparse.Namespace, folder: Path, report: Report) -> None:
    host, _, port = (options.mqtt or "").rpartition(":")
    server = options.server.rstrip("/") if options.server else ""
    troubles = Troubles(
        latency_ms=options.latency_ms,
        loss=options.loss,
        drift_ms=options.drift_ms,
        power_cuts=options.power_cuts,
        offline=options.offline,
        faults=options.faults,
    )
    if options.seed is not None:
        troubles.dice.seed(options.seed)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    fleet = Fleet(
        enrolments,
        folder=folder,
        report=report,
        troubles=troubles,
        persistent=options.state is not None,
        host=host,
        port=int(port) if port else 0,
        media_url=f"{server}/media" if server else "",
        device_url=f"{server}/device/v1" if server else "",
        keepalive_s=options.keepalive,
        beat_s=options.beat,
    )
    connecting = asyncio.create_task(fleet.start())
    ended = asyncio.create_task(stopping.wait())
    await asyncio.wait({connecting, ended}, return_when=asyncio.FIRST_COMPLETED)
    took_s = None
    if connecting.done():
        took_s = round(connecting.result(), 3)
        # The fleet lives as long as the process: what is looked through for garbage is only what came since.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        report.say("ready", devices=len(fleet.devices), connected=fleet.connected, connect_s=took_s)
    else:
        connecting.cancel()
    while not stopping.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), FLUSH_S)
        if not fleet.is_pacing:
            report.flush(most=_LINES_AT_ONCE)
    await ended
    connected = fleet.connected
    await fleet.stop()
    report.summary(
        devices=len(fleet.devices),
        connected=connected,
        connect_s=took_s,
        pending_events=sum(device.core.evidence.pending for device in fleet.devices),
        files_fetched=fleet.shelf.fetched,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="loa-sim", description="A fleet of simulated devices in one process.")
    parser.add_argument("--identities", type=Path, required=True, help="JSON lines, one enrolment answer each")
    parser.add_argument("--devices", type=int, help="at most so many of them")
    parser.add_argument("--server", help="address of the server, in place of the one in the identities")
    parser.add_argument(
        "--mqtt", metavar="HOST:PORT", help="address of the broker, in place of the one in the identities"
    )
    parser.add_argument("--report", type=Path, help="append a JSON line for each thing each device does")
    parser.add_argument("--state", type=Path, help="keep the memory of all devices here, through kill -9")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="mean delay of each message and file")
    parser.add_argument("--loss", type=float, default=0.0, help="fraction of messages and files lost and tried again")
    parser.add_argument("--drift-ms", type=float, default=0.0, help="how wrong clocks are at most")
    parser.add_argument("--power-cuts", type=float, default=0.0, help="power cuts of each device an hour")
    parser.add_argument("--offline", type=float, default=0.0, help="fraction of the time without a line")
    parser.add_argument("--faults", type=float, default=0.0, help="fraction of devices with a fault they report")
    parser.add_argument("--beat", type=float, default=BEAT_S, help="seconds between two signs of life")
    parser.add_argument("--keepalive", type=int, default=120, help="MQTT keepalive in seconds")
    parser.add_argument("--seed", type=int, help="make the troubles the same each time")
    return parser
