"""Ceilings and measurements as people read them."""

import uuid
from collections.abc import Sequence

from loa.dispatch.ceilings import in_force
from loa.dispatch.models import Ceiling, Measurement
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.models import Unit
from loa_protocol import topics


def around(scope: Scope, unit: Unit) -> Sequence[Ceiling]:
    """Return the ceilings that hold at a unit in scope: of those above it, its own, and of its devices and below."""
    own: ScopedQuerySet[Ceiling] = Ceiling.objects.within(scope, "dispatch.view").filter(
        unit__path__within=unit.path, ended_at=None
    )
    above = in_force().filter(unit__path__in=list(topics.ancestry(unit.path))[:-1], device=None)
    people = ("set_by", "ending_by")
    found = [*above.select_related("unit", *people), *own.select_related("unit", "device", *people)]
    return sorted(found, key=lambda row: (row.unit.path, row.start_min, row.pk))


def get(scope: Scope, ceiling_id: uuid.UUID) -> Ceiling:
    """Return one ceiling; `NotFound` when it is absent or outside the scope."""
    found: ScopedQuerySet[Ceiling] = Ceiling.objects.within(scope, "dispatch.view").filter(pk=ceiling_id)
    one = found.select_related("unit").first()
    if one is None:
        raise NotFound
    return one


def ceilings_to_end(scope: Scope) -> ScopedQuerySet[Ceiling]:
    """Return the ceilings whose end waits for this person, the earliest asked on top; never those they asked about."""
    found: ScopedQuerySet[Ceiling] = Ceiling.objects.within(scope, "dispatch.limit")
    own = int(scope.actor.id) if scope.actor.id.isdecimal() else None
    waiting = found.filter(ending_at__isnull=False, ended_at=None).exclude(ending_by=own)
    return waiting.select_related("unit", "device", "ending_by").order_by("ending_at", "pk")


def measurements(scope: Scope, unit: Unit) -> ScopedQuerySet[Measurement]:
    """Return what meters showed at and below a unit, latest first."""
    found: ScopedQuerySet[Measurement] = Measurement.objects.within(scope, "dispatch.view").filter(
        unit__path__within=unit.path
    )
    return found.select_related("unit", "device", "noted_by").order_by("-measured_at", "-pk")
