"""What becomes of tunes when units change: they go along, but for one whose name the heir uses already."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.kernel.scoped import ScopedQuerySet
from loa.media.models import Tune
from loa.orgs import ports as going_along
from loa.orgs.ports import Clash, Move, Moved

_WHY = "the tunes of a unit go along when it changes"
_THING = "tune:"


class TuneKeeper:
    """Keeps what sounds before, after and under a unit's bulletins."""

    name = "media.tune"
    words: str | Promise = _("tunes")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many tunes each unit has."""
        return Counter(_running(unit_ids).values_list("unit_id", flat=True))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Tunes do not clash: people choose among them."""
        return ()

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:
        """Give the tunes to the unit that takes over; one whose name is taken there for the same use ends."""
        heirs = going_along.heirs(moves)
        taken = set(_running(heirs.values()).exclude(unit_id__in=heirs).values_list("unit_id", "use", "name"))
        moved = []
        for tune in _running(heirs).select_for_update(of=("self",)):
            heir = heirs[tune.unit_id]
            moved.append(Moved(thing=f"{_THING}{tune.pk}", name=tune.name, from_unit=tune.unit_id, to_unit=heir))
            if (heir, tune.use, tune.name) in taken:
                tune.ended_at = now
            else:
                taken.add((heir, tune.use, tune.name))
                tune.unit_id = heir
            tune.save(update_fields=["ended_at", "unit"])
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give the tunes back, and offer again those that had ended for the heir's."""
        former = going_along.came(moved, _THING)
        taken = set(_running({one.from_unit for one in former.values()}).values_list("unit_id", "use", "name"))
        tunes: ScopedQuerySet[Tune] = Tune.objects.unscoped(_WHY).filter(pk__in=former)
        back = 0
        for tune in tunes.order_by("pk"):
            came_from = former[tune.pk].from_unit
            was_moved = tune.ended_at is None and tune.unit_id == former[tune.pk].to_unit
            was_ended = tune.ended_at is not None and tune.unit_id == came_from
            if (came_from, tune.use, tune.name) in taken or not (was_moved or was_ended):
                continue
            tune.unit_id, tune.ended_at = came_from, None
            tune.save(update_fields=["ended_at", "unit"])
            taken.add((came_from, tune.use, tune.name))
            back += 1
        return back

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: a tune names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Return 0: a tune is the unit's."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:  # noqa: ARG002 - as the port says
        """Return 0: a tune is offered whether or not somebody looks after it."""
        return 0


def _running(unit_ids: Collection[int]) -> ScopedQuerySet[Tune]:
    tunes: ScopedQuerySet[Tune] = Tune.objects.unscoped(_WHY)
    return tunes.filter(unit_id__in=list(unit_ids), ended_at=None).order_by("unit_id", "use", "name", "pk")
