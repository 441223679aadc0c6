"""What a device notes about one airing: enough to go on after a power cut, and for its evidence."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from loa_protocol import canonical
from loa_protocol.messages import Outcome
from loa_protocol.player import Progress

MS = timedelta(milliseconds=1)
_ZERO = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The note about an airing that was started, or is over. After `forget_at` nobody asks any more.

    `owed` is evidence decided on but not written yet, because the output has still to say what it measured.
    """

    progress: Progress
    forget_at: datetime
    started_at: datetime | None = None
    lateness_ms: int | None = None
    skipped: timedelta = _ZERO
    volume_pct: int | None = None
    level_dbfs: float | None = None
    broken_by: str = ""
    resumed: bool = False
    owed: tuple[Outcome, str] | None = None

    def encode(self) -> bytes:
        """Return the note as it is stored."""
        progress = self.progress
        return canonical.encode(
            {
                "position_ms": round(progress.position / MS),
                "sounding": progress.since is not None,
                "over": progress.over,
                "forget_at": canonical.to_wire(self.forget_at),
                "started_at": None if self.started_at is None else canonical.to_wire(self.started_at),
                "lateness_ms": self.lateness_ms,
                "skipped_ms": round(self.skipped / MS),
                "volume_pct": self.volume_pct,
                "level_dbfs": self.level_dbfs,
                "broken_by": self.broken_by,
                "resumed": self.resumed,
                "owed": None if self.owed is None else [self.owed[0].value, self.owed[1]],
            }
        )

    @classmethod
    def decode(cls, content: bytes) -> "Mark":
        """Return a stored note. What sounded when it was stored was broken by a power cut."""
        document = json.loads(content)
        started_at, owed = document["started_at"], document["owed"]
        return cls(
            progress=Progress(position=document["position_ms"] * MS, over=document["over"]),
            forget_at=canonical.from_wire(document["forget_at"]),
            started_at=None if started_at is None else canonical.from_wire(started_at),
            lateness_ms=document["lateness_ms"],
            skipped=document["skipped_ms"] * MS,
            volume_pct=document["volume_pct"],
            level_dbfs=document["level_dbfs"],
            broken_by="power_cut" if document["sounding"] else document["broken_by"],
            resumed=document["resumed"],
            owed=None if owed is None else (Outcome(owed[0]), owed[1]),
        )
