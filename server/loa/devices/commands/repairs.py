"""Faults: reported, given to somebody, closed with proof."""

from datetime import datetime

from django.db import IntegrityError, transaction

from loa.devices import events, faults, levels, refusals
from loa.devices.commands import silencing
from loa.devices.models import Device, Ticket
from loa.kernel import scope as scopes
from loa.kernel import text
from loa.kernel.command import command, emit, note
from loa.kernel.scope import Scope
from loa.media import commands as media
from loa.media.rules import PreparedDocument
from loa.orgs import queries as orgs

_WHY = "the command checked the right"


@command("devices.repair")
def report(scope: Scope, device: Device, /, *, cause: str, words: str, mutes: bool = False, now: datetime) -> Ticket:
    """Report a fault of a device; with `mutes` it is silenced at once, and alone, until the ticket is closed.

    Raises `BadCause`, `ReasonNeeded`, `AlreadyReported` when a ticket of this cause is open, and what `silence` raises.
    """
    if cause not in faults.BY_PEOPLE:
        raise refusals.BadCause
    known, told = faults.Cause(cause), _words(words)
    silence = silencing.silence(scope, device, reason=told[:500], now=now) if mutes else None
    ticket = Ticket(
        device=device,
        cause=known,
        origin=faults.Origin.PERSON,
        words=told,
        opened_at=now,
        opened_by=scope.actor.name or scope.actor.id,
        due_at=now + faults.DUE[known],
        silence=silence,
    )
    try:
        with transaction.atomic():
            ticket.save(force_insert=True)
    except IntegrityError as twice:
        raise refusals.AlreadyReported from twice
    note(ticket=str(ticket.pk), cause=known.value, mutes=mutes)
    emit(events.FaultOpened(ticket_id=ticket.pk, device_id=device.pk, cause=known.value, at=now))
    return ticket


@command("devices.repair")
def assign(scope: Scope, ticket: Ticket, /, *, user_id: int | None, now: datetime) -> Ticket:
    """Give a fault to somebody who may mend it there, or to nobody in particular. `NotForThem`, `AlreadyClosed`."""
    held = _hold(ticket)
    unit = held.device.unit
    if user_id is not None and user_id not in orgs.holders_of([unit.pk], permission="devices.repair")[unit.pk]:
        raise refusals.NotForThem
    for row in (held, ticket):
        row.assignee_id, row.assigned_at = user_id, now
    held.save(update_fields=["assignee_id", "assigned_at"])
    note(ticket=str(held.pk), assignee=user_id)
    return ticket


@command("devices.repair")
def close(
    scope: Scope, ticket: Ticket, /, *, words: str, photo: PreparedDocument | None = None, now: datetime
) -> Ticket:
    """Close a fault: with a photo, or else with the level that the device measured since it was reported.

    What was silenced for it sounds again. Raises `ReasonNeeded`, `ProofNeeded`, `AlreadyClosed`.
    """
    held, told = _hold(ticket), _words(words)
    held.closed_at, held.closed_by, held.close_words = now, scope.actor.name or scope.actor.id, told
    if photo is not None:
        # whoever mends loudspeakers need not hold the right to a unit's papers: this one belongs to the ticket
        kept = media.add_document(scopes.system("devices"), held.device.unit, prepared=photo, now=now)
        held.proof, held.photo = faults.Proof.PHOTO, kept
    else:
        level = levels.since(held)
        if level is None:
            raise refusals.ProofNeeded
        held.proof, held.level_dbfs = faults.Proof.LEVEL, level
    held.save()
    if held.silence is not None and held.silence.is_open:
        silencing.end(held.silence, by=scope, reason=told[:500], now=now)
    note(ticket=str(held.pk), proof=str(held.proof))
    emit(events.FaultClosed(ticket_id=held.pk, device_id=held.device_id, proof=str(held.proof), at=now))
    for name in ("closed_at", "closed_by", "close_words", "proof", "photo", "level_dbfs"):
        setattr(ticket, name, getattr(held, name))
    return ticket


def _hold(ticket: Ticket) -> Ticket:
    rows = Ticket.objects.unscoped(_WHY).select_related("device__unit", "silence__unit")
    held: Ticket = rows.select_for_update(of=("self",)).get(pk=ticket.pk)
    if held.closed_at is not None:
        raise refusals.AlreadyClosed
    return held


def _words(words: str) -> str:
    told = text.line(words)
    if not told or len(told) > faults.WORDS_LONGEST:
        raise refusals.ReasonNeeded(longest=faults.WORDS_LONGEST)
    return told
