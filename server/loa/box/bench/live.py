"""Live speech to a fleet at 32 kb/s: what it costs the bridge, how late it is heard, how together, how whole."""

import os
import shutil
import sys
import time
from collections.abc import Mapping
from typing import Any  # Any: figures are JSON values

from loa.box.bench import live_icecast
from loa.box.bench.house import House, Talk, cpu_seconds, free_port, open_house

DEVICES = 3_000
SECONDS = 30
_CALM_S = 8.0


def run(options: Mapping[str, str]) -> dict[str, Any]:
    """Return the figures. Options: `devices`, `seconds`."""
    devices, seconds = int(options.get("devices", DEVICES)), int(options.get("seconds", SECONDS))
    with open_house() as house:
        desk = house.module("loa.box.bench.live_desk")
        identities = house.home / "identities.jsonl"
        house.module("loa.box.bench.desk").ask(do="seed", devices=devices, file=str(identities))
        port = free_port()
        bridge = house.bridge(port)
        fleet = _fleet(house, port)
        time.sleep(_CALM_S)
        pids = {"bridge": bridge.process.pid, "fleet": fleet.process.pid, "speaker": desk.process.pid}
        spent, begun = {name: cpu_seconds(pid) for name, pid in pids.items()}, time.monotonic()
        spoken = desk.ask(do="speak", seconds=seconds)
        took_s = time.monotonic() - begun
        share = {name: 100 * (cpu_seconds(pid) - spent[name]) / took_s for name, pid in pids.items()}
        heard = desk.ask(do="heard", airing=spoken["airing"], expected=devices, timeout_s=40.0)
        fleet.stop()
        bridge.stop()
    return {
        "devices": devices,
        "seconds": seconds,
        "kbit_s": spoken["kbit_s"],
        "bridge_cpu_pct": round(share["bridge"], 1),
        "mouth_to_ear_s": spoken["mouth_to_ear_s"],
        "skew_p99_ms": heard["skew_p99_ms"],
        "late_p99_ms": heard["late_p99_ms"],
        "played": heard["played"],
        "told": heard["told"],
        "least_chunks_pct": heard["least_chunks_pct"],
        "speaker_cpu_pct": round(share["speaker"], 1),
        "fleet_cpu_pct": round(share["fleet"], 1),
        "reference": live_icecast.run(listeners=devices, seconds=seconds),
        "cores": os.cpu_count(),
        "note": "the speaker's requests are written to the database without the web process; one simulator process "
        "checks a signature once for devices that received the same bytes; all share the cores",
    }


def _fleet(house: House, port: int) -> Talk:
    program = shutil.which("loa-sim", path=os.path.dirname(sys.executable)) or "loa-sim"  # noqa: PTH120
    fleet = house.spawn(
        "sim", program, "--identities", str(house.home / "identities.jsonl"), "--mqtt", f"127.0.0.1:{port}",
        "--server", f"http://127.0.0.1:{free_port()}",
    )  # fmt: skip
    while fleet.next()["what"] != "ready":
        pass
    return fleet
