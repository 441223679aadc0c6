"""The clock process: does what is due. Of several clocks one holds the lease; the others stand by."""

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import FrameType

from django.db import Error, connection
from django.utils import timezone

from loa.audit import commands as audit
from loa.bulletins import tasks as bulletins
from loa.devices import tasks as devices
from loa.dispatch import counting, plans
from loa.kernel import clock, outbox
from loa.orgs import tasks as orgs
from loa.schedules import tasks as schedules

logger = logging.getLogger(__name__)

LEASE = 7_303_002
"""The advisory lock that makes one clock the leader; the database takes it back when the connection ends."""

LAP_S = 0.5
STANDBY_S = 2.0


@dataclass(slots=True)
class Duty:
    """One thing the clock does, and how often."""

    name: str
    every_s: float
    work: Callable[[datetime], object]
    due: float = 0.0


def run() -> None:
    """Hold the lease and do the duties until told to stop."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    duties = (
        Duty("events", 2.0, lambda now: outbox.sweep(now=now)),
        Duty("areas", 1.0, lambda now: devices.tell_areas(now=now)),
        Duty("speech", 0.5, lambda now: schedules.settle_speech(now=now)),
        Duty("clashes", 1.0, lambda now: schedules.settle(now=now)),
        Duty("programme", 1.0, lambda now: schedules.unroll(now=now)),
        Duty("validity", 20.0, lambda now: schedules.expire(now=now)),
        Duty("tallies", 2.0, lambda now: counting.refresh(now=now)),
        Duty("plans", 1.0, lambda now: plans.refresh(now=now)),
        Duty("units", 10.0, lambda now: orgs.turn(now=now)),
        Duty("day", 30.0, Day(lambda now: plans.mark_all_dirty(now=now)).turn),
        Duty("deadlines", 60.0, lambda now: bulletins.remind(now=now)),
        Duty("faults", 15.0, lambda now: devices.look_after(now=now)),
        Duty("reminders", 60.0, lambda now: devices.remind(now=now)),
        Duty("releases", 5.0, lambda now: devices.send_out(now=now)),
        Duty("readings", 300.0, lambda now: devices.roll_up(now=now)),
        Duty("silence", 60.0, lambda now: devices.mark_silent(now=now)),
    )
    _keep_going(stopping, duties)


class Day:
    """Does something when a local day begins, and once when the clock starts."""

    def __init__(self, begin: Callable[[datetime], object]) -> None:
        self._begin = begin
        self._on: date | None = None

    def turn(self, now: datetime) -> None:
        """Begin the day when the date has changed."""
        today = timezone.localdate(now)
        if today != self._on:
            self._begin(now)
            self._on = today


def _keep_going(stopping: threading.Event, duties: Sequence[Duty]) -> None:
    leading = lost = False
    while not stopping.is_set():
        try:
            if not leading:
                leading = _lease()
                if leading:
                    logger.info("clock leads")
            if leading:
                _lap(duties)
        except Error:
            leading = False
            connection.close()
            if not lost:
                logger.exception("clock lost the database")
            lost = True
            stopping.wait(1.0)
            continue
        if lost:
            logger.info("clock has the database back")
            lost = False
        stopping.wait(LAP_S if leading else STANDBY_S)
    connection.close()


def _lease() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LEASE])
        row = cursor.fetchone()
    return bool(row and row[0])


def _lap(duties: Sequence[Duty]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # a lost connection is a lost lease: found out before any work
    for duty in duties:
        if time.monotonic() < duty.due:
            continue
        duty.due = time.monotonic() + duty.every_s
        try:
            with audit.chore(duty.name):
                duty.work(clock.now())
        except Error:
            raise
        except Exception:  # a bug in one duty must not stop the others
            logger.exception("duty failed", extra={"duty": duty.name})
