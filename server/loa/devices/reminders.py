"""What a person was told of overdue faults, and who was told of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any  # Any: rows with what was counted of them

from django.db.models import Count, Max, Q

from loa.devices.models import Reminder, Ticket
from loa.kernel.scope import ActorKind, Scope
from loa.kernel.scoped import ScopedQuerySet

VIEW = "devices.view"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An overdue fault of which a person was told. `is_new` until they open it; `is_mine` when they are to mend it."""

    ticket: Ticket
    times: int
    is_new: bool
    is_mine: bool


def told(scope: Scope, *, is_mine: bool, most: int) -> tuple[list[Told], int]:
    """Return the open faults of which this person was told and that they may see, the longest overdue first.

    `is_mine` asks for those they are to mend, else for those of others. The number is how many more there are.
    """
    me = _me(scope)
    if me is None:
        return [], 0
    found: ScopedQuerySet[Ticket] = Ticket.objects.within(scope, VIEW).filter(closed_at=None, reminders__user_id=me)
    found = found.filter(assignee_id=me) if is_mine else found.filter(Q(assignee=None) | ~Q(assignee_id=me))
    counted = found.annotate(times=Max("reminders__round"), unseen=Count("pk", filter=Q(reminders__seen_at=None)))
    shown: list[Any] = list(counted.select_related("device__unit", "assignee").order_by("due_at", "pk")[:most])
    rows = [Told(ticket=one, times=one.times, is_new=one.unseen > 0, is_mine=is_mine) for one in shown]
    return rows, max(0, counted.order_by().count() - most) if len(rows) == most else 0


def of(ticket: Ticket) -> Sequence[Reminder]:
    """Return who was told of a fault that may be seen, the first first."""
    rows = Reminder.objects.unscoped("of a fault in scope").filter(ticket=ticket).select_related("user")
    return list(rows.order_by("noted_at", "pk"))


def unseen(scope: Scope, ticket: Ticket) -> bool:
    """Tell whether this person was told of a fault and has not opened it since."""
    me = _me(scope)
    rows = Reminder.objects.unscoped("a person's own").filter(ticket=ticket, user_id=me, seen_at=None)
    return me is not None and bool(rows.exists())


def _me(scope: Scope) -> int | None:
    """Return the account of who acts; None for a process."""
    actor = scope.actor
    return int(actor.id) if actor.kind is ActorKind.PERSON and actor.id.isdecimal() else None
