"""Priority items of one commune on its programme: which meet, when each begins, and moving one that is planned."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from loa.bulletins.rules import Urgency
from loa.devices import queries as devices
from loa.dispatch import commands as dispatching
from loa.dispatch import rules as dispatch_rules
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.media import queries as media
from loa.orgs.models import Unit
from loa.orgs.rules import Level
from loa.schedules import checks, hours, rules
from loa.schedules.models import Slot
from loa.schedules.rules import Item, Turn
from loa.schedules.rules.hours import Timed
from loa_protocol import uuid7
from loa_protocol.plan import Priority

_LOCK = 7_303_010
"""Held while priority items are put on a programme: two at once see each other."""
_WHY = "the programme of a commune whose right was checked"


def serialize() -> None:
    """Let priority items come onto programmes one after the other until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def ground_path(unit: Unit) -> str:
    """Return the path of the commune whose programme a unit's items stand on; a higher unit has its own."""
    return unit.path.rpartition("/")[0] if unit.level == Level.HAMLET else unit.path


def others(slot: Slot, *, now: datetime) -> list[Slot]:
    """Return the other priority items to come or on the air on the programme a slot stands on."""
    ground = ground_path(slot.unit)
    slots: ScopedQuerySet[Slot] = Slot.objects.unscoped(_WHY).filter(
        unit__path__within=ground,
        state=rules.State.PLACED,
        is_priority=True,
        airing__state__in=dispatch_rules.STANDING,
        airing__end_at__gt=now,
    )
    return list(whole(slots.exclude(pk=slot.pk)))


def whole(slots: ScopedQuerySet[Slot]) -> ScopedQuerySet[Slot]:
    """Return slots with all that `item` needs."""
    return slots.select_related(
        "unit", "airing__unit", "bulletin__unit", "bulletin__current", "receipt__sending__unit"
    ).order_by("pk")


def item(slot: Slot, *, start_at: datetime | None, now: datetime, is_new: bool = False) -> Item:
    """Return a slot, loaded by `whole`, as the rules know it, as if it began at `start_at`.

    What begins within `LOA_CLASH_LEAD` stays where it is, unless it is new: then no device counts on it yet.
    """
    sending = slot.receipt.sending if slot.receipt is not None else None
    sender = sending.unit if sending is not None else slot.bulletin.unit
    return Item(
        id=slot.pk,
        urgency=Urgency.PRIORITY if slot.is_priority else Urgency.NORMAL,
        height=sender.path.count("/") + 1,
        sent_at=sending.sent_at if sending is not None else slot.requested_at,
        start_at=start_at,
        length=length(slot),
        devices=_devices(slot),
        is_fixed=not is_new and start_at is not None and start_at - settings.LOA_CLASH_LEAD <= now,
    )


def planned(slot: Slot) -> datetime | None:
    """Return when a slot begins as the plan stands."""
    return slot.airing.start_at if slot.airing is not None else slot.start_at


def length(slot: Slot) -> timedelta:
    """Return how long a slot, loaded by `whole`, sounds."""
    if slot.airing is not None:
        return timedelta(milliseconds=slot.airing.clip_duration_ms)
    current = slot.bulletin.current
    clip = media.facts([current.clip_id]).get(current.clip_id) if current and current.clip_id else None
    return timedelta(milliseconds=clip.duration_ms if clip else 1)


def meeting(new: Item, items: Sequence[Item]) -> list[Item]:
    """Return an item with those it meets, and those they would meet once they are put one after the other."""
    group = [new]
    lengths = {one.id: one for one in (new, *items)}
    while True:
        starts = {turn.id: turn.start_at for turn in rules.laid(group)} if len(group) > 1 else {new.id: new.start_at}
        spans = [_at(lengths[name], start) for name, start in starts.items()]
        more = [one for one in items if one not in group and any(rules.is_clash(one, span) for span in spans)]
        if not more:
            return group
        group += more


def lay(scope: Scope, slots: Sequence[Slot], turns: Sequence[Turn], *, now: datetime) -> None:
    """Put planned slots at their turns; what stands there already is left alone."""
    of = {slot.pk: slot for slot in slots}
    for turn in turns:
        slot = of[turn.id]
        if slot.airing is not None and turn.start_at is not None and slot.airing.start_at != turn.start_at:
            _move(scope, slot, start_at=turn.start_at, now=now)


def check_hours(slots: Sequence[Slot], turns: Sequence[Turn], *, now: datetime) -> None:
    """Raise `QuietHours` or `HoursBroken` when an order would move an item where hour rules do not let it sound."""
    of = {slot.pk: slot for slot in slots}
    for turn in turns:
        slot = of[turn.id]
        if turn.start_at is None or turn.start_at == planned(slot):
            continue
        (item,) = hours.timed([slot], now=now)
        moved = Timed(key=item.key, start_at=turn.start_at, end_at=turn.start_at + (item.end_at - item.start_at))
        hours.check(
            slot.unit,
            [moved],
            overridden=slot.overridden,
            wakes=slot.wakes,
            device_ids=slot.device_ids,
            now=now,
        )


def priority(slot: Slot) -> Priority:
    """Return the rung of the ladder on which a slot airs."""
    return Priority.PRIORITY if slot.is_priority else Priority.SCHEDULED


def _move(scope: Scope, slot: Slot, *, start_at: datetime, now: datetime) -> None:
    """Take a slot's airing back and make another at a new time: an airing itself never changes."""
    former = slot.airing
    if former is None or slot.bulletin.current is None or slot.bulletin.current.clip_id is None:
        return
    power = checks.with_power(scope)
    end = dispatching.stop if dispatch_rules.is_frozen(former.start_at, now=now) else dispatching.cancel
    end(power, former, reason=_("Moved: another priority item comes first."), now=now)
    slot.airing = dispatching.request(
        power,
        slot.unit,
        title=former.title,
        clip=media.facts([slot.bulletin.current.clip_id])[slot.bulletin.current.clip_id],
        start_at=start_at,
        device_ids=slot.device_ids,
        priority=priority(slot),
        source=f"slot:{slot.pk}:{uuid7.make()}",
        requested_by=slot.requested_by,
        tolerance_most=hours.late_most(slot.unit, Timed(key="", start_at=start_at, end_at=start_at + length(slot))),
        exception=former.exception,
        now=now,
    )
    slot.save(update_fields=["airing"])


def _devices(slot: Slot) -> set[uuid.UUID] | None:
    if slot.device_ids is not None:
        return set(slot.device_ids)
    return set(devices.enrolled_below(slot.unit.path)) if slot.unit.level == Level.HAMLET else None


def _at(one: Item, start_at: datetime | None) -> Item:
    return Item(
        id=one.id,
        urgency=one.urgency,
        height=one.height,
        sent_at=one.sent_at,
        start_at=start_at,
        length=one.length,
        devices=one.devices,
        is_fixed=one.is_fixed,
    )
