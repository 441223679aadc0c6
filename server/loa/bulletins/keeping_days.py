"""What becomes of the days units have set when units change: those to come go along."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.bulletins import rules
from loa.bulletins.models import OwnDay
from loa.kernel import clock
from loa.orgs.ports import Clash, Move, Moved

_WHY = "days off go along when their units change"
_THING = "own_day:"


class OwnDayKeeper:
    """Keeps days to come on which a unit is off, or works; where the heir has set the day itself, its word stands."""

    name = "bulletins.days"
    words: str | Promise = _("days off that were set")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many days to come each unit has set."""
        return Counter(one.unit_id for one in _to_come(unit_ids, now=clock.now()))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Days do not clash: the heir's own word goes first, then the first of its parts."""
        return ()

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:
        """Give the days to come to the unit that takes over."""
        heirs = {move.from_unit: move.to_unit for move in moves}
        taken = {(one.unit_id, one.day) for one in _to_come(heirs.values(), now=now)}
        moved = []
        for one in _to_come(heirs, now=now):
            heir = heirs[one.unit_id]
            if (heir, one.day) in taken:
                continue
            taken.add((heir, one.day))
            moved.append(
                Moved(thing=f"{_THING}{one.pk}", name=one.words, from_unit=one.unit_id, to_unit=heir),
            )
            OwnDay.objects.unscoped(_WHY).filter(pk=one.pk).update(unit_id=heir)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:
        """Give them back where they still stand and nobody has set the day there anew."""
        former = {uuid.UUID(one.thing.removeprefix(_THING)): one for one in moved if one.thing.startswith(_THING)}
        there = {(one.unit_id, one.day) for one in _to_come({one.from_unit for one in former.values()}, now=now)}
        count = 0
        for one in _to_come({was.to_unit for was in former.values()}, now=now):
            was = former.get(one.pk)
            if was is not None and one.unit_id == was.to_unit and (was.from_unit, one.day) not in there:
                count += OwnDay.objects.unscoped(_WHY).filter(pk=one.pk).update(unit_id=was.from_unit)
        return count

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: a day names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Return none: a day is the unit's."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:  # noqa: ARG002 - as the port says
        """Return none: a day needs nobody."""
        return 0


def _to_come(unit_ids: Collection[int], *, now: datetime) -> list[OwnDay]:
    today = now.astimezone(rules.ZONE).date()
    return list(OwnDay.objects.unscoped(_WHY).filter(unit_id__in=list(unit_ids), day__gte=today).order_by("day", "pk"))
