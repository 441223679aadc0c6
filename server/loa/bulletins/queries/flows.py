"""The ways of approval units have laid down."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from loa.bulletins import saying
from loa.bulletins.models import Flow, FlowStep, OwnDay
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFacts:
    """One way for a page: whose it is, what it is for, and its steps as sentences."""

    flow: Flow
    sentences: Sequence[str]
    is_over: bool


def flows(scope: Scope, *, on: date) -> list[FlowFacts]:
    """Return the ways of the units this scope administers, those in force first, then by unit and beginning."""
    found = list(
        Flow.objects.within(scope, "bulletins.administer")
        .select_related("unit", "made_by")
        .order_by("unit__path", "-pk")
    )
    steps: dict[uuid.UUID, list[FlowStep]] = {flow.pk: [] for flow in found}
    told = FlowStep.objects.filter(flow__in=found).select_related("role", "post", "agency")
    for step in told.order_by("flow", "position"):
        steps[step.flow_id].append(step)
    facts = [
        FlowFacts(
            flow=flow,
            sentences=[saying.sentence(step, on=on) for step in steps[flow.pk]],
            is_over=flow.ends_on is not None and flow.ends_on <= on,
        )
        for flow in found
    ]
    return sorted(facts, key=lambda one: one.is_over)


def own_days(scope: Scope, *, start_on: date) -> ScopedQuerySet[OwnDay]:
    """Return the days to come on which units this scope administers work otherwise than the calendar says."""
    said: ScopedQuerySet[OwnDay] = OwnDay.objects.within(scope, "bulletins.administer").filter(day__gte=start_on)
    return said.select_related("unit").order_by("day", "unit__path", "pk")


def own_day(scope: Scope, own_day_id: uuid.UUID) -> OwnDay:
    """Return one of a unit this scope sees; `NotFound` otherwise."""
    theirs = OwnDay.objects.within(scope, "orgs.view").select_related("unit")
    found: OwnDay | None = theirs.filter(pk=own_day_id).first()
    if found is None:
        raise NotFound
    return found


def flow(scope: Scope, flow_id: uuid.UUID) -> Flow:
    """Return one way of a unit this scope sees; `NotFound` otherwise."""
    theirs = Flow.objects.within(scope, "orgs.view").select_related("unit")
    found: Flow | None = theirs.filter(pk=flow_id).first()
    if found is None:
        raise NotFound
    return found
