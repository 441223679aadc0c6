"""Signs of life of a whole fleet: what they cost of a core, through Mosquitto and through our own listener.

Beside them stands the bare broker, which only takes them.
"""

import os
import resource
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any  # Any: figures are JSON values

from loa.box.bench.house import BenchFailed, House, Talk, cpu_seconds, free_port, open_house

DEVICES = 10_000
BEAT_S = 30
PROCESSES = 2
PERIODS = 10
"""For so many times the period it is measured: long enough that each device tells its condition once more."""

REFERENCE_PERIODS = 3


def run(options: Mapping[str, str]) -> dict[str, Any]:
    """Return the figures. Options: `devices`, `beat` in seconds, `periods`, `processes` of the simulator."""
    devices, beat_s = int(options.get("devices", DEVICES)), float(options.get("beat", BEAT_S))
    span_s = beat_s * int(options.get("periods", PERIODS))
    with open_house() as house:
        _demand_files(devices)
        desk = house.module("loa.box.bench.desk")
        identities = house.home / "identities.jsonl"
        desk.ask(do="seed", devices=devices, file=str(identities))
        _share_out(identities, int(options.get("processes", PROCESSES)))
        broker = _broker(house)
        through = _ours(house, desk, beat_s, span_s, broker=broker)
        own = _ours(house, desk, beat_s, span_s)
        reference = _reference(house, beat_s, beat_s * REFERENCE_PERIODS)
        return {
            "devices": devices,
            "beat_s": beat_s,
            "beats_a_second": round(devices / beat_s, 1),
            **through,
            **{f"own_listener_{name}": own[name] for name in ("bridge_cpu_pct", "database_cpu_pct", "seen_lately")},
            **reference,
            "seconds": span_s,
            "cores": os.cpu_count(),
            "note": "percent of one core, together and by part; the bridge verifies each seal and writes the registry "
            "and the readings; through Mosquitto, then through our own listener; the bare broker only takes messages",
        }


def _ours(
    house: House, desk: Talk, beat_s: float, span_s: float, *, broker: tuple[Talk, int] | None = None
) -> dict[str, Any]:  # Any: figures
    port = free_port() if broker is None else broker[1]
    bridge = house.bridge(port, broker="" if broker is None else f"mqtt://127.0.0.1:{port}")
    fleet = _fleet(house, port, beat_s)
    time.sleep(beat_s + 5)  # each device has told its condition once; from then on only what is regular
    before = desk.ask(do="told")
    watched = {"bridge": bridge} | ({} if broker is None else {"broker": broker[0]})
    spent, begun = _spent(house, watched), time.monotonic()
    time.sleep(span_s)
    took = time.monotonic() - begun
    parts = {name: 100 * (seconds - spent[name]) / took for name, seconds in _spent(house, watched).items()}
    after = desk.ask(do="told")
    for one in fleet:
        one.stop()
    bridge.stop()
    return {
        **{f"{name}_cpu_pct": round(pct, 1) for name, pct in parts.items()},
        "cpu_pct": round(sum(parts.values()), 1),
        "seen_lately": after["seen"],
        "readings": after["readings"] - before["readings"],
    }


def _reference(house: House, beat_s: float, span_s: float) -> dict[str, Any]:  # Any: figures
    broker, port = _broker(house)
    fleet = _fleet(house, port, beat_s)
    time.sleep(5)
    spent, begun = cpu_seconds(broker.process.pid), time.monotonic()
    time.sleep(span_s)
    pct = 100 * (cpu_seconds(broker.process.pid) - spent) / (time.monotonic() - begun)
    for one in fleet:
        one.stop()
    broker.stop()
    return {"reference_broker_cpu_pct": round(pct, 1)}


def _broker(house: House) -> tuple[Talk, int]:
    port = free_port()
    return house.broker(port), port


def _spent(house: House, watched: Mapping[str, Talk]) -> dict[str, float]:
    """Return the processor time of these programs and of the database, in seconds."""
    return {"database": _database(house)} | {name: cpu_seconds(talk.process.pid) for name, talk in watched.items()}


def _fleet(house: House, port: int, beat_s: float) -> list[Talk]:
    """Start the simulators, each with its share of the devices; return when all are connected."""
    program = shutil.which("loa-sim", path=str(Path(sys.executable).parent)) or "loa-sim"
    fleet = [
        house.spawn(
            share.stem, program, "--identities", str(share), "--mqtt", f"127.0.0.1:{port}",
            "--beat", str(beat_s), "--server", "http://127.0.0.1:9",
        )
        for share in sorted(house.home.glob("share-*.jsonl"))
    ]  # fmt: skip
    for one in fleet:
        while one.next()["what"] != "ready":
            pass
    return fleet


def _share_out(identities: Path, processes: int) -> None:
    """Write a share of the identities for each simulator."""
    lines = identities.read_text().splitlines(keepends=True)
    for number in range(processes):
        (identities.parent / f"share-{number}.jsonl").write_text("".join(lines[number::processes]))


def _demand_files(devices: int) -> None:
    """Refuse to measure what the system does not allow: each device is an open file on both sides."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < devices + 500:
        raise BenchFailed(f"only {soft} files may be open: ulimit -n {devices + 500}")


def _database(house: House) -> float:
    """Return the processor time of the database server and of all its children, those that ended included."""
    total = 0.0
    for server in house.servers:
        total += cpu_seconds(server.pid)
        for child in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split():
            total += cpu_seconds(int(child))
    return total
