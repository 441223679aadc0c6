"""What airs below a unit, without reading what was heard: on the air now, today, tomorrow."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from loa.dispatch import rules
from loa.dispatch.models import Airing, AiringTarget
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa_protocol import topics

VIEW = "dispatch.view"

_WHY = "airings from above reach devices below a unit the caller checked"


def reaching(unit: Unit) -> ScopedQuerySet[Airing]:
    """Return what airs on devices at and below a unit, also from above, by start. The caller has checked the right."""
    there = AiringTarget.objects.unscoped(_WHY).filter(orgs.inside(unit, "area_path"), airing=OuterRef("pk"))
    above = Q(unit__path__in=list(topics.ancestry(unit.path))[:-1])
    found: ScopedQuerySet[Airing] = Airing.objects.unscoped(_WHY)
    reaches = found.filter(orgs.inside(unit, "unit__path") | (above & Exists(there)))
    return reaches.select_related("unit").order_by("start_at", "pk")


def on_air(unit: Unit, *, now: datetime) -> ScopedQuerySet[Airing]:
    """Return what may be sounding at and below a unit at this moment."""
    return reaching(unit).filter(state__in=rules.STANDING, start_at__lte=now, end_at__gt=now)


def between(unit: Unit, *, start_at: datetime, end_at: datetime) -> ScopedQuerySet[Airing]:
    """Return what was or is to begin at and below a unit in a span, without what was cancelled."""
    return reaching(unit).filter(start_at__gte=start_at, start_at__lt=end_at).exclude(state=rules.State.CANCELLED)


def planned(scope: Scope, unit: Unit, *, start_at: datetime, end_at: datetime) -> ScopedQuerySet[Airing]:
    """Return the airings of units at and below one that begin in a span, without what was cancelled."""
    found: ScopedQuerySet[Airing] = Airing.objects.within(scope, VIEW)
    mine = found.filter(orgs.inside(unit, "unit__path"), start_at__gte=start_at, start_at__lt=end_at)
    return mine.exclude(state=rules.State.CANCELLED)


def meant(airing_ids: Collection[uuid.UUID], unit: Unit) -> Mapping[uuid.UUID, int]:
    """Return for how many devices at and below a unit each of some airings is meant."""
    targets = AiringTarget.objects.unscoped(_WHY).filter(orgs.inside(unit, "area_path"), airing_id__in=airing_ids)
    return dict(targets.order_by().values_list("airing_id").annotate(Count("device_id")))
