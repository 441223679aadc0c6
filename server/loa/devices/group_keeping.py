"""What becomes of groups when units change: they go along with their devices."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.devices.models import Group
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports
from loa.orgs import queries as orgs

_THING = "group:"
_WHY = "groups go along when their units change"


class GroupKeeper:
    """Keeps named sets of devices. Who is in one follows from where the devices stand."""

    name = "device_groups"
    words: str | Promise = _("groups of devices")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many groups each unit has."""
        return dict(_standing(unit_ids).values_list("unit_id").annotate(count=Count("pk")).order_by("unit_id"))

    def clashes(self, moves: Sequence[ports.Move], *, on: date) -> Sequence[ports.Clash]:  # noqa: ARG002 - as the port says
        """Two groups may have one name."""
        return []

    def hand_over(self, moves: Sequence[ports.Move], *, now: datetime) -> Sequence[ports.Moved]:  # noqa: ARG002
        """Give groups to the unit that takes over."""
        rows = list(_standing({move.from_unit for move in moves}).select_for_update().order_by("pk"))
        moved = ports.hand_along(_THING, rows, moves, name=lambda row: row.name)
        Group.objects.unscoped(_WHY).bulk_update(rows, ["unit"])
        return moved

    def take_back(self, moved: Sequence[ports.Moved], *, now: datetime) -> int:  # noqa: ARG002 - as above
        """Give them back, as far as they are still there."""
        rows = Group.objects.unscoped(_WHY).filter(pk__in=ports.came(moved, _THING).keys())
        there = ports.hand_back(_THING, list(rows.select_for_update().order_by("pk")), moved)
        Group.objects.unscoped(_WHY).bulk_update(there, ["unit"])
        return len(there)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """A group is found by its unit, wherever that stands."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as above
        """Groups belong to units, never to people."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many groups nobody could change."""
        held = self.holdings(unit_ids)
        able = orgs.holders_of(held.keys(), permission="devices.group")
        return sum(count for unit, count in held.items() if not able[unit])


def _standing(unit_ids: Collection[int]) -> ScopedQuerySet[Group]:
    found: ScopedQuerySet[Group] = Group.objects.unscoped(_WHY).filter(unit_id__in=list(unit_ids))
    return found
