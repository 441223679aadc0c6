"""What becomes of hour rules when units change: they go along, unless the unit that takes over has its own."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.kernel.scoped import ScopedQuerySet
from loa.kernel.sentences import filled
from loa.orgs import ports as going_along
from loa.orgs import queries as orgs
from loa.orgs.ports import Clash, Move, Moved
from loa.schedules.models import HourRule
from loa.schedules.rules import RuleState

_WHY = "hour rules go along when their units change"
_THING = "hours:"
_TWO = _("%(unit)s and %(other_unit)s have hour rules of their own. Those of %(unit)s hold from then on.")


class HoursKeeper:
    """Keeps when units may sound; rules that were replaced, and overrides, stay where they held."""

    name = "hours"
    words: str | Promise = _("hour rules")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many rules each unit has, laid down or proposed."""
        return Counter(_standing(unit_ids).values_list("unit_id", flat=True))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:
        """Return where rules of two units meet in one: the first keeps holding, the other ends with its unit."""
        kept, left = _choose(moves, on=on)
        first = {heir: rows[0] for heir, rows in kept.items()}
        return [
            Clash(
                unit=heir,
                sentence=filled(_TWO, unit=first[heir].unit.name, other_unit=row.unit.name),
                things=[f"{_THING}{first[heir].pk}", f"{_THING}{row.pk}"],
            )
            for heir, rows in left.items()
            for row in rows
            if heir in first
        ]

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:
        """Give rules to the unit that takes over where nothing of its own stands in the way."""
        kept, _left = _choose(moves, on=now.date())
        heirs = going_along.heirs(moves)
        found = [row for rows in kept.values() for row in rows if row.unit_id in heirs]
        moved = going_along.hand_along(_THING, found, moves, name=lambda one: str(one.during))
        HourRule.objects.unscoped(_WHY).bulk_update(found, ["unit"], batch_size=1000)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give back those that still hold there."""
        there = going_along.hand_back(_THING, _standing({one.to_unit for one in moved}), moved)
        HourRule.objects.unscoped(_WHY).bulk_update(there, ["unit"], batch_size=1000)
        return len(there)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: a rule names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Return how many rules a leaver proposed that still wait; who proposed is never rewritten."""
        waiting = HourRule.objects.unscoped(_WHY).filter(proposed_by=from_user, state=RuleState.PROPOSED)
        return int(waiting.count())

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many proposals nobody at their unit could lay down, other than who proposed."""
        waiting = list(_standing(unit_ids).filter(state=RuleState.PROPOSED))
        able = orgs.holders_of({row.unit_id for row in waiting}, permission="schedules.lay_down_hours")
        return sum(not set(able[row.unit_id]) - {row.proposed_by_id} for row in waiting)


def _choose(moves: Sequence[Move], *, on: date) -> tuple[dict[int, list[HourRule]], dict[int, list[HourRule]]]:
    """Return by heir the rules that hold there from then on, and those that cannot."""
    heirs = going_along.heirs(moves)
    rows = list(_standing({*heirs, *heirs.values()}).select_related("unit"))
    own = [row for row in rows if row.unit_id not in heirs]
    kept: dict[int, list[HourRule]] = defaultdict(list)
    left: dict[int, list[HourRule]] = defaultdict(list)
    for row in [*own, *(row for row in rows if row.unit_id in heirs)]:
        if row.during.upper is not None and row.during.upper <= on:
            continue
        heir = heirs.get(row.unit_id, row.unit_id)
        meets = any(_meet(row, other) for other in kept[heir])
        (left if meets else kept)[heir].append(row)
    return {heir: those for heir, those in kept.items() if those}, left


def _meet(one: HourRule, other: HourRule) -> bool:
    """Tell whether two rules in force could not both stand at one unit."""
    if one.is_special != other.is_special or {one.state, other.state} != {RuleState.IN_FORCE}:
        return False
    first, second = sorted((one, other), key=lambda row: row.during.lower)
    return first.during.upper is None or first.during.upper > second.during.lower


def _standing(unit_ids: Collection[int]) -> ScopedQuerySet[HourRule]:
    found: ScopedQuerySet[HourRule] = HourRule.objects.unscoped(_WHY).filter(unit_id__in=list(unit_ids))
    return found.filter(state__in=[RuleState.IN_FORCE, RuleState.PROPOSED]).order_by("unit_id", "pk")
