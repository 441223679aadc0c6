"""How a release goes out: one device, a few, a quarter, all; when it goes on, and when it stops by itself. Pure."""

import math
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

SHARES = (0, 5, 25, 100)
"""What part of the devices each stage tells, in percent; the first tells one."""

LAST = len(SHARES) - 1
PROVED_ENOUGH_PCT = 80
"""A stage goes on when so many of the devices that could have taken the release over have proved it."""

WAIT_LEAST, WAIT_MOST = timedelta(minutes=1), timedelta(days=14)
FAILURES_MOST_PCT = 50
SILENT_LEAST, SILENT_MOST = timedelta(minutes=5), timedelta(days=2)
WORDS_LONGEST = 500


class Verdict(StrEnum):
    """What is to happen with a rollout now."""

    NOTHING = "nothing"
    STOP = "stop"
    NEXT = "next"
    TELL = "tell"
    """Devices have come that were not told."""
    DONE = "done"


class RolloutState(StrEnum):
    """How a rollout stands."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    """It stopped by itself: too many devices failed or fell silent, or it came to where another one goes on."""
    WITHDRAWN = "withdrawn"
    DONE = "done"


OPEN = frozenset({RolloutState.RUNNING, RolloutState.PAUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How the devices of a rollout stand.

    Of those that were `told`, `proved` run it, `failed` refused it or went back, `silent` tried it and were not heard
    of since, and `away` have not been on line since they were told.
    """

    devices: int
    told: int
    proved: int
    failed: int
    silent: int
    away: int

    @property
    def pending(self) -> int:
        """Those that are on line and have not come to an end."""
        return max(0, self.told - self.proved - self.failed - self.silent - self.away)


def size(stage: int, devices: int) -> int:
    """Return how many devices of so many a stage tells, those of the stages before included."""
    if devices == 0:
        return 0
    return max(1, math.ceil(devices * SHARES[stage] / 100))


def must_stop(count: Count, *, failures_most_pct: int) -> bool:
    """Tell whether too many devices failed or fell silent."""
    return (count.failed + count.silent) * 100 > failures_most_pct * count.told


def may_go_on(count: Count, *, waited: timedelta, wait: timedelta) -> bool:
    """Tell whether a stage has shown enough: its time has passed, and most that could have proved the release."""
    reached = count.told - count.away
    return waited >= wait and count.proved > 0 and count.proved * 100 >= PROVED_ENOUGH_PCT * reached


def is_done(count: Count) -> bool:
    """Tell whether every device was told and came to an end."""
    return count.told == count.devices and count.proved + count.failed == count.told


def verdict(count: Count, *, stage: int, waited: timedelta, wait: timedelta, failures_most_pct: int) -> Verdict:
    """Return what is to happen with a rollout that runs."""
    if must_stop(count, failures_most_pct=failures_most_pct):
        return Verdict.STOP
    if stage < LAST:
        return Verdict.NEXT if may_go_on(count, waited=waited, wait=wait) else Verdict.NOTHING
    if count.told < count.devices:
        return Verdict.TELL
    return Verdict.DONE if is_done(count) else Verdict.NOTHING
