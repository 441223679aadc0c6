"""Chores of the room: changes of units take effect when their midnight has come, and are rehearsed when asked for."""

import logging
import uuid
from datetime import datetime, timedelta

from django.db import connection, transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app

from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.kernel.errors import DomainError
from loa.orgs import commands, queries, rehearsing
from loa.orgs.models import Reorganisation

logger = logging.getLogger(__name__)

AGREE = timedelta(minutes=5)
"""How far two clocks may lie apart and still be believed."""

_WHY = "figures derived from what is there; nobody decides by them alone"


def turn(*, now: datetime) -> int:
    """Carry out what is due, unless this clock and the database's disagree: a wrong clock must not begin a day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    apart = abs(now - row[0]) if row else AGREE
    if apart >= AGREE:
        if queries.due_reorganisations(now=now):
            logger.error("clock and database disagree on the time", extra={"apart_s": apart.total_seconds()})
        return 0
    return carry_out_due(now=now)


def carry_out_due(*, now: datetime) -> int:
    """Carry out every change whose day has come, in order; one that cannot be stops those behind. Return how many."""
    done = 0
    for reorganisation in queries.due_reorganisations(now=now):
        try:
            done += commands.carry_out(scopes.system("clock"), reorganisation, now=now)
        except DomainError as refusal:
            facts = {"reorganisation": str(reorganisation.pk), "reason": refusal.code}
            logger.exception("change of units not carried out", extra=facts)
            break
    return done


def rehearse_later(reorganisation: Reorganisation) -> None:
    """Ask the worker for a rehearsal; asked twice is once."""
    pk = str(reorganisation.pk)
    try:
        with transaction.atomic():  # refused by the database, it must not take the caller's transaction along
            rehearse.configure(queueing_lock=f"orgs.rehearse:{pk}").defer(reorganisation_id=pk)
    except exceptions.AlreadyEnqueued:
        logger.debug("rehearsal is asked for already", extra={"reorganisation": pk})


@app.task(name="orgs.rehearse")
def rehearse(reorganisation_id: str) -> None:
    """Rehearse a change and keep what came out; what is done so far is written as it goes."""
    found = Reorganisation.objects.unscoped(_WHY).filter(pk=uuid.UUID(reorganisation_id))
    reorganisation = found.select_related("unit", "compensates").first()
    if reorganisation is None:
        return

    def progress(done: int, of: int) -> None:
        found.update(dry_run={"plan_sha256": reorganisation.plan_sha256, "done": done, "of": of})

    told = rehearsing.rehearse(reorganisation, now=clock.now(), progress=progress)
    found.filter(plan_sha256=reorganisation.plan_sha256).update(dry_run=told)
