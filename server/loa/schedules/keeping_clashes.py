"""What becomes of questions of order when units change: an open one goes along with the items it is about."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports as going_along
from loa.orgs import queries as orgs
from loa.orgs.ports import Clash as Meeting
from loa.orgs.ports import Move, Moved
from loa.schedules.models import Clash
from loa.schedules.rules import ClashState

_WHY = "an open question of order goes along when its unit changes"
_THING = "clash:"


class ClashKeeper:
    """Keeps the questions in which order priority items air; those that were answered stay where they were."""

    name = "clashes"
    words: str | Promise = _("open questions of order")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many open questions each unit has."""
        return Counter(_open(unit_ids).values_list("unit_id", flat=True))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Meeting]:  # noqa: ARG002 - as the port says
        """Questions do not clash: when items air is for the keeper of slots to say."""
        return ()

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:  # noqa: ARG002 - as the port says
        """Give the open questions to the unit that takes over."""
        found = list(_open(going_along.heirs(moves)).select_for_update())
        moved = going_along.hand_along(_THING, found, moves, name=lambda one: str(one.pk))
        Clash.objects.unscoped(_WHY).bulk_update(found, ["unit"], batch_size=1000)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give back those that are still open there."""
        there = going_along.hand_back(_THING, _open({one.to_unit for one in moved}), moved)
        Clash.objects.unscoped(_WHY).bulk_update(there, ["unit"], batch_size=1000)
        return len(there)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: a question names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Return 0: a question belongs to the unit, and everybody there who plans its programme has it."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many questions nobody at their unit could answer."""
        found = list(_open(unit_ids).values_list("unit_id", flat=True))
        able = orgs.holders_of(set(found), permission="schedules.request")
        return sum(not able[unit] for unit in found)


def _open(unit_ids: Collection[int]) -> ScopedQuerySet[Clash]:
    found: ScopedQuerySet[Clash] = Clash.objects.unscoped(_WHY).filter(unit_id__in=list(unit_ids))
    return found.filter(state=ClashState.OPEN).order_by("pk")
