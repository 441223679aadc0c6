"""Reads of stations without a device, and of what people played there by hand."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max

from loa.devices.by_hand import Condition
from loa.devices.models import HandPlay, Station
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet

VIEW = "devices.view"


def visible(scope: Scope) -> ScopedQuerySet[Station]:
    """Return the stations this scope may see, by unit and name, with the last time each was played by hand."""
    found: ScopedQuerySet[Station] = Station.objects.within(scope, VIEW)
    seen = found.select_related("unit").annotate(last_at=Max("plays__played_at"))
    return seen.order_by("unit__path", "name", "pk")  # type: ignore[return-value]  # the stubs know the added column


def get(scope: Scope, station_id: uuid.UUID) -> Station:
    """Return one station; `NotFound` when it is absent or outside the scope."""
    found: Station | None = visible(scope).filter(pk=station_id).first()
    if found is None:
        raise NotFound
    return found


def log(station: Station, *, limit: int = 100) -> Sequence[HandPlay]:
    """Return the lines of a station that may be seen, corrected ones too, the latest play first."""
    rows = HandPlay.objects.unscoped("beside a station that may be seen").filter(station=station)
    return list(rows.select_related("corrected_by").order_by("-played_at", "-pk")[:limit])


def line(scope: Scope, line_id: uuid.UUID) -> HandPlay:
    """Return one line of a log with its station; `NotFound` when it is absent or outside the scope."""
    rows = HandPlay.objects.within(scope, VIEW).select_related("station__unit", "corrected_by")
    found: HandPlay | None = rows.filter(pk=line_id).first()
    if found is None:
        raise NotFound
    return found


def below(scope: Scope, unit_path: str, *, at: datetime) -> Sequence[Station]:
    """Return the stations at and below a unit that a plan of that moment included, as far as the scope sees them."""
    here = visible(scope).filter(unit__path__within=unit_path, added_at__lte=at)
    return list(here.exclude(condition=Condition.GONE))


def noted(airing_id: uuid.UUID, stations: Sequence[Station]) -> Mapping[uuid.UUID, HandPlay]:
    """Return the line that stands for an airing, by station."""
    rows = HandPlay.objects.unscoped("beside stations that may be seen").filter(
        airing_id=airing_id, station__in=stations, corrected_by=None
    )
    return {row.station_id: row for row in rows.order_by("played_at", "pk")}
