"""Relays whose time has come: each is claimed by one process, which carries it to its end or leaves it to another.

Runs beside the queue in every worker process (docs/decisions/0016). A claim is an advisory lock on the connection of
the thread that carries the relay: the database takes it back when the process dies, and another goes on.
"""

import logging
import threading
import uuid
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import Error, connection

from loa.dispatch import rules as dispatch_rules
from loa.kernel import clock
from loa.schedules import carrying
from loa.schedules.models import Occurrence
from loa.schedules.rules.entries import EntryKind, OccurrenceState

logger = logging.getLogger(__name__)

LOOK_S = 1.0
AT_ONCE = 4
"""How many relays one process carries: each costs a child that decodes, about 3 % of a core."""

BEFORE = timedelta(seconds=8)
"""How long before its time a relay is opened and its source fetched."""

LOCKS = 7_303_012


def keep_going(stopping: threading.Event) -> None:
    """Carry what is due until told to stop."""
    carried: dict[uuid.UUID, threading.Thread] = {}
    lost = False
    while not stopping.is_set():
        try:
            carried = {name: one for name, one in carried.items() if one.is_alive()}
            for name in due(now=clock.now()):
                if name not in carried and len(carried) < AT_ONCE:
                    carried[name] = _begin(name, stopping)
        except Error:
            connection.close()
            if not lost:
                logger.exception("relays lost the database")
            lost = True
        else:
            if lost:
                logger.info("relays have the database back")
            lost = False
        stopping.wait(LOOK_S)
    for one in carried.values():
        one.join(2.0)
    connection.close()


def due(*, now: datetime) -> list[uuid.UUID]:
    """Return the airings of relays that are to be opened, or go on, at this moment."""
    found = Occurrence.objects.unscoped("the worker carries what is due").filter(
        state=OccurrenceState.PLANNED,
        version__kind=EntryKind.RELAY,
        airing__state__in=dispatch_rules.STANDING,
        airing__start_at__lte=now + BEFORE,
        airing__end_at__gt=now + dispatch_rules.LIVE_TOLERANCE,
    )
    return [one for one in found.order_by("start_at", "pk").values_list("airing_id", flat=True) if one is not None]


def claim(airing_id: uuid.UUID) -> bool:
    """Take a relay for this connection; False when another has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCKS, str(airing_id)])
        row = cursor.fetchone()
    return bool(row and row[0])


def _begin(airing_id: uuid.UUID, stopping: threading.Event) -> threading.Thread:
    thread = threading.Thread(target=_carry, args=(airing_id, stopping), name="relay", daemon=True)
    thread.start()
    return thread


def _carry(airing_id: uuid.UUID, stopping: threading.Event) -> None:
    """Carry one relay if nobody else does; whatever breaks, the next look begins it again."""
    try:
        if claim(airing_id):
            carrying.carry(airing_id, stopping=stopping)
    except Error:
        logger.exception("relay lost the database", extra={"airing": str(airing_id)})
    except Exception:  # a bug in one relay must not end the others; the next look tries again
        logger.exception("relay broke off", extra={"airing": str(airing_id)})
    finally:
        with suppress(Error):
            connection.close()  # gives the claim back
