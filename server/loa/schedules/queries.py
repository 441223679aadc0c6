"""Every read of slots."""

import uuid
from datetime import datetime

from django.db.models import Q

from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.models import Unit
from loa.schedules import refusals, rules
from loa.schedules.models import Slot


def visible(scope: Scope) -> ScopedQuerySet[Slot]:
    """Return the slots this scope may see with unit, bulletin and airing, last asked first."""
    slots: ScopedQuerySet[Slot] = Slot.objects.within(scope, "schedules.view")
    return slots.select_related("unit", "bulletin", "airing").order_by("-requested_at", "-pk")


def get(scope: Scope, slot_id: uuid.UUID) -> Slot:
    """Return one slot; `NotFound` when it is absent or outside the scope."""
    found = visible(scope).filter(pk=slot_id).first()
    if found is None:
        raise NotFound
    return found


def of_bulletin(scope: Scope, bulletin_id: uuid.UUID) -> ScopedQuerySet[Slot]:
    """Return the slots of a bulletin, last asked first."""
    return visible(scope).filter(bulletin_id=bulletin_id)


def for_unit(scope: Scope, unit: Unit, *, start_at: datetime, end_at: datetime) -> ScopedQuerySet[Slot]:
    """Return the slots below a unit that begin in the span, and those that wait for an approval to begin at once."""
    below = Q(unit__path=unit.path) | Q(unit__path__startswith=f"{unit.path}/")
    timed = Q(start_at__gte=start_at, start_at__lt=end_at)
    return visible(scope).filter(below, timed | Q(start_at=None, state=rules.State.WAITING))


def reason(slot: Slot) -> str:
    """Return why a slot could not become an airing, in the language of the moment; empty when it could or may yet."""
    return str(refusals.SENTENCES.get(slot.reason, slot.reason))
