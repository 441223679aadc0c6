"""What becomes of bulletins when units change or people leave: what is open goes along, what was aired stays."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.bulletins import ports, rules
from loa.bulletins.models import Bulletin, Flow
from loa.bulletins.rules import State
from loa.kernel import clock
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports as going_along
from loa.orgs import queries as orgs
from loa.orgs.ports import Clash, Move, Moved

_WHY = "open bulletins go along when their units change"
_THING = "bulletin:"
_FLOW = "flow:"


class BulletinKeeper:
    """Keeps what units have to say: drafts, what waits for approval, and what is approved and has not aired yet."""

    name = "bulletins"
    words: str | Promise = _("open bulletins")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many open bulletins each unit has."""
        return Counter(bulletin.unit_id for bulletin in _open(unit_ids, now=clock.now()))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Bulletins do not clash: when they air is for room schedules to say."""
        return ()

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:
        """Give what is open to the unit that takes over, whose approvers decide from now on."""
        found = _open(going_along.heirs(moves), now=now)
        moved = going_along.hand_along(_THING, found, moves, name=lambda one: one.title)
        Bulletin.objects.unscoped(_WHY).bulk_update(found, ["unit"], batch_size=1000)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:
        """Give them back where they are still open there."""
        there = going_along.hand_back(_THING, _open({one.to_unit for one in moved}, now=now), moved)
        Bulletin.objects.unscoped(_WHY).bulk_update(there, ["unit"], batch_size=1000)
        return len(there)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: a bulletin names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give a leaver's unfinished bulletins to another author; to nobody in particular, they stay with the unit.

        Who wrote the words stays on record in the revision, so that the leaver can never approve them.
        """
        theirs: ScopedQuerySet[Bulletin] = Bulletin.objects.unscoped(_WHY).filter(author_id=from_user)
        unfinished = theirs.filter(state__in=rules.EDITABLE)
        return unfinished.count() if to_user is None else unfinished.update(author_id=to_user)

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many open bulletins nobody could go on with: none to write, or none but the writer to approve."""
        found = _open(unit_ids, now=clock.now())
        units = {bulletin.unit_id for bulletin in found}
        able = {name: orgs.holders_of(units, permission=name) for name in ("bulletins.write", "bulletins.approve")}
        return sum(not _able(bulletin, able) for bulletin in found)


def _open(unit_ids: Collection[int], *, now: datetime) -> list[Bulletin]:
    found: ScopedQuerySet[Bulletin] = Bulletin.objects.unscoped(_WHY)
    of_units = (
        found.filter(unit_id__in=list(unit_ids))
        .exclude(state__in=[State.WITHDRAWN, State.ARCHIVED])
        .select_related("current")
    )
    bulletins = list(of_units.order_by("pk"))
    aired = ports.aired([one.pk for one in bulletins if one.state == State.APPROVED], now=now)
    return [one for one in bulletins if one.pk not in aired]


def _able(bulletin: Bulletin, able: Mapping[str, Mapping[int, set[int]]]) -> set[int]:
    """Return who can take the next step with a bulletin."""
    if bulletin.state != State.SUBMITTED:
        return able["bulletins.write"][bulletin.unit_id]
    writer = bulletin.current.written_by if bulletin.current else ""
    return able["bulletins.approve"][bulletin.unit_id] - {bulletin.author_id, int(writer) if writer.isdecimal() else 0}


class FlowKeeper:
    """Keeps the ways of approval units laid down: those in force go along, those that are over stay."""

    name = "bulletins.flows"
    words: str | Promise = _("ways of approval")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many ways in force each unit has."""
        return Counter(flow.unit_id for flow in _in_force(unit_ids, now=clock.now()))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:
        """Return the units in which ways of several former units meet: one of them has to end."""
        midnight = datetime.combine(on, time.min, tzinfo=rules.ZONE)
        there = {
            flow.unit_id for flow in _in_force({unit for m in moves for unit in (m.from_unit, m.to_unit)}, now=midnight)
        }
        meeting = Counter(move.to_unit for move in moves if move.from_unit in there)
        return [
            Clash(unit=unit, sentence=_("Several ways of approval meet here: end those that are not to apply."))
            for unit, count in meeting.items()
            if count + (unit in there) > 1
        ]

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:
        """Give the ways in force to the unit that takes over; steps name posts, which went before them."""
        found = _in_force(going_along.heirs(moves), now=now)
        moved = going_along.hand_along(_FLOW, found, moves, name=lambda one: one.name)
        Flow.objects.unscoped(_WHY).bulk_update(found, ["unit"], batch_size=1000)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:
        """Give them back where they are still in force there."""
        there = going_along.hand_back(_FLOW, _in_force({one.to_unit for one in moved}, now=now), moved)
        Flow.objects.unscoped(_WHY).bulk_update(there, ["unit"], batch_size=1000)
        return len(there)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: a way names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Return none: a way is the unit's; a step whose post falls empty goes to who has the right."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:  # noqa: ARG002 - as the port says
        """Return none: as above."""
        return 0


def _in_force(unit_ids: Collection[int], *, now: datetime) -> list[Flow]:
    today = now.astimezone(rules.ZONE).date()
    found: ScopedQuerySet[Flow] = Flow.objects.unscoped(_WHY).filter(unit_id__in=list(unit_ids))
    return list(found.filter(Q(ends_on=None) | Q(ends_on__gt=today)).order_by("pk"))
