"""Stations without a device that an airing includes: announced by hand, and counted apart from what was heard."""

from collections.abc import Sequence
from dataclasses import dataclass

from loa.devices import queries as devices
from loa.devices.models import HandPlay, Station
from loa.dispatch.models import Airing
from loa.kernel.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """One station of an airing, and the line that says it was announced there; None while nobody noted it."""

    station: Station
    line: HandPlay | None
    may_note: bool


def announced(scope: Scope, airing: Airing) -> Sequence[Announced]:
    """Return the stations in reach of the scope that an airing for all of a unit includes, unnoted ones first.

    An airing for some devices alone, live speech, and one that was cancelled include none.
    """
    if airing.is_chosen or airing.is_live or airing.state == "cancelled":
        return ()
    found = devices.stations_below(scope, airing.unit.path, at=airing.start_at)
    noted = devices.hand_plays(airing.pk, found)
    rows = [
        Announced(station=one, line=noted.get(one.pk), may_note=scope.can("devices.keep_stations", one.scope_path))
        for one in found
    ]
    return sorted(rows, key=lambda row: row.line is not None)
