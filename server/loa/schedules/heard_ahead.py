"""What a preview tells: lines of what sounds, by day, and what is not heard whole and on time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from loa.devices.models import Silence
from loa.devices.queries import DeviceFacts
from loa.schedules.rules.slots import ZONE
from loa_protocol.plan import Priority
from loa_protocol.player import Why
from loa_protocol.preview import End

DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a preview. `is_new` and `is_gone` say what the version that is looked at adds and takes away.

    `most_pct` is how loud it may be at most, `decided` who let it break hour rules and why, in a sentence, and `held`
    the code of what keeps it off the plan.
    """

    airing: str
    title: str
    start_at: datetime
    end_at: datetime
    level: Priority
    why: Why
    end: End
    by: Priority | None = None
    is_new: bool = False
    is_gone: bool = False
    most_pct: int | None = None
    decided: str = ""
    held: str = ""

    @property
    def is_silenced(self) -> bool:
        """Tell whether it is not heard because the clusters are silent."""
        return self.end is End.MUTED

    @property
    def needs_a_look(self) -> bool:
        """Tell whether it is not heard whole and on time; a relay makes way by rule."""
        if self.held:
            return True
        if self.level is Priority.RELAY or self.is_silenced:
            return False
        return self.end in {End.MISSED, End.PRE_EMPTED, End.CUT, End.BROKEN_OFF} or self.why in {Why.LATE, Why.JOINED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The lines that begin on one local day."""

    on: date
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What one group of clusters will play. `groups` has the size of each group of the station, this one at `group`.

    `silence` holds for these clusters: they play nothing but alerts until it is lifted.
    """

    start_at: datetime
    lines: Sequence[Line]
    group: int
    groups: Sequence[int]
    devices: Sequence[DeviceFacts]
    silence: Silence | None = None

    def next_hours(self, now: datetime, *, hours: int = 24) -> list[Line]:
        """Return what sounds, or should, within so many hours of a moment, or of the first day that is looked at."""
        begin = max(now, self.start_at)
        until = begin + timedelta(hours=hours)
        return [one for one in self.lines if one.end_at >= begin and one.start_at < until]

    def days(self) -> list[Day]:
        """Return all lines by day, days without any among them."""
        first = self.start_at.astimezone(ZONE).date()
        of: dict[date, list[Line]] = {first + timedelta(days=count): [] for count in range(DAYS)}
        for line in self.lines:
            of.setdefault(line.start_at.astimezone(ZONE).date(), []).append(line)
        return [Day(on=on, lines=lines) for on, lines in sorted(of.items()) if on < first + timedelta(days=DAYS)]

    def at(self, moment: datetime) -> Line | None:
        """Return what sounds at a moment; None for silence."""
        return next((one for one in self.lines if one.start_at <= moment < one.end_at and not one.is_gone), None)

    @property
    def odd(self) -> list[Line]:
        """Return what is not heard whole and on time."""
        return [one for one in self.lines if one.needs_a_look and not one.is_gone]
