"""Which way a bulletin goes until it is approved: the nearest flow up the tree that is meant for it."""

import uuid
from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from loa.bulletins import rules
from loa.bulletins.models import Bulletin, Flow, FlowStep, Revision
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.rules import ancestor_paths

_WHY = "a bulletin goes the way that its unit, or one above it, laid down"


def chosen(path: str, revision: Revision, *, is_far: bool, on: date) -> tuple[Flow | None, Sequence[rules.Ask]]:
    """Return the flow of a wording of the unit at this path on a day, with its steps; None is the standard way.

    Nearest first; at one unit the one that names most closely what it is for, then the one that began last.
    """
    found = in_force(on=on).filter(unit__path__in=ancestor_paths(path)).select_related("unit")
    category = revision.category_id or ""
    fitting = [flow for flow in found if flow.condition.fits(kind=revision.kind, category=category, is_far=is_far)]
    if not fitting:
        return None, rules.STANDARD
    flow = max(fitting, key=lambda one: (len(one.unit.path), one.condition.weight, one.starts_on, one.pk))
    return flow, asks(flow.pk)


def in_force(*, on: date) -> ScopedQuerySet[Flow]:
    """Return the flows that hold on a day, whosever they are; callers narrow them to the units they ask for."""
    flows: ScopedQuerySet[Flow] = Flow.objects.unscoped(_WHY)
    return flows.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)


def asks(flow_id: uuid.UUID) -> list[rules.Ask]:
    """Return the steps of a flow in order."""
    return [step.ask for step in FlowStep.objects.filter(flow_id=flow_id).order_by("position")]


def is_covered(bulletin: Bulletin, flow_id: uuid.UUID | None, *, is_far: bool, on: date) -> bool:
    """Tell whether the way a bulletin went is the one it has to go when it is heard as far as that."""
    if bulletin.current is None:
        return True
    flow, _steps = chosen(bulletin.unit.path, bulletin.current, is_far=is_far, on=on)
    return flow is None or flow.pk == flow_id or not flow.is_far
