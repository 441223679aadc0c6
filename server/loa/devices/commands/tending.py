"""Faults that devices tell of themselves: opened, closed when they are gone, told further up when they are overdue."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from loa.devices import events, faults
from loa.devices.models import Ticket
from loa.kernel.command import Place, command, emit, note
from loa.kernel.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A fault that a device tells of, or its evidence does."""

    device_id: uuid.UUID
    cause: faults.Cause
    origin: faults.Origin


@command("devices.tend")
def tend(
    scope: Scope,
    place: Place,
    /,
    *,
    found: Collection[Found],
    gone: Collection[uuid.UUID],
    further: Mapping[uuid.UUID, tuple[int, int]],
    now: datetime,
) -> int:
    """Open the faults that devices tell of, close the tickets whose fault is gone, tell units above of what is overdue.

    `further` names, by ticket, how often it went up and the unit it comes to. Returns how many tickets changed.
    """
    fresh = [
        Ticket(
            device_id=one.device_id,
            cause=one.cause,
            origin=one.origin,
            opened_at=now,
            due_at=now + faults.DUE[one.cause],
        )
        for one in found
    ]
    Ticket.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=1_000)
    still = Ticket.objects.unscoped("as devices tell").filter(closed_at=None)
    closed: int = still.filter(pk__in=list(gone)).update(closed_at=now, proof=faults.Proof.TELEMETRY)
    for ticket_id, (times, unit_id) in further.items():
        up = still.filter(pk=ticket_id, escalations__lt=times)
        if up.update(escalations=times, escalated_at=now, escalated_to_id=unit_id):
            emit(events.FaultOverdue(ticket_id=ticket_id, unit_id=unit_id, at=now))
    note(found=len(fresh), closed=closed, overdue=len(further))
    return len(fresh) + closed + len(further)
