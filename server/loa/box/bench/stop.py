"""*Stop all* on a broker: from the command to the last device that verified it, beside a bare publication.

Both go through the same Mosquitto to the same subscribers, in turns: whatever the machine does meets both. The bare one
is the same kind of message, signed before the clock starts, and published by a client that does nothing else.
"""

import os
import time
from collections.abc import Mapping
from typing import Any  # Any: figures are JSON values

from loa.box.bench import fanout
from loa.box.bench.house import House, Talk, free_port, median, open_house

ROUNDS = 9


def run(options: Mapping[str, str]) -> dict[str, Any]:
    """Return the figures. Options: `devices`, `rounds`."""
    devices, rounds = int(options.get("devices", fanout.DEVICES)), int(options.get("rounds", ROUNDS))
    with open_house() as house:
        desk = house.module("loa.box.bench.desk")
        desk.ask(do="seed", devices=devices, file=str(house.home / "identities.jsonl"))
        web = fanout.serve(house, desk.ask(do="clip")["sha256"])
        through = _through_broker(house, desk, web, devices, rounds)
        alone = _through_own_listener(house, desk, web, devices, rounds)
    last, bare = median(through["last"]), median(through["bare"])
    return {
        "devices": devices,
        "last_verified_ms": last,
        "reference_last_ms": bare,
        "ratio": round(last / bare, 3),
        "first_verified_ms": median(through["first"]),
        "command_ms": median(through["command"]),
        "last_verified_each_ms": through["last"],
        "reference_each_ms": through["bare"],
        "own_listener_last_verified_ms": median(alone["last"]),
        "own_listener_each_ms": alone["last"],
        "rounds": rounds,
        "cores": os.cpu_count(),
        "note": "one Mosquitto, the same devices, in turns; the command checks the right, writes the silence and the "
        "record and commits to the disk before anything leaves; one simulator process is all devices and checks a "
        "signature once for those that received the same bytes",
    }


def _through_broker(house: House, desk: Talk, web: int, devices: int, rounds: int) -> dict[str, list[float]]:
    port = free_port()
    broker = house.broker(port)
    bridge = house.bridge(port, broker=f"mqtt://127.0.0.1:{port}")
    fleet, _ready = fanout.connect(house, port, web)
    hand = house.module("loa.box.bench.bare", str(port))
    time.sleep(fanout.CALM_S)
    found: dict[str, list[float]] = {"first": [], "last": [], "command": [], "bare": []}
    for number in range(rounds + 1):
        told = desk.ask(do="silence_token")
        time.sleep(fanout.SETTLE_S)
        sent = hand.ask(topic=told["topic"], token=told["token"])
        bare = _spent(desk, fleet, told | sent, devices)
        said = desk.ask(do="silence")
        ours = _spent(desk, fleet, said, devices)
        if number:  # the first round warms caches on both sides
            found["bare"].append(bare["last"])
            found["first"].append(ours["first"])
            found["last"].append(ours["last"])
            found["command"].append(said["command_ms"])
    fleet.stop()
    bridge.stop()
    broker.stop()
    return found


def _through_own_listener(house: House, desk: Talk, web: int, devices: int, rounds: int) -> dict[str, list[float]]:
    port = free_port()
    bridge = house.bridge(port)
    fleet, _ready = fanout.connect(house, port, web)
    time.sleep(fanout.CALM_S)
    each = [_spent(desk, fleet, desk.ask(do="silence"), devices)["last"] for _ in range(rounds + 1)]
    fleet.stop()
    bridge.stop()
    return {"last": each[1:]}


def _spent(
    desk: Talk,
    fleet: Talk,
    sent: Mapping[str, Any],
    devices: int,  # Any: see above
) -> dict[str, float]:
    """Return the milliseconds to the first and the last device; only when all evidence is in and it is calm."""
    heard = fanout.heard(fleet, sent["message"], devices)
    desk.ask(do="receipts", airing=sent["airing"], expected=devices, timeout_s=fanout.RECEIPTS_TIMEOUT_S)
    time.sleep(fanout.SETTLE_S)
    return {part: round(heard[f"{part}_mono_ms"] - sent["begun_ms"], 1) for part in ("first", "last")}
