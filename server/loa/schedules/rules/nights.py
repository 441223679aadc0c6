"""Quiet hours side by side: the part of the night nobody below a province takes away, and what a change loses. Pure."""

from dataclasses import dataclass, replace
from datetime import time

from loa.schedules.rules.hours import HourRule
from loa.schedules.rules.narrowing import after_noon, longer_night

CORE_FROM, CORE_UNTIL = time(23, 0), time(4, 30)
"""In these hours only a province, or who stands above it, lets one person's word be enough (docs/decisions/0019)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """Quiet hours of every day, from an evening or a night to the morning after it."""

    start: time
    end: time

    @property
    def minutes(self) -> int:
        """Return how long they last; nothing where they end when they begin."""
        return max(0, after_noon(self.end) - after_noon(self.start))

    def common(self, other: "Night") -> "Night":
        """Return what lies in both; it lasts no minute where they do not meet."""
        start = max(self.start, other.start, key=after_noon)
        return Night(start=start, end=max(start, min(self.end, other.end, key=after_noon), key=after_noon))

    def covers(self, other: "Night") -> bool:
        """Tell whether nothing of the other lies outside of this one."""
        return self.common(other).minutes == other.minutes


CORE = Night(start=CORE_FROM, end=CORE_UNTIL)


def night(rule: HourRule) -> Night:
    """Return the quiet hours of a rule."""
    return Night(start=rule.quiet_from, end=rule.quiet_until)


def lost(before: Night, after: Night) -> int:
    """Return how many minutes that are quiet before are not after."""
    return before.minutes - before.common(after).minutes


def kept_quiet(rule: HourRule, core: Night) -> HourRule:
    """Return a rule with quiet hours that leave nothing out of the core of the night."""
    if not core.minutes or night(rule).covers(core):
        return rule
    start, end = longer_night(rule, replace(rule, quiet_from=core.start, quiet_until=core.end))
    return replace(rule, quiet_from=start, quiet_until=end)
