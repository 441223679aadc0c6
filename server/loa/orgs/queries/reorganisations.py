"""Reading reorganisations: proposed, approved, carried out, taken back."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils import timezone

from loa.kernel.command import check
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import changes, planning
from loa.orgs.models import AgencyName, Handover, Reorganisation, Unit, UnitVersion
from loa.orgs.ports import Move
from loa.orgs.rules import AgencyKind, Change, Level, ReorganisationState


def reorganisations(scope: Scope) -> ScopedQuerySet[Reorganisation]:
    """Return the changes of units this scope may see, the newest first."""
    found: ScopedQuerySet[Reorganisation] = Reorganisation.objects.within(scope, "orgs.reorganise")
    return found.select_related("unit", "basis", "proposed_by", "decided_by").order_by("-proposed_at", "-pk")


def reorganisation(scope: Scope, pk: uuid.UUID) -> Reorganisation:
    """Return one, or raise `NotFound` or `Denied`."""
    rows: ScopedQuerySet[Reorganisation] = Reorganisation.objects.unscoped("checked below")
    found = rows.select_related("unit", "basis", "proposed_by", "decided_by", "compensates").filter(pk=pk).first()
    if found is None:
        raise NotFound
    check(scope, "orgs.reorganise", found)
    return found


def due_reorganisations(*, now: datetime) -> list[Reorganisation]:
    """Return approved changes whose local midnight has come, in the order in which they take effect; for the clock."""
    found = Reorganisation.objects.unscoped("the clock carries out what was approved").filter(
        state=ReorganisationState.APPROVED, effective_on__lte=timezone.localdate(now)
    )
    return list(found.select_related("unit").order_by("effective_on", "decided_at", "pk"))


def handovers(reorganisation: Reorganisation) -> ScopedQuerySet[Handover]:
    """Return what went from where to where in a change already in scope, by receiving unit."""
    found: ScopedQuerySet[Handover] = Handover.objects.unscoped("of a change already in scope")
    return found.filter(reorganisation=reorganisation).order_by(
        "to_unit__sort_order", "to_unit__path", "keeper", "name", "pk"
    )


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


def names_on(codes: Collection[str], day: date) -> dict[str, str]:
    """Return what units were called on a day; names only, for texts about a change already in scope."""
    found = UnitVersion.objects.unscoped("names beside a change already in scope").filter(
        unit__code__in=codes, during__contains=day
    )
    return dict(found.values_list("unit__code", "name"))


def placed_on_map(codes: Collection[str]) -> dict[str, Unit]:
    """Return the units that have coordinates, by code; for the picture of a change already in scope."""
    found = Unit.objects.unscoped("the picture of a change already in scope").filter(code__in=codes)
    return {unit.code: unit for unit in found.exclude(latitude=None)}


def places_below(reorganisation: Reorganisation) -> list[Unit]:
    """Return where people of a vanishing level may be placed: units below it that go on, and those that take over."""
    plan = changes.from_json(reorganisation.plan)
    gone = {edge.predecessor for edge in plan.edges if edge.kind is Change.ABOLISH} & set(plan.closes)
    paths = Unit.objects.unscoped("the units of a change already in scope").filter(code__in=gone)
    below = Q(pk__in=[])
    for path in paths.values_list("path", flat=True):
        below |= Q(path__startswith=f"{path}/")
    inside = Unit.objects.unscoped("as above").filter(below).exclude(level=Level.HAMLET)
    codes = set(inside.values_list("code", flat=True))
    codes |= {edge.successor for edge in plan.edges if edge.predecessor in codes}
    found = Unit.objects.unscoped("as above").filter(code__in=codes - set(plan.closes))
    return list(found.order_by("sort_order", "path"))


def province_on(unit: Unit, day: date) -> str:
    """Return the name of the top above a unit on a day, for the head of a paper."""
    top = UnitVersion.objects.unscoped("the head of a paper").filter(unit=unit, during__contains=day).first()
    path = top.path if top else unit.path
    named = UnitVersion.objects.unscoped("the head of a paper").filter(
        unit__code=path.partition("/")[0], during__contains=day
    )
    return named.values_list("name", flat=True).first() or unit.name


def committee_on(unit: Unit, day: date) -> str:
    """Return the name of the people's committee of a unit on a day, empty when none is kept."""
    found = AgencyName.objects.filter(
        agency__unit=unit, agency__kind=AgencyKind.COMMITTEE, during__contains=day
    ).order_by("agency")
    return found.values_list("name", flat=True).first() or ""
