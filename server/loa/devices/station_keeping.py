"""What becomes of stations without a device when units change: they go along, with their log."""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.devices.models import Station
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports
from loa.orgs import queries as orgs

_WHY = "stations go along when their units change"


class StationKeeper(ports.LastingKeeper):
    """Keeps wired and FM stations without a device; two may have one name."""

    name = "stations"
    words: str | Promise = _("stations without a device")
    thing = "station:"

    def standing(self) -> ScopedQuerySet[Station]:
        """Return every station."""
        found: ScopedQuerySet[Station] = Station.objects.unscoped(_WHY).order_by("pk")
        return found

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many stations nobody could keep."""
        held = self.holdings(unit_ids)
        able = orgs.holders_of(held.keys(), permission="devices.keep_stations")
        return sum(count for unit, count in held.items() if not able[unit])
