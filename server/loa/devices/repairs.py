"""Reads of fault tickets: what is open, how repairs go, what breaks again and again."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, F, Q

from loa.devices import faults, queries
from loa.devices.models import Device, Ticket
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How repairs go, of what a person may see. `mean` is the mean time to repair of the last 90 days."""

    open: int
    overdue: int
    unassigned: int
    closed: int
    mean: timedelta | None


def visible(scope: Scope) -> ScopedQuerySet[Ticket]:
    """Return the tickets of devices this scope may see, the soonest due first."""
    found = Ticket.objects.within(scope, "devices.view").select_related("device__unit", "assignee", "escalated_to")
    return found.order_by("due_at", "pk")  # type: ignore[no-any-return]  # the manager is built at run time


def get(scope: Scope, ticket_id: uuid.UUID) -> Ticket:
    """Return one ticket; `NotFound` when it is absent or outside the scope."""
    found: Ticket | None = visible(scope).select_related("silence", "photo").filter(pk=ticket_id).first()
    if found is None:
        raise NotFound
    return found


def figures(scope: Scope, *, now: datetime) -> Figures:
    """Return the figures of repairs."""
    recent = Q(closed_at__gte=now - timedelta(days=faults.REPEAT_DAYS))
    still = Q(closed_at=None)
    told = (
        visible(scope)
        .order_by()
        .aggregate(
            open=Count("pk", filter=still),
            overdue=Count("pk", filter=still & Q(due_at__lt=now)),
            unassigned=Count("pk", filter=still & Q(assignee=None)),
            closed=Count("pk", filter=recent),
            mean=Avg(F("closed_at") - F("opened_at"), filter=recent),
        )
    )
    return Figures(**told)


def repeat_offenders(scope: Scope, *, now: datetime, limit: int = 20) -> list[tuple[Device, int]]:
    """Return devices with many faults of late, the worst first, each with how many."""
    since = now - timedelta(days=faults.REPEAT_DAYS)
    counted = visible(scope).filter(opened_at__gte=since).order_by().values_list("device_id").annotate(n=Count("pk"))
    worst = dict(counted.filter(n__gte=faults.REPEAT_TIMES).order_by("-n", "device_id")[:limit])
    found = {device.pk: device for device in queries.visible(scope).filter(pk__in=worst)}
    return [(found[pk], count) for pk, count in worst.items() if pk in found]
