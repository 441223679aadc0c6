"""Guidance as both sides see it: what was published and who has read and done it, what came and what is to do."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q

from loa.bulletins import rules
from loa.bulletins.models import Addressee, Guidance, Reading
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.rules import Level

GUIDANCE_LOOKED_AT = 50
"""How many of the newest are looked through for what is still to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heeded:
    """How one unit stands with guidance, and who there has read it, the first first."""

    addressee: Addressee
    standing: rules.Standing
    read_at: datetime | None
    readings: Sequence[Reading] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The indicator: how many of the units addressed read and did it in time; without a day, any time is."""

    addressed: int
    read_in_time: int
    due: int
    done_in_time: int
    overdue: int

    @property
    def read_pct(self) -> int | None:
        """Return how many of a hundred read it in time; None when nobody was addressed."""
        return None if not self.addressed else self.read_in_time * 100 // self.addressed

    @property
    def done_pct(self) -> int | None:
        """Return how many of a hundred did it in time, of those with a day; None when there are none."""
        return None if not self.due else self.done_in_time * 100 // self.due


def published(scope: Scope) -> ScopedQuerySet[Guidance]:
    """Return the guidance that units in reach have published, newest first."""
    found: ScopedQuerySet[Guidance] = Guidance.objects.within(scope, "bulletins.view")
    return found.select_related("unit", "published_by", "ended_by", "document").order_by("-published_at", "-pk")


def guidance(scope: Scope, guidance_id: uuid.UUID) -> Guidance:
    """Return one; `NotFound` when it is absent or outside the scope."""
    found = published(scope).filter(pk=guidance_id).first()
    if found is None:
        raise NotFound
    return found


def addressees(scope: Scope, guidance_ids: Sequence[uuid.UUID]) -> ScopedQuerySet[Addressee]:
    """Return the units in reach to which guidance went."""
    found: ScopedQuerySet[Addressee] = Addressee.objects.within(scope, "bulletins.view")
    return _complete(found.filter(guidance__in=list(guidance_ids))).order_by(
        "unit__sort_order", "unit__path", "sent_to__path", "pk"
    )


def guidance_for(scope: Scope) -> ScopedQuerySet[Addressee]:
    """Return what has come from above to the units for which a person works, the newest or last reminded first."""
    found: ScopedQuerySet[Addressee] = Addressee.objects.within(scope, "bulletins.view")
    if not scope.everywhere:
        roots = [root.partition("#")[0].removesuffix("!") for root in scope.roots("bulletins.view")]
        here = Q(unit__path__in=roots) | Q(unit__level=Level.HAMLET, unit__parent__path__in=roots)
        found = found.filter(here).exclude(guidance__unit__path__in=roots)
    return _complete(found).order_by("-guidance__published_at", "-pk")


def addressed(scope: Scope, addressee_id: uuid.UUID) -> Addressee:
    """Return one of them; `NotFound` when it is absent or not for a unit the person works for."""
    found = guidance_for(scope).filter(pk=addressee_id).first()
    if found is None:
        raise NotFound
    return found


def is_sent_along(scope: Scope, document_id: uuid.UUID) -> bool:
    """Tell whether a document goes along with guidance that came to a unit the person works for."""
    return guidance_for(scope).filter(guidance__document_id=document_id).exists()


def has_read(scope: Scope, addressee: Addressee) -> bool:
    """Tell whether this person has opened it before."""
    return Reading.objects.filter(addressee=addressee, person_id=int(scope.actor.id)).exists()


def unread_guidance(scope: Scope) -> ScopedQuerySet[Addressee]:
    """Return what of that which came is new to this person's unit, or due and not done."""
    was_read = Exists(Reading.objects.filter(addressee=OuterRef("pk")))
    waits = Q(guidance__ended_at=None, done_at=None) & (~was_read | Q(guidance__due_on__isnull=False))
    return guidance_for(scope).filter(waits)


def guidance_to_do(scope: Scope, *, most: int, now: datetime) -> list[Heeded]:
    """Return what a person's unit has still to read, or to do by a day, the most pressing first."""
    came = guidance_for(scope).filter(guidance__ended_at=None, done_at=None)[:GUIDANCE_LOOKED_AT]
    return [one for one in heeded(came, now=now) if _waits(one)][:most]


def heeded(found: Iterable[Addressee], *, now: datetime) -> list[Heeded]:
    """Return how these units stand, exceptions first; load them through this room's queries. Two queries."""
    units = list(found)
    of_unit: dict[uuid.UUID, list[Reading]] = {one.pk: [] for one in units}
    readings = Reading.objects.filter(addressee__in=[one.pk for one in units]).select_related("person")
    for reading in readings.order_by("read_at", "pk"):
        of_unit[reading.addressee_id].append(reading)
    stand = [_stands(one, of_unit[one.pk], now=now) for one in units]
    return sorted(stand, key=lambda one: rules.EXCEPTIONS_FIRST.index(one.standing))


def guidance_figures(scope: Scope, *, since: datetime, until: datetime, now: datetime) -> Figures:
    """Return what became of guidance published in a half-open span, over all units in reach. One query."""
    found: ScopedQuerySet[Addressee] = Addressee.objects.within(scope, "bulletins.view")
    asked = found.filter(guidance__published_at__gte=since, guidance__published_at__lt=until)
    rows = list(
        asked.annotate(first=Min("readings__read_at"))
        .order_by("pk")
        .values_list("first", "done_at", "guidance__due_on", "guidance__ended_at")
    )
    due = [row for row in rows if row[2] is not None]
    stands = [
        rules.standing(read_at=first, done_at=done_at, due_on=due_on, is_ended=ended_at is not None, now=now)
        for first, done_at, due_on, ended_at in rows
    ]
    return Figures(
        addressed=len(rows),
        read_in_time=sum(rules.is_in_time(first, due_on) for first, _done, due_on, _ended in rows),
        due=len(due),
        done_in_time=sum(rules.is_in_time(done_at, due_on) for _first, done_at, due_on, _ended in due),
        overdue=stands.count(rules.Standing.OVERDUE),
    )


def _waits(one: Heeded) -> bool:
    is_due = one.addressee.guidance.due_on is not None
    return one.standing in {rules.Standing.NEW, rules.Standing.OVERDUE} or (
        is_due and one.standing == rules.Standing.READ
    )


def _stands(addressee: Addressee, readings: Sequence[Reading], *, now: datetime) -> Heeded:
    read_at = readings[0].read_at if readings else None
    asked = addressee.guidance
    stands = rules.standing(
        read_at=read_at, done_at=addressee.done_at, due_on=asked.due_on, is_ended=asked.ended_at is not None, now=now
    )
    return Heeded(addressee=addressee, standing=stands, read_at=read_at, readings=tuple(readings))


def _complete(found: ScopedQuerySet[Addressee]) -> ScopedQuerySet[Addressee]:
    return found.select_related(
        "unit", "sent_to", "done_by", "guidance__unit", "guidance__published_by", "guidance__document"
    )
