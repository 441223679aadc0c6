"""When a relay is given up for what was agreed on instead, and when it is heard again. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

LOST_AFTER = timedelta(seconds=4)
"""How long nothing may come from a source."""

SILENT_AFTER = timedelta(seconds=12)
"""How long a source may be silent: longer than a speaker draws breath, or music rests."""

BACK_AFTER = timedelta(seconds=2)
"""How long a source must be heard again before it is believed."""

SILENCE_DBFS = -50.0

NAME_LONGEST = 120
RESPONSIBLE_LONGEST = 160
AGREEMENT_LONGEST = 1000
LUFS_USUAL, LUFS_LEAST, LUFS_MOST = -16, -30, -12


class SourceState(StrEnum):
    """How far a source has come: proposed by one person, put in force by another, withdrawn by anybody there."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Change(StrEnum):
    """What changes at a moment: the source is lost, silent, or heard again."""

    LOST = "lost"
    SILENT = "silent"
    BACK = "back"


@dataclass(slots=True, kw_only=True)
class Watch:
    """Listens to a source, stretch by stretch; `is_given_up` while something else is heard in its place."""

    lost_after: timedelta = LOST_AFTER
    silent_after: timedelta = SILENT_AFTER
    back_after: timedelta = BACK_AFTER
    is_given_up: bool = False
    _missing: timedelta = timedelta()
    _silent: timedelta = timedelta()
    _heard: timedelta = timedelta()

    def hear(self, level_dbfs: float | None, lasts: timedelta) -> Change | None:
        """Take in a stretch of sound, None where nothing came; return what changes with it."""
        is_heard = level_dbfs is not None and level_dbfs > SILENCE_DBFS
        self._missing = self._missing + lasts if level_dbfs is None else timedelta()
        self._silent = timedelta() if is_heard else self._silent + lasts
        self._heard = self._heard + lasts if is_heard else timedelta()
        if self.is_given_up:
            if self._heard < self.back_after:
                return None
            self.is_given_up = False
            return Change.BACK
        if self._missing >= self.lost_after:
            self.is_given_up = True
            return Change.LOST
        if self._silent >= self.silent_after:
            self.is_given_up = True
            return Change.SILENT
        return None
