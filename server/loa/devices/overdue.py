"""Whom the clock tells that a fault is overdue."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from loa.devices import faults
from loa.devices.commands.reminding import Due
from loa.devices.faults import Reason
from loa.devices.models import Reminder, Ticket
from loa.devices.reach import Reach
from loa.orgs import queries as orgs

RIGHT = "devices.repair"
_WHY = "the clock looks at all"


def due(*, now: datetime) -> list[Due]:
    """Return whom to tell now: who mends a fault that is overdue, and the nearest at or above the unit it went up to.

    In each round a person is told once. A fault in nobody's hands, or in those of somebody who left, is told to those
    nearest to it who could mend it.
    """
    late = list(
        Ticket.objects.unscoped(_WHY)
        .filter(closed_at=None, due_at__lte=now)
        .select_related("device__unit", "escalated_to")
        .order_by("due_at", "pk")
    )
    if not late:
        return []
    reach = Reach(orgs.holders_by_place(RIGHT, at=now))
    told: dict[tuple[uuid.UUID, int], set[int]] = defaultdict(set)
    rows = Reminder.objects.unscoped(_WHY).filter(ticket__closed_at=None)
    for ticket_id, round_of, user_id in rows.values_list("ticket_id", "round", "user_id"):
        told[ticket_id, round_of].add(user_id)
    wanted = []
    for ticket in late:
        number = faults.rounds_due(due_at=ticket.due_at, now=now)
        known = told[ticket.pk, number]
        wanted += [
            Due(ticket_id=ticket.pk, user_id=user, round=number, reason=reason)
            for user, reason in _people(ticket, reach).items()
            if user not in known
        ]
    return wanted


def _people(ticket: Ticket, reach: Reach) -> Mapping[int, Reason]:
    """Return whom to tell of a fault, and why each; who mends it comes before who stands above."""
    place = ticket.device.unit.path
    found: dict[int, Reason] = {}
    if ticket.escalated_to is not None:
        found |= dict.fromkeys(reach.nearest(ticket.escalated_to.path, place=place), Reason.ABOVE)
    if ticket.assignee_id is not None and reach.may(ticket.assignee_id, place):
        found[ticket.assignee_id] = Reason.MENDS
    else:
        found |= dict.fromkeys(reach.nearest(place, place=place), Reason.NEAR)
    return found
