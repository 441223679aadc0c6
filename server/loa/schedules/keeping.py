"""What becomes of slots when units change: those to come go along, and reach the clusters they were meant for."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Count, Max, Q
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.devices import queries as devices
from loa.kernel import clock
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports as going_along
from loa.orgs import queries as orgs
from loa.orgs.ports import Clash, Move, Moved
from loa.schedules import meeting, rules
from loa.schedules.models import Slot
from loa.schedules.rules import State

_WHY = "slots to come go along when their units change"
_THING = "slot:"
_NOBODY = "nobody_there"


class SlotKeeper:
    """Keeps when and where bulletins are to air. What has begun stays where it was heard."""

    name = "schedules"
    words: str | Promise = _("places in the programme")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many slots to come each unit has."""
        return Counter(_coming(unit_ids, now=clock.now()).order_by().values_list("unit_id", flat=True))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:
        """Return hours in which two bulletins would sound in one unit, and bulletins that would sound twice."""
        return meeting.clashes(moves, _of_moves(moves, start_at=rules.midnight(on)))

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:
        """Give the slots to come to the unit that takes over.

        One meant for all clusters of its unit keeps to these: nobody approved it for the others that are there now. One
        that was approved for a unit without clusters is refused.
        """
        found = list(_coming(going_along.heirs(moves), now=now).select_for_update(of=("self",)).order_by("pk"))
        stood = devices.stood_below([slot.unit_id for slot in found], before=timezone.localdate(now))
        for slot in found:
            if slot.device_ids is None and slot.state != State.PLACED:
                slot.device_ids = sorted(stood.get(slot.unit_id, ())) or None
                if slot.device_ids is None and slot.state == State.APPROVED:
                    slot.state, slot.reason = State.REFUSED, _NOBODY
        moved = going_along.hand_along(_THING, found, moves, name=lambda one: one.bulletin.title)
        _keep(found)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:
        """Give back what is still to come; the clusters stay those it was narrowed to."""
        coming = _coming({one.to_unit for one in moved}, now=now).filter(pk__in=going_along.came(moved, _THING))
        there = going_along.hand_back(_THING, coming.select_for_update(of=("self",)), moved)
        _keep(there)
        return len(there)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: a slot names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Return how many slots a leaver asked for that still wait; they stay with the unit.

        Who asked is never rewritten, or the leaver could come to approve it.
        """
        asked: ScopedQuerySet[Slot] = Slot.objects.unscoped(_WHY).filter(asked_by=str(from_user))
        return asked.filter(state=State.WAITING).count()

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many slots wait for an approver whom the unit does not have, other than who asked."""
        waiting = list(_coming(unit_ids, now=clock.now()).filter(state=State.WAITING))
        able = orgs.holders_of({slot.bulletin.unit_id for slot in waiting}, permission="bulletins.approve")
        return sum(not set(map(str, able[slot.bulletin.unit_id])) - {slot.asked_by} for slot in waiting)


def aired(bulletin_ids: Collection[uuid.UUID], *, now: datetime) -> set[uuid.UUID]:
    """Return those of these bulletins that have begun to air at least once: room bulletins asks."""
    begun = Slot.objects.unscoped("what was aired stays where it was").filter(
        bulletin_id__in=list(bulletin_ids), state=State.PLACED, airing__start_at__lte=now
    )
    return set(begun.values_list("bulletin_id", flat=True))


def airings(
    bulletin_id: Combinable, since: datetime | None, until: datetime | None, *, now: datetime
) -> ScopedQuerySet[Slot]:
    """Return the slots of a bulletin that began to air in the half-open span: room bulletins asks as it searches."""
    begun: ScopedQuerySet[Slot] = Slot.objects.unscoped("joined to bulletins that the scope reaches").filter(
        bulletin_id=bulletin_id, state=State.PLACED, airing__start_at__lte=now
    )
    if since is not None:
        begun = begun.filter(airing__start_at__gte=since)
    return begun if until is None else begun.filter(airing__start_at__lt=until)


def airings_of(bulletin_ids: Collection[uuid.UUID], *, now: datetime) -> Mapping[uuid.UUID, tuple[int, datetime]]:
    """Return how often each of these bulletins began to air and when last: room bulletins asks for its lists."""
    begun = Slot.objects.unscoped("bulletins that the scope reaches").filter(
        bulletin_id__in=list(bulletin_ids), state=State.PLACED, airing__start_at__lte=now
    )
    counted = begun.values("bulletin_id").annotate(times=Count("pk"), last=Max("airing__start_at"))
    return {row["bulletin_id"]: (row["times"], row["last"]) for row in counted.order_by("bulletin_id")}


def _of_moves(moves: Sequence[Move], *, start_at: datetime) -> list[Slot]:
    units = {unit for move in moves for unit in (move.from_unit, move.to_unit)}
    slots: ScopedQuerySet[Slot] = Slot.objects.unscoped(_WHY).filter(unit_id__in=units, state__in=rules.STANDING)
    return list(slots.filter(start_at__gte=start_at).select_related("bulletin__current", "unit", "airing"))


def _coming(unit_ids: Collection[int], *, now: datetime) -> ScopedQuerySet[Slot]:
    slots: ScopedQuerySet[Slot] = Slot.objects.unscoped(_WHY).filter(unit_id__in=list(unit_ids))
    ahead = Q(start_at__gt=now) | Q(start_at=None, state__in=[State.WAITING, State.APPROVED])
    return slots.filter(ahead, state__in=rules.STANDING).select_related("bulletin")


def _keep(slots: Sequence[Slot]) -> None:
    columns = ["unit", "device_ids", "state", "reason"]
    Slot.objects.unscoped(_WHY).bulk_update(slots, columns, batch_size=1000)
