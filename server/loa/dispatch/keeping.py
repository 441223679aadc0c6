"""What becomes of airings when units change: what has not begun goes along, what was heard stays where it was."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.dispatch import rules
from loa.dispatch.models import Airing
from loa.kernel import clock
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports as going_along
from loa.orgs import queries as orgs
from loa.orgs.ports import Clash, Move, Moved

_WHY = "airings that have not begun go along when their units change"
_THING = "airing:"


class AiringKeeper:
    """Keeps airings to come. Their devices stay those they were meant for, so no plan changes."""

    name = "dispatch"
    words: str | Promise = _("planned airings")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many airings to come each unit has."""
        counted = _coming(unit_ids, now=clock.now()).values_list("unit_id").annotate(count=Count("pk"))
        return dict(counted.order_by("unit_id"))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Airings do not clash here: room schedules, which asked for them, says what does."""
        return ()

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:
        """Give what has not begun to the unit that takes over: who stops it sits there now."""
        found = list(_coming(going_along.heirs(moves), now=now).select_for_update().order_by("pk"))
        moved = going_along.hand_along(_THING, found, moves, name=lambda one: one.title)
        for row in found:
            row.is_chosen = row.is_chosen or row.is_live  # a relay opens to an area: here to the devices it was for
        Airing.objects.unscoped(_WHY).bulk_update(found, ["unit", "is_chosen"], batch_size=1000)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:
        """Give back what still has not begun."""
        coming = _coming({one.to_unit for one in moved}, now=now).filter(pk__in=going_along.came(moved, _THING))
        there = going_along.hand_back(_THING, coming.select_for_update(), moved)
        Airing.objects.unscoped(_WHY).bulk_update(there, ["unit"], batch_size=1000)
        return len(there)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: plans name devices, and where these listen is for room devices."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Airings belong to units, never to people."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many airings to come nobody could stop."""
        held = self.holdings(unit_ids)
        able = orgs.holders_of(held.keys(), permission="dispatch.stop")
        return sum(count for unit, count in held.items() if not able[unit])


def _coming(unit_ids: Collection[int], *, now: datetime) -> ScopedQuerySet[Airing]:
    found: ScopedQuerySet[Airing] = Airing.objects.unscoped(_WHY)
    return found.filter(unit_id__in=list(unit_ids), state__in=rules.STANDING, start_at__gt=now)
