"""How long a whole fleet takes to come back at once, with the same clients on a bare Mosquitto beside it."""

import os
from collections.abc import Mapping
from typing import Any  # Any: figures are JSON values

from loa.box.bench.house import House, Talk, cpu_seconds, free_port, median, open_house

DEVICES = 10_000
ROUNDS = 3


def run(options: Mapping[str, str]) -> dict[str, Any]:  # Any: figures
    """Return the figures. Options: `devices`, `rounds`, `tls=1` for mutual TLS."""
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
        port = free_port()
        broker = house.broker(port, tls=_tls(host, house) if tls else None)
        reference = _rounds(house, port, rounds, broker)
        return {
            "devices": devices,
            "tls": tls,
            "reconnect_s": ours["median_s"],
            "reference_s": reference["median_s"],
            "ratio": round(ours["median_s"] / reference["median_s"], 2),
            "reconnect_each_s": ours["each_s"],
            "reference_each_s": reference["each_s"],
            "bridge_cpu_s": ours["cpu_s"],
            "clients_cpu_s": ours["clients_cpu_s"],
            "reference_cpu_s": reference["cpu_s"],
            "rounds": rounds,
            "cores": os.cpu_count(),
        }


def _tls(host: Mapping[str, str], house: House) -> dict[str, str]:
    return {
        "cafile": str(house.home / "keys" / "device_ca.crt"),
        "certfile": host["LOA_MQTT_TLS_CERT"],
        "keyfile": host["LOA_MQTT_TLS_KEY"],
    }


def _rounds(house: House, port: int, rounds: int, server: Talk) -> dict[str, Any]:  # Any: figures
    fleet = house.module("loa.box.bench.comeback", str(house.home / "identities.jsonl"), str(port), str(rounds))
    fleet.next()
    before = [cpu_seconds(part.process.pid) for part in (server, fleet)]
    each_s = [round(fleet.next()["took_s"], 2) for _round in range(rounds)]
    after = [cpu_seconds(part.process.pid) for part in (server, fleet)]
    fleet.stop()
    spent_s = [round((late - early) / rounds, 2) for early, late in zip(before, after, strict=True)]
    return {"median_s": median(each_s, digits=2), "each_s": each_s, "cpu_s": spent_s[0], "clients_cpu_s": spent_s[1]}
