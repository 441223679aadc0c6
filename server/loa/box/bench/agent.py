"""What an agent costs a small computer: memory and processor, idle and while it plays, and that arm64 has its parts."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any  # Any: figures are JSON values

from loa.box.bench import arm64
from loa.box.bench.house import BenchFailed, House, cpu_seconds, free_port, open_house

IDLE_S = 60.0
PLAY_S = 20.0
SETTLE_S = 8.0
MEMORY_MOST_MB, IDLE_MOST_PCT = 80.0, 5.0


def run(options: Mapping[str, str]) -> dict[str, Any]:
    """Return the figures. Options: `idle` and `play` in seconds, `arm=1` to ask the registry for arm64's parts too."""
    idle_s, play_s = float(options.get("idle", IDLE_S)), float(options.get("play", PLAY_S))
    with open_house() as house:
        figures = _measure(house, idle_s, play_s)
    if options.get("arm", "0") not in {"", "0", "no"}:
        figures["arm64_wheels"] = arm64.wheels()
    return {**figures, "must_mb": MEMORY_MOST_MB, "must_idle_pct": IDLE_MOST_PCT, "cores": os.cpu_count()}


def _measure(house: House, idle_s: float, play_s: float) -> dict[str, Any]:
    desk = house.module("loa.box.bench.agent_desk")
    port, web = free_port(), int(house.env["LOA_PUBLIC_URL"].rpartition(":")[2])
    house.env["LOA_MQTT_PORT"] = str(port)
    told = desk.ask(do="begin")
    house.spawn("web", sys.executable, "-m", "loa.cli", "web", env={"LOA_PORT": str(web)})
    house.bridge(port)
    house.spawn("clock", sys.executable, "-m", "loa.cli", "clock")
    home = house.home / "agent"
    _enrol(house, told["code"], home)
    begun = time.monotonic()
    agent = house.spawn("agent", _program(), "run", "--home", str(home), "--output", "null")
    while not desk.ask(do="connected", device=told["device"])["connected"]:
        if agent.process.poll() is not None or time.monotonic() - begun > SETTLE_S * 8:
            raise BenchFailed(f"the agent does not connect: {agent.last_words()}")
        time.sleep(0.2)
    connected_s, pid = time.monotonic() - begun, agent.process.pid
    time.sleep(SETTLE_S)
    idle_pct, idle_mb = _watch(pid, idle_s)
    aired = desk.ask(do="air", seconds=play_s, device=told["device"])
    time.sleep(max(0.0, aired["starts_in_s"]))
    playing_pct, playing_mb = _watch(pid, play_s * 0.8)
    time.sleep(play_s * 0.2 + SETTLE_S)
    after_pct, after_mb = _watch(pid, min(idle_s, 20.0))
    return {
        "resident_idle_mb": idle_mb,
        "resident_playing_mb": playing_mb,
        "resident_after_mb": after_mb,
        "cpu_idle_pct": idle_pct,
        "cpu_playing_pct": playing_pct,
        "cpu_after_pct": after_pct,
        "outcome": desk.ask(do="outcome", airing=aired["airing"])["outcomes"],
        "connected_after_s": round(connected_s, 1),
        "seconds": idle_s,
        "python": sys.version.split()[0],
        "note": "percent of one core; resident is the most that was seen of RSS; the output takes sound and is mute",
    }


def _watch(pid: int, seconds: float) -> tuple[float, float]:
    """Return percent of a core over a time, and the most memory that was resident meanwhile."""
    spent, begun, seen = cpu_seconds(pid), time.monotonic(), [0.0]
    while time.monotonic() - begun < seconds:
        seen.append(_resident_mb(pid))
        time.sleep(0.5)
    took = time.monotonic() - begun
    return round(100 * (cpu_seconds(pid) - spent) / took, 2), round(max(seen), 1)


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _program() -> str:
    return str(Path(sys.executable).parent / "loa-agent")


def _enrol(house: House, code: str, home: Path) -> None:
    words = [_program(), "enrol", "--server", house.env["LOA_PUBLIC_URL"], "--code", code, "--home", str(home)]
    deadline = time.monotonic() + 60
    while True:
        done = subprocess.run(words, env=house.env, capture_output=True, text=True, check=False, timeout=60)
        if done.returncode == 0:
            return
        if time.monotonic() > deadline:
            raise BenchFailed(done.stderr.strip())
        time.sleep(0.5)
