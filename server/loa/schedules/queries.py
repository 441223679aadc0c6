"""Every read of slots."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from loa.bulletins import queries as bulletins
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.models import Unit
from loa.schedules import hours, programme, refusals, rules
from loa.schedules.laid import proposed_hours as proposed_hours  # noqa: PLC0414 - others enter by this door
from loa.schedules.models import Clash, ClashPart, EntryVersion, Slot
from loa.schedules.rules.hours import Breach, Broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Waking:
    """How many clusters airings in the quiet hours would wake, in which unit; `unit` is None when in several."""

    count: int
    unit: Unit | None


def visible(scope: Scope) -> ScopedQuerySet[Slot]:
    """Return the slots this scope may see with unit, bulletin and airing, last asked first."""
    slots: ScopedQuerySet[Slot] = Slot.objects.within(scope, "schedules.view")
    return slots.select_related("unit", "bulletin", "airing").order_by("-requested_at", "-pk")


def get(scope: Scope, slot_id: uuid.UUID) -> Slot:
    """Return one slot; `NotFound` when it is absent or outside the scope."""
    found = visible(scope).filter(pk=slot_id).first()
    if found is None:
        raise NotFound
    return found


def of_bulletin(scope: Scope, bulletin_id: uuid.UUID) -> ScopedQuerySet[Slot]:
    """Return the slots of a bulletin, last asked first."""
    return visible(scope).filter(bulletin_id=bulletin_id)


def for_unit(scope: Scope, unit: Unit, *, start_at: datetime, end_at: datetime) -> ScopedQuerySet[Slot]:
    """Return the slots below a unit that begin in the span, and those that wait for an approval to begin at once."""
    timed = Q(start_at__gte=start_at, start_at__lt=end_at)
    waits = Q(start_at=None, state__in=[rules.State.WAITING, rules.State.APPROVED])
    return visible(scope).filter(timed | waits, unit__path__within=unit.path)


def waiting_for(scope: Scope, *, now: datetime) -> ScopedQuerySet[Slot]:
    """Return the places of approved bulletins this person may decide on, soonest first. Never one's own, none past."""
    slots: ScopedQuerySet[Slot] = Slot.objects.unscoped("narrowed to bulletins this scope may approve")
    waiting = slots.filter(
        Q(receipt=None, bulletin__in=bulletins.approved_for(scope)) | Q(pk__in=to_agree(scope).values("pk")),
        Q(start_at=None) | Q(start_at__gt=now),
        state=rules.State.WAITING,
    )
    return waiting.exclude(asked_by=scope.actor.id).select_related("unit", "bulletin").order_by("start_at", "pk")


def to_agree(scope: Scope) -> ScopedQuerySet[Slot]:
    """Return what a unit took from above, and waits for a second person there: this one may be it."""
    found: ScopedQuerySet[Slot] = Slot.objects.within(scope, "bulletins.approve")
    return found.filter(state=rules.State.WAITING, receipt__isnull=False).exclude(asked_by=scope.actor.id)


def clashes(scope: Scope) -> ScopedQuerySet[Clash]:
    """Return the questions of order in reach, soonest first: open ones are tasks, the others history."""
    found: ScopedQuerySet[Clash] = Clash.objects.within(scope, "schedules.view")
    return found.select_related("unit", "decided_by").order_by("applies_at", "pk")


def open_clashes(scope: Scope) -> ScopedQuerySet[Clash]:
    """Return the questions of order that this person may answer, the soonest first."""
    found: ScopedQuerySet[Clash] = Clash.objects.within(scope, "schedules.request")
    return found.filter(state=rules.ClashState.OPEN).select_related("unit").order_by("applies_at", "pk")


def clash(scope: Scope, clash_id: uuid.UUID) -> Clash:
    """Return one; `NotFound` when it is absent or outside the scope."""
    found = clashes(scope).filter(pk=clash_id).first()
    if found is None:
        raise NotFound
    return found


def parts_of(clash: Clash) -> list[ClashPart]:
    """Return the items of a question in scope, in the order in which they stand: decided, else the default."""
    parts = ClashPart.objects.unscoped("parts of a clash already in scope").filter(clash=clash)
    whole = parts.select_related("slot__unit", "slot__airing", "slot__bulletin__unit", "slot__receipt__sending__unit")
    return sorted(whole, key=lambda part: (part.place or part.default_place, part.pk))


def places_sha256(slots: Sequence[Slot]) -> str:
    """Return the digest of where and when these slots, loaded with `unit`, are to air."""
    return rules.places_sha256(
        rules.Place(
            unit_path=slot.unit.path,
            device_ids=slot.device_ids,
            start_at=slot.start_at,
            is_priority=slot.is_priority,
        )
        for slot in slots
    )


def waking(slots: Sequence[Slot], *, now: datetime) -> Waking | None:
    """Return what these slots, loaded with `unit`, would wake if they were approved now; None outside the quiet hours.

    A cluster counts once. What lies in the past wakes nobody.
    """
    ahead = [slot for slot in slots if _is_ahead(slot, now=now)]
    items = zip(ahead, hours.timed(ahead, now=now), strict=True)
    quiet = [(slot, one) for slot, one in items if hours.is_quiet(slot.unit, [one])]
    if not quiet:
        return None
    woken: set[uuid.UUID] = set()
    for slot, one in quiet:
        woken |= hours.woken_by(slot.unit, [one], device_ids=slot.device_ids)
    units = {slot.unit.pk: slot.unit for slot, _ in quiet}
    return Waking(count=len(woken), unit=next(iter(units.values())) if len(units) == 1 else None)


def breaking(slots: Sequence[Slot], *, now: datetime) -> list[Breach]:
    """Return which hour rules, beside the quiet hours, these slots would break; loaded as for `waking`."""
    ahead = [slot for slot in slots if _is_ahead(slot, now=now)]
    items = zip(ahead, hours.timed(ahead, now=now), strict=True)
    found = [breach for slot, one in items for breach in hours.broken(slot.unit, [one], now=now)]
    return [breach for breach in found if breach.rule is not Broken.QUIET]


def is_far(bulletin_id: uuid.UUID, *, also: Sequence[Slot] = ()) -> bool:
    """Tell whether what stands for a bulletin, with these slots, reaches beyond one commune: room bulletins asks."""
    slots: ScopedQuerySet[Slot] = Slot.objects.unscoped("a fact about the bulletin, for the way it is approved")
    standing = slots.filter(bulletin_id=bulletin_id, state__in=rules.STANDING)
    places = list(standing.values_list("unit__level", "unit__path"))
    return rules.is_far([*places, *((slot.unit.level, slot.unit.path) for slot in also)])


def last_asked(bulletin_id: uuid.UUID) -> datetime | None:
    """Return the last time at which a bulletin is to air as far as anything stands: room bulletins asks."""
    slots: ScopedQuerySet[Slot] = Slot.objects.unscoped("a fact about the bulletin, for how long it is valid")
    last: datetime | None = slots.filter(bulletin_id=bulletin_id, state__in=rules.STANDING).aggregate(
        last=Max("start_at")
    )["last"]
    return last


def entries_waiting(scope: Scope) -> ScopedQuerySet[EntryVersion]:
    """Return the versions of a programme that wait for this person's approval."""
    return programme.waiting_for(scope)


def reason(slot: Slot) -> str:
    """Return why a slot could not become an airing, in the language of the moment; empty when it could or may yet."""
    return str(refusals.SENTENCES.get(slot.reason, slot.reason))


def _is_ahead(slot: Slot, *, now: datetime) -> bool:
    return slot.start_at is None or slot.start_at > now
