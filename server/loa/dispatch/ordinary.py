"""What is planned at a place, emergencies left out: for whoever judges when a place may sound."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from loa.dispatch import rules
from loa.dispatch.models import Airing, AiringTarget
from loa_protocol import topics
from loa_protocol.plan import Priority

_WHY = "hour rules count what sounds at a place, whoever asked for it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An airing that stands: what asked for it, when it begins and how long it sounds."""

    source: str
    title: str
    unit_path: str
    start_at: datetime
    duration: timedelta


def ordinary(path: str, *, start_at: datetime, end_at: datetime) -> Sequence[Planned]:
    """Return what begins in the span at or below a unit, or comes there from above, by start."""
    reaches = AiringTarget.objects.unscoped(_WHY).filter(area_path__within=path, airing_id=OuterRef("pk"))
    found = Airing.objects.unscoped(_WHY).filter(
        Q(unit__path__within=path) | Q(Exists(reaches), unit__path__in=list(topics.ancestry(path))[:-1]),
        start_at__gte=start_at,
        start_at__lt=end_at,
        state__in=rules.STANDING,
        priority__lt=Priority.ALERT,
    )
    rows = found.order_by("start_at", "pk").values_list("source", "title", "unit__path", "start_at", "clip_duration_ms")
    return [
        Planned(source=source, title=title, unit_path=unit, start_at=at, duration=timedelta(milliseconds=length))
        for source, title, unit, at, length in rows
    ]
