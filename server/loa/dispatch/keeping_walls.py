"""What becomes of wall links when units change: a screen shows the unit that takes over."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.dispatch.models import WallLink
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports as going_along
from loa.orgs.ports import Clash, Move, Moved

_WHY = "wall links go along when their units change"
_THING = "wall:"


class WallKeeper:
    """Keeps which screens show a unit; what was ended stays where it was."""

    name = "walls"
    words: str | Promise = _("links for screens on a wall")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many screens may show each unit."""
        return Counter(_standing(unit_ids).values_list("unit_id", flat=True))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Screens do not clash."""
        return ()

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:  # noqa: ARG002 - as the port says
        """Let them show the unit that takes over."""
        found = list(_standing(going_along.heirs(moves)).select_for_update())
        moved = going_along.hand_along(_THING, found, moves, name=str)
        WallLink.objects.unscoped(_WHY).bulk_update(found, ["unit"], batch_size=1000)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Let those show their former unit that still stand there."""
        there = going_along.hand_back(_THING, _standing({one.to_unit for one in moved}), moved)
        WallLink.objects.unscoped(_WHY).bulk_update(there, ["unit"], batch_size=1000)
        return len(there)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: a link names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Return 0: a screen is its unit's, whoever let it show."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:  # noqa: ARG002 - as the port says
        """Return 0: a link ends by itself."""
        return 0


def _standing(unit_ids: Collection[int]) -> ScopedQuerySet[WallLink]:
    found: ScopedQuerySet[WallLink] = WallLink.objects.unscoped(_WHY)
    return found.filter(unit_id__in=list(unit_ids), ended_at=None).order_by("pk")
