"""What the clock and the worker do here by themselves."""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch
from procrastinate import exceptions
from procrastinate.contrib.django import app

from loa.bulletins import commands, handing_out, queries, receiving, rules, stepping
from loa.bulletins.models import Batch, Export, Reminder, Step
from loa.kernel import clock
from loa.kernel import scope as scopes

logger = logging.getLogger(__name__)

_SCOPE = scopes.system("bulletins")
_AT_ONCE = 500
_NOTED = Prefetch("reminders", Reminder.objects.unscoped("as the steps"))


def remind(*, now: datetime) -> int:
    """Note for steps that wait what they are due for, and whether anybody is there whom they name; return how many."""
    steps = Step.objects.unscoped("the clock looks at all that waits").filter(
        begun_at__isnull=False, decision=None, revision__state=rules.RevisionState.SUBMITTED
    )
    told = Reminder.objects.unscoped("as above").filter(kind=rules.Reminding.OVERDUE).values("step")
    waiting = steps.exclude(pk__in=told).exclude(revision__bulletin__state=rules.State.WITHDRAWN)
    noted = 0
    for step in (
        waiting.select_related("revision__bulletin__unit").prefetch_related(_NOTED).order_by("due_at", "pk")[:_AT_ONCE]
    ):
        bulletin = step.revision.bulletin
        _look(step, now=now)
        noted_before = {reminder.kind for reminder in step.reminders.all()}
        if set(rules.reminders_due(step.begun_at, step.due_at, now=now)) - noted_before:
            noted += len(commands.remind_of_step(_SCOPE, bulletin, step=step, now=now))
    return noted


def _look(step: Step, *, now: datetime) -> None:
    """Note whether anybody is there whom a step names: posts fall empty and are filled."""
    if step.who == rules.Who.RIGHT:
        return
    is_open = not stepping.entitled(step, step.revision.bulletin, at=now)
    if is_open != step.is_open:
        step.is_open = is_open
        step.save(update_fields=["is_open"])


def bring_in_later(batch: Batch) -> None:
    """Ask the worker to take in a batch; asked twice is once."""
    lock = f"bulletins.bring_in:{batch.pk}"
    _once(lambda: bring_in.configure(queueing_lock=lock).defer(batch_id=str(batch.pk)))


@app.task(name="bulletins.bring_in")
def bring_in(batch_id: str) -> None:
    """Take in what is left of a batch."""
    receiving.carry_on(queries.batch(_SCOPE, uuid.UUID(batch_id)))


def write_out_later(export: Export) -> None:
    """Ask the worker to write an archive out; asked twice is once."""
    lock = f"bulletins.write_out:{export.pk}"
    _once(lambda: write_out.configure(queueing_lock=lock).defer(export_id=str(export.pk)))


@app.task(name="bulletins.write_out")
def write_out(export_id: str) -> None:
    """Write an archive out for whoever asked."""
    export = queries.export(_SCOPE, uuid.UUID(export_id))
    if export.ended_at is None:
        handing_out.make(export, now=clock.now())


def keep_archives_going(*, now: datetime) -> None:
    """Go on with what a killed worker left, and remove what lay there long enough."""
    for batch in receiving.left_behind():
        bring_in_later(batch)
    for export in handing_out.left_behind(now=now):
        write_out_later(export)
    receiving.drop_forgotten(now=now)
    handing_out.remove_old(now=now)


def _once(defer: Callable[[], object]) -> None:
    try:
        with transaction.atomic():  # refused by the database, it must not take the caller's transaction along
            defer()
    except exceptions.AlreadyEnqueued:
        logger.debug("asked for already")
