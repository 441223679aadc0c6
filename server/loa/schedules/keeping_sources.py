"""What becomes of sources of relays when units change: they go along with who answers for them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports as going_along
from loa.orgs import queries as orgs
from loa.orgs.ports import Clash, Move, Moved
from loa.schedules.models import RelaySource
from loa.schedules.rules.relaying import SourceState

_WHY = "sources of relays go along when their units change"
_THING = "relay_source:"
_LIVING = (SourceState.PROPOSED, SourceState.IN_FORCE)


class SourceKeeper:
    """Keeps which stations may be passed on. Two of the same name stand side by side."""

    name = "schedules.sources"
    words: str | Promise = _("sources of relays")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many sources each unit has, proposed or in force."""
        return Counter(_living(unit_ids).order_by().values_list("unit_id", flat=True))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Return none: a unit may have any number."""
        return []

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:  # noqa: ARG002 - as the port says
        """Give them to the unit that takes over."""
        found = list(_living(going_along.heirs(moves)).select_for_update(of=("self",)).order_by("pk"))
        moved = going_along.hand_along(_THING, found, moves, name=lambda one: one.name)
        RelaySource.objects.unscoped(_WHY).bulk_update(found, ["unit"], batch_size=1000)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give back those that still stand there."""
        came = going_along.came(moved, _THING)
        there = _living({one.to_unit for one in came.values()}).filter(pk__in=came)
        back = going_along.hand_back(_THING, there.select_for_update(of=("self",)), moved)
        RelaySource.objects.unscoped(_WHY).bulk_update(back, ["unit"], batch_size=1000)
        return len(back)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: a source names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Return how many sources a leaver proposed that still wait; who proposed is never rewritten."""
        waiting = RelaySource.objects.unscoped(_WHY).filter(proposed_by=from_user, state=SourceState.PROPOSED)
        return int(waiting.count())

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many proposals nobody at their unit could put in force, other than who proposed."""
        waiting = list(_living(unit_ids).filter(state=SourceState.PROPOSED))
        able = orgs.holders_of({row.unit_id for row in waiting}, permission="bulletins.approve")
        return sum(not set(able[row.unit_id]) - {row.proposed_by_id} for row in waiting)


def _living(unit_ids: Collection[int]) -> ScopedQuerySet[RelaySource]:
    found: ScopedQuerySet[RelaySource] = RelaySource.objects.unscoped(_WHY).filter(unit_id__in=list(unit_ids))
    return found.filter(state__in=_LIVING).order_by("unit_id", "pk")
