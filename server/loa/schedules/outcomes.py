"""What became of bulletins on the air: how often, where, and on how many clusters they were heard."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from loa.dispatch import queries as dispatching
from loa.dispatch import rules as dispatch_rules
from loa.schedules import rules
from loa.schedules.models import Slot

_WHY = "what came of bulletins the caller may know of: numbers and names of units"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one bulletin. `next_at` is when it airs next; None when nothing is planned."""

    airings: int = 0
    units: tuple[str, ...] = ()
    heard: int = 0
    meant: int = 0
    next_at: datetime | None = None


def outcomes(bulletin_ids: Collection[uuid.UUID], *, now: datetime) -> dict[uuid.UUID | None, Outcome]:
    """Return what became of each bulletin, also where other units aired it; those without any slot are left out.

    Clusters count once an airing. Two queries.
    """
    planned = Slot.objects.unscoped(_WHY).filter(
        bulletin__in=list(bulletin_ids), state=rules.State.PLACED, airing__isnull=False
    )
    standing = planned.exclude(airing__state=dispatch_rules.State.CANCELLED).select_related("airing", "unit")
    slots = list(standing.order_by("airing__start_at", "pk"))
    begun = [slot for slot in slots if slot.airing is not None and slot.airing.start_at <= now]
    reached = dispatching.reached([(slot.airing.pk, slot.unit.path) for slot in begun if slot.airing], now=now)
    found: dict[uuid.UUID | None, Outcome] = {}
    for name in {slot.bulletin_id for slot in slots}:
        own = [slot for slot in begun if slot.bulletin_id == name and slot.airing is not None]
        there = [reached[slot.airing.pk, slot.unit.path] for slot in own if (slot.airing.pk, slot.unit.path) in reached]
        ahead = [
            slot.airing.start_at for slot in slots if slot.bulletin_id == name and slot.airing and slot not in begun
        ]
        found[name] = Outcome(
            airings=len(own),
            units=tuple(dict.fromkeys(slot.unit.name for slot in own)),
            heard=sum(one.heard for one in there),
            meant=sum(one.meant for one in there),
            next_at=min(ahead, default=None),
        )
    return found
