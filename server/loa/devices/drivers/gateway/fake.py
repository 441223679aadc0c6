"""A gateway before a wired or FM chain, as a program: its chain can die, and its monitor measures what comes out.

python -m loa.devices.drivers.gateway.fake --address …/ask --secret … --folder DIR
"""

import math
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any  # Any: what this gateway sends and takes is open JSON

import numpy as np

from loa.devices.drivers import asking
from loa.devices.drivers.asking import RATE_HZ, Contact, HttpLine, Line, Memory, Samples, Unreachable
from loa_protocol import canonical

STEP_S = 0.5
_SOON_S = 3.0
"""How soon after it last asked it asks again when it has something to tell."""

_FED_MOST = 200
_LEVELS_MOST = 600
_NOISE_DBFS = -90.0


class Fault(StrEnum):
    """What is wrong with this gateway or its chain."""

    LOST = "lost"
    DEAD_CHAIN = "dead_chain"
    """It feeds, and nothing comes out of the transmitter or the wire."""
    NO_MONITOR = "no_monitor"


class FakeGateway:
    """One gateway. `step` is called as time goes by, with the true time in seconds since 1970."""

    def __init__(self, line: Line, folder: Path, *, fault: Fault | None = None) -> None:
        """Go on from what lies in the folder."""
        self.fault = fault
        self._line = line
        self._contact = Contact(line)
        self._memory = Memory(folder)
        self._kept = self._memory.kept
        for name, empty in (("fed", []), ("airings", []), ("done", []), ("obeyed", []), ("revision", None)):
            self._kept.setdefault(name, empty)
        self._kept.setdefault("volume", 80)
        self._feeding: dict[str, Any] | None = None
        self._sound: Samples = np.zeros(0, np.float32)
        self._asked_at = self._ask_at = 0.0

    def step(self, now: float) -> None:
        """Ask when it is time, feed what is due, and let the monitor listen."""
        if now >= self._ask_at:
            self._ask(now)
        self._go_on(now)
        self._begin(now)
        self._memory.save()

    def _ask(self, now: float) -> None:
        self._asked_at, self._ask_at = now, now + 10.0
        fed, obeyed = self._kept["fed"][:_FED_MOST], list(self._kept["obeyed"])
        said = {
            "at": now,
            "revision": self._kept["revision"],
            "version": "fake-1",
            "volume_pct": self._kept["volume"],
            "playing": self._feeding["id"] if self._feeding else "",
            "obeyed": obeyed,
            "fed": fed,
        }
        if self.fault is not Fault.NO_MONITOR:
            said["monitor"] = {"level_dbfs": self._level(now)}
        answer = None if self.fault is Fault.LOST else self._contact.ask(said)
        if answer is None or "airings" not in answer:
            return
        del self._kept["fed"][: len(fed)]
        del self._kept["obeyed"][: len(obeyed)]
        self._ask_at = now + float(answer["ask_every_s"])
        self._kept["airings"], self._kept["revision"] = answer["airings"], answer["revision"]
        for order in answer["orders"]:
            self._obey(order, now)
        if self._feeding and self._feeding["id"] not in {airing["id"] for airing in self._kept["airings"]}:
            self._end(now, broken=True)
        for airing in self._kept["airings"]:
            for clip in airing["clips"]:
                try:
                    self._memory.get(clip["sha256"], clip["url"], self._line)
                except Unreachable:
                    return  # the next question tries again

    def _obey(self, order: Mapping[str, Any], now: float) -> None:
        if order["want"] == "volume":
            self._kept["volume"] = order["number"]
        elif order["want"] == "stop" and self._feeding and order["airing"] in {None, self._feeding["id"]}:
            self._end(now, broken=True)
        self._kept["obeyed"].append(order["id"])

    def _begin(self, now: float) -> None:
        for airing in self._kept["airings"]:
            start, end = (canonical.from_wire(airing[name]).timestamp() for name in ("start_at", "end_at"))
            if self._feeding or not start <= now < end or airing["id"] in self._kept["done"]:
                continue
            files = [self._memory.file(clip["sha256"]) for clip in airing["clips"]]
            if not all(file.is_file() for file in files):
                continue
            self._kept["done"] = [*self._kept["done"][-500:], airing["id"]]
            self._sound = np.concatenate([asking.decoded(file) for file in files])
            self._feeding = {**airing, "began": now, "levels": []}

    def _go_on(self, now: float) -> None:
        if self._feeding is None:
            return
        if now >= self._feeding["began"] + len(self._sound) / RATE_HZ:
            self._end(self._feeding["began"] + len(self._sound) / RATE_HZ, broken=False)
        elif self.fault is not Fault.NO_MONITOR:
            self._feeding["levels"].append({"at": now, "dbfs": self._level(now)})

    def _level(self, now: float) -> float:
        """Return what the monitor measures: the sound of the last half second, or the noise of an empty channel."""
        if self._feeding is None or self.fault is Fault.DEAD_CHAIN:
            return _NOISE_DBFS
        reached = round((now - self._feeding["began"]) * RATE_HZ)
        heard = self._sound[max(0, reached - RATE_HZ // 2) : max(1, reached)]
        square = float(np.mean(np.square(heard))) if len(heard) else 0.0
        return max(_NOISE_DBFS, 10 * math.log10(square)) if square > 0 else _NOISE_DBFS

    def _end(self, now: float, *, broken: bool) -> None:
        feeding, self._feeding = self._feeding, None
        if feeding is None:
            return
        self._ask_at = min(self._ask_at, self._asked_at + _SOON_S)
        self._kept["fed"].append({
            "airing": feeding["id"],
            "clip": feeding["clips"][0]["sha256"],
            "outcome": "partial" if broken else "played",
            "started_at": feeding["began"],
            "ended_at": now,
            "volume_pct": self._kept["volume"],
            "levels": feeding["levels"][:: 1 + len(feeding["levels"]) // _LEVELS_MOST],
        })  # fmt: skip


def main() -> None:
    """Run it as a program."""
    asking.run("A gateway before a wired or FM chain.", Fault, _made, every_s=STEP_S)


def _made(line: HttpLine, folder: Path, fault: Fault | None) -> FakeGateway:
    return FakeGateway(line, folder, fault=fault)


if __name__ == "__main__":
    main()
