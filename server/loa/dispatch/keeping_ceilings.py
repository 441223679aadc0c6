"""What becomes of ceilings when units change: they go along, so that nothing is louder the day after."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.dispatch.models import Ceiling
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports as going_along
from loa.orgs.ports import Clash, Move, Moved

_WHY = "ceilings go along when their units change"
_THING = "ceiling:"


class CeilingKeeper:
    """Keeps how loud it may be; what was ended, and measurements, stay where they were."""

    name = "ceilings"
    words: str | Promise = _("volume ceilings")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many ceilings each unit has."""
        return Counter(_standing(unit_ids).values_list("unit_id", flat=True))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Ceilings do not clash: the lowest wins."""
        return ()

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:  # noqa: ARG002 - as the port says
        """Give them to the unit that takes over; with the new day its devices hold them in their plans."""
        found = list(_standing(going_along.heirs(moves)).select_for_update())
        moved = going_along.hand_along(_THING, found, moves, name=str)
        Ceiling.objects.unscoped(_WHY).bulk_update(found, ["unit"], batch_size=1000)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give back those that still hold there."""
        there = going_along.hand_back(_THING, _standing({one.to_unit for one in moved}), moved)
        Ceiling.objects.unscoped(_WHY).bulk_update(there, ["unit"], batch_size=1000)
        return len(there)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: a ceiling names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Return 0: a ceiling belongs to its unit, whoever set it."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:  # noqa: ARG002 - as the port says
        """Return 0: a ceiling holds by itself."""
        return 0


def _standing(unit_ids: Collection[int]) -> ScopedQuerySet[Ceiling]:
    found: ScopedQuerySet[Ceiling] = Ceiling.objects.unscoped(_WHY).filter(unit_id__in=list(unit_ids), ended_at=None)
    return found.order_by("pk")
