"""Which ceilings hold for a device, and how loud it may be at a moment."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from loa.devices import queries as devices
from loa.dispatch import rules
from loa.dispatch.models import Ceiling
from loa.kernel.scoped import ScopedQuerySet
from loa_protocol import loudness, plan, topics

_WHY = "ceilings bind whoever asks"


def of_devices(device_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[plan.Ceiling]]:
    """Return the ceilings of each device, its own and those of the units it stands in, where there are any."""
    rows = list(in_force().select_related("unit"))
    if not rows:
        return {}
    found: dict[uuid.UUID, Sequence[plan.Ceiling]] = {}
    told: dict[tuple[uuid.UUID, ...], Sequence[plan.Ceiling]] = {}
    for device, facts in devices.device_facts(list(device_ids)).items():
        above = set(topics.ancestry(facts.unit_path))
        mine = [row for row in rows if (row.device_id == device if row.device_id else row.unit.path in above)]
        if mine:
            names = tuple(row.pk for row in mine)
            found[device] = told[names] = told.get(names) or _told(mine)
    return found


def lowest_ceiling(
    unit_path: str,
    start_at: datetime,
    *,
    end_at: datetime | None = None,
    device_id: uuid.UUID | None = None,
    is_alert: bool = False,
) -> int | None:
    """Return how loud it may be in percent, at a unit or on a device there, in a stretch of time; None is no limit."""
    above = Q(device=None, unit__path__in=list(topics.ancestry(unit_path)))
    own = Q(pk__in=[]) if device_id is None else Q(device_id=device_id)
    told = _told(in_force().filter(above | own))
    return loudness.most_pct(told, start_at, end_at or start_at, is_alert=is_alert, zone=str(rules.ZONE))


def in_force() -> ScopedQuerySet[Ceiling]:
    """Return all ceilings that hold now, wherever."""
    found: ScopedQuerySet[Ceiling] = Ceiling.objects.unscoped(_WHY).filter(ended_at=None)
    return found.order_by("pk")


def _told(rows: Collection[Ceiling]) -> Sequence[plan.Ceiling]:
    """Return ceilings as devices know them: merged, so that a plan takes those of all levels together."""
    return loudness.merged(
        [
            plan.Ceiling(start_min=row.start_min, end_min=row.end_min, most_pct=row.held_pct, is_alert=row.is_alert)
            for row in rows
        ]
    )
