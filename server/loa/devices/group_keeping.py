"""What becomes of groups when units change: they go along with their devices."""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.devices.models import Group
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports
from loa.orgs import queries as orgs

_WHY = "groups go along when their units change"


class GroupKeeper(ports.LastingKeeper):
    """Keeps named sets of devices. Who is in one follows from where the devices stand; two may have one name."""

    name = "device_groups"
    words: str | Promise = _("groups of devices")
    thing = "group:"

    def standing(self) -> ScopedQuerySet[Group]:
        """Return every group."""
        found: ScopedQuerySet[Group] = Group.objects.unscoped(_WHY).order_by("pk")
        return found

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many groups nobody could change."""
        held = self.holdings(unit_ids)
        able = orgs.holders_of(held.keys(), permission="devices.group")
        return sum(count for unit, count in held.items() if not able[unit])
