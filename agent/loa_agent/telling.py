"""What a device tells of its own condition, and when: what is news, and now and then what is not."""

from dataclasses import replace
from datetime import datetime, timedelta

from loa_protocol import limits
from loa_protocol.condition import Condition


class Telling:
    """Remembers what was told, and the level that was last measured at the output."""

    __slots__ = ("_told", "level_dbfs")

    def __init__(self) -> None:
        """Begin with nothing told."""
        self._told: tuple[Condition, datetime] | None = None
        self.level_dbfs: float | None = None

    def forget(self) -> None:
        """Tell everything anew: the line was lost, and with it perhaps what was told."""
        self._told = None

    def news(self, condition: Condition | None, now: datetime) -> Condition | None:
        """Return the condition if it is to be told now, with the level last measured; None if it is not."""
        if condition is None:
            return None
        if self.level_dbfs is not None:
            condition = replace(condition, output_dbfs=self.level_dbfs)
        if self._told is not None:
            told, at = self._told
            if timedelta(0) <= now - at < limits.CONDITION_EVERY and not condition.is_news_after(told):
                return None
        self._told = (condition, now)
        return condition
