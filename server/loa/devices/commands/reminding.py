"""Telling people that a fault is overdue, and noting that they saw it."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from loa.devices.faults import Reason
from loa.devices.models import Reminder, Ticket
from loa.kernel.command import Place, command, note
from loa.kernel.scope import ActorKind, Scope

_WHY = "the command checked the right"


class Due(NamedTuple):
    """Whom to tell of an overdue fault, in which round, and why this person."""

    ticket_id: uuid.UUID
    user_id: int
    round: int
    reason: Reason


@command("devices.tend")
def remind(_scope: Scope, place: Place, /, *, due: Collection[Due], now: datetime) -> int:
    """Tell people of faults that are still overdue; return how many were told. Nobody is told twice in a round.

    The tickets are held until the end: of two clocks the later one finds what the first one told.
    """
    held = Ticket.objects.unscoped(_WHY).filter(pk__in={one.ticket_id for one in due}, closed_at=None, due_at__lte=now)
    still = set(held.select_for_update().order_by("pk").values_list("pk", flat=True))
    told = set(Reminder.objects.unscoped(_WHY).filter(ticket__in=still).values_list("ticket_id", "user_id", "round"))
    fresh = [
        Reminder(ticket_id=one.ticket_id, user_id=one.user_id, round=one.round, reason=one.reason.value, noted_at=now)
        for one in due
        if one.ticket_id in still and (one.ticket_id, one.user_id, one.round) not in told
    ]
    Reminder.objects.bulk_create(fresh, batch_size=1_000)
    note(tickets=len({one.ticket_id for one in fresh}), told=len(fresh))
    return len(fresh)


@command("devices.view")
def see(scope: Scope, ticket: Ticket, /, *, now: datetime) -> int:
    """Note that a person opened a fault of which they had been told; return how many reminders that were."""
    if scope.actor.kind is not ActorKind.PERSON:
        return 0
    mine = Reminder.objects.unscoped(_WHY).filter(ticket=ticket, user_id=int(scope.actor.id), seen_at=None)
    seen: int = mine.update(seen_at=now)
    note(ticket=str(ticket.pk), seen=seen)
    return seen
