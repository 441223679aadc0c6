"""What the stage does when the time to judge by is set: what sounds sounds on, and nothing is concluded by a leap."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from loa_agent.effects import Arm
from loa_protocol.messages import Outcome
from loa_protocol.plan import PlannedAiring, Priority
from loa_protocol.player import PUNCTUAL, last_start

if TYPE_CHECKING:
    from loa_agent.stage import Stage


@dataclass(slots=True)
class Leaps:
    """What was set, and what goes along with it.

    An airing that a device was to play before the time was set has its moment in the time of then: it keeps what is
    left of its window, whatever the time is called. What was leapt over stays undecided while the clock is not trusted:
    the server's may be wrong, and be set right before that airing's window is over.
    """

    at: datetime | None = None
    """To which time it was set, while the clock is not trusted."""
    _along: dict[str, timedelta] = field(default_factory=dict)

    def take_along(self, airing: str, by: timedelta) -> None:
        """Move an airing's window by so much."""
        self._along[airing] = self._along.get(airing, timedelta()) + by

    def forget(self, airing: str) -> None:
        """Leave an airing where its plan has it: it is concluded."""
        self._along.pop(airing, None)

    def moved(self, airings: Iterator[PlannedAiring]) -> Iterator[PlannedAiring]:
        """Return the airings as they stand in the time of now."""
        return airings if not self._along else (self.of(airing) for airing in airings)

    def of(self, airing: PlannedAiring) -> PlannedAiring:
        """Return an airing as it stands in the time of now."""
        by = self._along.get(airing.id) if self._along else None
        return airing if not by else replace(airing, start_at=airing.start_at + by, end_at=airing.end_at + by)

    def undecided(self, due: Sequence[PlannedAiring], *, begun: Container[str], playing: str | None) -> set[str]:
        """Return which of these were lost by the leap alone, and what sounds is not."""
        if self.at is None:
            return set()
        lost = {one.id for one in due if (one.end_at if one.id in begun else last_start(one)) <= self.at}
        return lost - {playing}

    def leap(self, stage: "Stage", by: timedelta, now: datetime, *, along: bool) -> None:
        """Set the time of a stage by so much, to `now`; `along` says that the former time was somebody's word.

        It was this device's own alone if not: then what it began by it is judged by the time of now.
        """
        self.at = None if stage.clock_trusted else now
        if not by:
            return
        if stage.turn is not None:
            stage.turn = replace(stage.turn, at=stage.turn.at + by)
        sounding = [name for name, mark in stage.marks.items() if mark.progress.since is not None or mark.owed]
        for name in sounding:
            mark = stage.marks[name]
            since = None if mark.progress.since is None else mark.progress.since + by
            started_at = None if mark.started_at is None else mark.started_at + by
            stage.note(name, replace(mark, progress=replace(mark.progress, since=since), started_at=started_at))
        for speech in stage.speeches.open.values():
            speech.opened_at += by
            speech.started_at = None if speech.started_at is None else speech.started_at + by
        if abs(by) < PUNCTUAL:
            return
        for airing in list(stage.open()):
            if along and (airing.id in sounding or airing.priority >= Priority.ALERT):
                self.take_along(airing.id, by)
            elif not along and airing.id in sounding and now < airing.start_at - PUNCTUAL:
                stage.finish(airing, Outcome.PARTIAL, "clock_untrusted", now)
        armed = stage.armed
        if isinstance(armed, Arm) and armed.id in self._along:
            stage.armed = replace(armed, at=armed.at + by)
        else:
            stage.disarm()
