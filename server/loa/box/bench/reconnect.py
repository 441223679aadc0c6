"""How long a whole fleet takes to come back at once, with the same clients on a bare Mosquitto beside it."""

import os
from collections.abc import Mapping
from typing import Any  # Any: figures are JSON values

from loa.box.bench.house import House, Talk, cpu_seconds, free_port, median, open_house

DEVICES = 10_000
ROUNDS = 3


def run(options: Mapping[str, str]) -> dict[str, Any]:  # Any: figures
    """Return the figures. Options: `devices`, `rounds`, `tls=1` for mutual TLS (without a broker beside it)."""
    devices, rounds = int(options.get("devices", DEVICES)), int(options.get("rounds", ROUNDS))
    tls = options.get("tls", "0") not in {"", "0", "no"}
    with open_house() as house:
        desk = house.module("loa.box.bench.desk")
        desk.ask(do="seed", devices=devices, file=str(house.home / "identities.jsonl"), certified=tls)
        host = desk.ask(do="host") if tls else {}
        port = free_port()
        bridge = house.bridge(port, env=host)
        ours = _rounds(house, port, rounds, bridge)
        bridge.stop()
        found = {
            "devices": devices,
            "tls": tls,
            "reconnect_s": ours["median_s"],
            "reconnect_each_s": ours["each_s"],
            "bridge_cpu_s": ours["cpu_s"],
        }
        if not tls:
            port = free_port()
            broker = house.broker(port)
            reference = _rounds(house, port, rounds, broker)
            found |= {
                "reference_s": reference["median_s"],
                "ratio": round(ours["median_s"] / reference["median_s"], 2),
            }
        return {**found, "rounds": rounds, "cores": os.cpu_count()}


def _rounds(house: House, port: int, rounds: int, server: Talk) -> dict[str, Any]:  # Any: figures
    fleet = house.module("loa.box.bench.comeback", str(house.home / "identities.jsonl"), str(port), str(rounds))
    fleet.next()
    spent_s = cpu_seconds(server.process.pid)
    each_s = [round(fleet.next()["took_s"], 2) for _round in range(rounds)]
    spent_s = cpu_seconds(server.process.pid) - spent_s
    fleet.stop()
    return {"median_s": median(each_s, digits=2), "each_s": each_s, "cpu_s": round(spent_s / rounds, 2)}
