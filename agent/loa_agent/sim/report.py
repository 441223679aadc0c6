"""What the fleet did, as JSON lines, and in the end as one summary."""

import json
import time
from dataclasses import dataclass, field
from typing import IO, Any  # Any: JSON lines are open objects


@dataclass(slots=True)
class Heard:
    """An urgent message, or a plan, over the fleet. Times are `time.monotonic()` in milliseconds, alike everywhere."""

    first_ms: float
    last_ms: float
    devices: int = 0
    told: int = 0


@dataclass(slots=True)
class Aired:
    """One airing over the fleet. Starts are milliseconds since 1970 by this machine's clock."""

    starts_ms: list[float] = field(default_factory=list)
    ended: int = 0

    def skew_ms(self) -> float:
        """Return the span between the first and the last start."""
        return round(max(self.starts_ms) - min(self.starts_ms), 3) if self.starts_ms else 0.0


class Report:
    """Collects, and writes a line for each thing to `file` if there is one, and the sums to `console`."""

    def __init__(self, *, file: IO[str] | None, console: IO[str]) -> None:
        """Write to these."""
        self._file, self._console = file, console
        self._lines: list[dict[str, Any]] = []
        self.heard: dict[str, Heard] = {}
        self.plans: dict[str, Heard] = {}
        self.aired: dict[str, Aired] = {}
        self.counts: dict[str, int] = {}

    def say(self, what: str, **facts: Any) -> None:  # Any: JSON values
        """Write one line on the console, at once."""
        self._console.write(json.dumps({"what": what, "at_ms": round(time.time() * 1000, 3), **facts}) + "\n")
        self._console.flush()

    def count(self, what: str, number: int = 1) -> None:
        """Count something that has no line of its own."""
        self.counts[what] = self.counts.get(what, 0) + number

    def verified(self, device: str, message: str, mono_s: float) -> None:
        """Note that a device verified an urgent message."""
        mono_ms = mono_s * 1000.0
        _count(self.heard, message, mono_ms)
        if self._file is not None:
            wall_ms = time.time() * 1000.0 - (time.monotonic() * 1000.0 - mono_ms)
            self._lines.append(
                {"what": "verified", "device": device, "message": message, "mono_ms": mono_ms, "at_ms": wall_ms}
            )

    def follows(self, plan: str) -> None:
        """Note that a device has taken a plan over."""
        _count(self.plans, plan, time.monotonic() * 1000.0)

    def started(self, device: str, airing: str, *, at_s: float, planned_s: float) -> None:
        """Note that a device's sound set in."""
        self.aired.setdefault(airing, Aired()).starts_ms.append(at_s * 1000.0)
        if self._file is not None:
            self._lines.append(
                {
                    "what": "started",
                    "device": device,
                    "airing": airing,
                    "at_ms": at_s * 1000.0,
                    "planned_ms": planned_s * 1000.0,
                }
            )

    def ended(self, device: str, airing: str, *, at_s: float, level_dbfs: float | None) -> None:
        """Note that a device's sound ceased."""
        self.aired.setdefault(airing, Aired()).ended += 1
        if self._file is not None:
            self._lines.append(
                {"what": "ended", "device": device, "airing": airing, "at_ms": at_s * 1000.0, "level_dbfs": level_dbfs}
            )

    def flush(self, *, most: int | None = None) -> None:
        """Write what was collected, at most so many lines, and how far each message got since it was last told."""
        if self._file is not None and self._lines:
            lines, self._lines = self._lines[:most], self._lines[most:] if most is not None else []
            self._file.write("".join(json.dumps(line) + "\n" for line in lines))
            self._file.flush()
        for what, counted in (("message", self.heard), ("plan", self.plans)):
            for name, heard in counted.items():
                if heard.told != heard.devices:
                    heard.told = heard.devices
                    self.say(what, **{what: name}, **_of_message(heard))

    def summary(self, **facts: Any) -> None:  # Any: JSON values
        """Write the last line."""
        self.flush()
        self.say(
            "summary",
            **facts,
            **self.counts,
            messages={message: _of_message(heard) for message, heard in self.heard.items()},
            airings={
                airing: {
                    "started": len(aired.starts_ms),
                    "ended": aired.ended,
                    "first_ms": round(min(aired.starts_ms, default=0.0), 3),
                    "last_ms": round(max(aired.starts_ms, default=0.0), 3),
                    "skew_ms": aired.skew_ms(),
                }
                for airing, aired in self.aired.items()
            },
        )


def _count(counted: dict[str, Heard], name: str, mono_ms: float) -> None:
    heard = counted.setdefault(name, Heard(first_ms=mono_ms, last_ms=mono_ms))
    heard.devices += 1
    heard.first_ms, heard.last_ms = min(heard.first_ms, mono_ms), max(heard.last_ms, mono_ms)


def _of_message(heard: Heard) -> dict[str, Any]:  # Any: JSON values
    return {
        "devices": heard.devices,
        "first_mono_ms": round(heard.first_ms, 3),
        "last_mono_ms": round(heard.last_ms, 3),
        "spread_ms": round(heard.last_ms - heard.first_ms, 3),
    }
