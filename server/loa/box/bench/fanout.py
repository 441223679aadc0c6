"""One signed urgent message to a whole fleet: command to last verified, with a bare broker beside it."""

import os
import shutil
import sys
import time
from collections.abc import Mapping
from typing import Any  # Any: figures are JSON values

from loa.box.bench.house import House, Talk, cpu_seconds, free_port, median, open_house

DEVICES = 10_000
ROUNDS = 5
RECEIPTS_TIMEOUT_S = 30.0
SETTLE_S = 2.0
CALM_S = 8.0
"""How long a fleet that has just connected is busy with its hellos and first plans; only then it is idle."""

_IDLE_S = 10.0


def run(options: Mapping[str, str]) -> dict[str, Any]:
    """Return the figures. Options: `devices`, `rounds`."""
    devices, rounds = int(options.get("devices", DEVICES)), int(options.get("rounds", ROUNDS))
    with open_house() as house:
        desk = house.module("loa.box.bench.desk")
        identities = house.home / "identities.jsonl"
        seeded = desk.ask(do="seed", devices=devices, file=str(identities))
        clip = desk.ask(do="clip")["sha256"]
        web = serve(house, clip)
        ours = _ours(house, desk, clip, web, rounds)
        reference = _reference(house, desk, clip, web, rounds)
        return {
            "devices": devices,
            "last_verified_ms": median(ours["last"]),
            "reference_last_ms": median(reference["last"]),
            "ratio": round(median(ours["last"]) / median(reference["last"]), 3),
            "receipts_committed_ms": median(ours["receipts"]),
            "first_verified_ms": median(ours["first"]),
            "command_ms": median(ours["command"]),
            "receipts": min(ours["counts"]),
            "rounds": rounds,
            "last_verified_each_ms": [round(value, 1) for value in ours["last"]],
            "reference_each_ms": [round(value, 1) for value in reference["last"]],
            "connect_s": ours["connect_s"],
            "reference_connect_s": reference["connect_s"],
            "idle_bridge_cpu_pct": ours["idle_pct"],
            "provision_s": seeded["provision_s"],
            "message_bytes": reference["bytes"],
            "cores": os.cpu_count(),
            "note": "one simulator process checks a signature once for devices that received the same bytes; "
            "devices, bridge, database and broker share the cores",
        }


def _ours(house: House, desk: Talk, clip: str, web: int, rounds: int) -> dict[str, Any]:  # Any: figures
    port = free_port()
    bridge = house.bridge(port)
    fleet, ready = connect(house, port, web)
    time.sleep(CALM_S)
    spent, begun = cpu_seconds(bridge.process.pid), time.monotonic()
    time.sleep(_IDLE_S)
    idle_pct = 100 * (cpu_seconds(bridge.process.pid) - spent) / (time.monotonic() - begun)
    found: dict[str, Any] = {"first": [], "last": [], "receipts": [], "command": [], "counts": []}  # Any: figures
    for number in range(rounds + 1):
        sent = desk.ask(do="now", sha256=clip)
        receipts = desk.ask(
            do="receipts", airing=sent["airing"], expected=ready["devices"], timeout_s=RECEIPTS_TIMEOUT_S
        )
        last = heard(fleet, sent["message"], ready["devices"])
        if number:  # the first round warms caches on both sides
            found["first"].append(last["first_mono_ms"] - sent["begun_ms"])
            found["last"].append(last["last_mono_ms"] - sent["begun_ms"])
            found["receipts"].append(receipts["at_ms"] - sent["begun_ms"])
            found["command"].append(sent["command_ms"])
            found["counts"].append(receipts["devices"])
        time.sleep(SETTLE_S)
    fleet.stop()
    bridge.stop()
    return {**found, "connect_s": ready["connect_s"], "idle_pct": round(idle_pct, 1)}


def _reference(house: House, desk: Talk, clip: str, web: int, rounds: int) -> dict[str, Any]:  # Any: figures
    port = free_port()
    broker = house.broker(port)
    fleet, ready = connect(house, port, web)
    hand = house.module("loa.box.bench.bare", str(port))
    time.sleep(SETTLE_S)
    found: dict[str, Any] = {"last": [], "bytes": 0}  # Any: figures
    for number in range(rounds + 1):
        message = desk.ask(do="token", sha256=clip, seq=1_000_000 + number)
        sent = hand.ask(topic=message["topic"], token=message["token"])
        last = heard(fleet, message["message"], ready["devices"])
        if number:
            found["last"].append(last["last_mono_ms"] - sent["begun_ms"])
            found["bytes"] = sent["bytes"]
        time.sleep(SETTLE_S)
    fleet.stop()
    broker.stop()
    return {**found, "connect_s": ready["connect_s"]}


def connect(house: House, port: int, web: int) -> tuple[Talk, dict[str, Any]]:  # Any: figures
    """Start the simulator; return it, and its line that says that all devices are connected."""
    program = shutil.which("loa-sim", path=os.path.dirname(sys.executable)) or "loa-sim"  # noqa: PTH120
    fleet = house.spawn(
        "sim", program, "--identities", str(house.home / "identities.jsonl"), "--mqtt", f"127.0.0.1:{port}",
        "--server", f"http://127.0.0.1:{web}",
    )  # fmt: skip
    return fleet, _next(fleet, "ready")


def heard(fleet: Talk, message: str, devices: int) -> dict[str, Any]:  # Any: figures
    """Return the line that says a message was verified by all."""
    while True:
        line = _next(fleet, "message")
        if line["message"] == message and line["devices"] >= devices:
            return line


def _next(fleet: Talk, what: str) -> dict[str, Any]:  # Any: figures
    while True:
        line = fleet.next()
        if line["what"] == what:
            return line


def serve(house: House, clip: str) -> int:
    """Serve the clip from a folder of its own; return the port."""
    port = free_port()
    folder = house.home / "www" / "media"
    folder.mkdir(parents=True)
    shutil.copy(house.home / "media" / clip[:2] / clip[2:4] / clip, folder / clip)
    house.spawn(
        "www", sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(folder.parent)
    )
    return port
