"""Reading reorganisations: proposed, approved, carried out, taken back."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import changes, planning
from loa.orgs.models import Handover, Reorganisation, Unit
from loa.orgs.ports import Move
from loa.orgs.rules import ReorganisationState


def reorganisations(scope: Scope) -> ScopedQuerySet[Reorganisation]:
    """Return the changes of units this scope may see, the newest first."""
    found: ScopedQuerySet[Reorganisation] = Reorganisation.objects.within(scope, "orgs.reorganise")
    return found.select_related("unit", "basis", "proposed_by", "decided_by").order_by("-proposed_at", "-pk")


def reorganisation(scope: Scope, pk: uuid.UUID) -> Reorganisation:
    """Return one, or raise `NotFound`."""
    found = reorganisations(scope).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def due_reorganisations(*, now: datetime) -> list[Reorganisation]:
    """Return approved changes whose local midnight has come, in the order in which they take effect; for the clock."""
    found = Reorganisation.objects.unscoped("the clock carries out what was approved").filter(
        state=ReorganisationState.APPROVED, effective_on__lte=timezone.localdate(now)
    )
    return list(found.select_related("unit").order_by("effective_on", "decided_at", "pk"))


def handovers(reorganisation: Reorganisation) -> ScopedQuerySet[Handover]:
    """Return what went from where to where in a change already in scope, by receiving unit."""
    found = Handover.objects.unscoped("of a change already in scope").filter(reorganisation=reorganisation)
    return found.order_by("to_unit__sort_order", "to_unit__path", "keeper", "name", "pk")


def handover_counts(reorganisation: Reorganisation) -> list[dict[str, object]]:
    """Return how many things of each keeper went from which unit to which."""
    found = Handover.objects.unscoped("of a change already in scope").filter(reorganisation=reorganisation)
    return list(
        found.values("from_unit", "to_unit", "keeper").annotate(count=Count("pk")).order_by("to_unit", "from_unit")
    )


def moves_of(reorganisation_id: uuid.UUID) -> Sequence[Move]:
    """Return which closed unit's things went to which other unit in a change; for listeners."""
    found = Reorganisation.objects.unscoped("asked by rooms that heard of it").get(pk=reorganisation_id)
    heirs = planning.heirs(changes.from_json(found.plan))
    named = Unit.objects.unscoped("as above").filter(code__in={*heirs, *heirs.values()})
    ids = dict(named.values_list("code", "pk"))
    return [Move(from_unit=ids[code], to_unit=ids[heir]) for code, heir in sorted(heirs.items())]
