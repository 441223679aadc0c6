"""What a slot must fulfil, and holding its row: shared by the commands of this room."""

import sys
import uuid
from collections.abc import Sequence
from datetime import datetime

from loa.bulletins import queries as bulletins
from loa.bulletins.models import Bulletin
from loa.bulletins.refusals import PersonNeeded, check_holds
from loa.bulletins.rules import State as BulletinState
from loa.bulletins.rules import line
from loa.devices import queries as devices
from loa.dispatch.refusals import NobodyThere, TooFarAhead, TooLate
from loa.kernel.command import demand_fresh
from loa.kernel.errors import NotFound, WrongState
from loa.kernel.scope import ActorKind, Scope, is_within
from loa.orgs.models import Unit
from loa.orgs.rules import is_far
from loa.schedules import bounds, hours, queries, rules
from loa.schedules.models import Slot
from loa.schedules.refusals import AnotherWay, OutsideBulletin, QuietHours, ReasonTooLong, Withdrawn

PRIORITY_REASON_LONGEST = 300
ANY_NUMBER = sys.maxsize
"""Who asks says that people may be woken; how many, the approver says."""


def bulletin(held: Bulletin, unit: Unit) -> None:
    """Raise `Withdrawn`, or `OutsideBulletin` when its leader does not answer for the unit."""
    if held.state == BulletinState.WITHDRAWN:
        raise Withdrawn
    if not is_within(unit.path, held.unit.path):
        raise OutsideBulletin(unit=held.unit.name)


def approved(held: Bulletin) -> None:
    """Raise `Withdrawn`, or `WrongState` when its words do not stand approved."""
    if held.state == BulletinState.WITHDRAWN:
        raise Withdrawn
    if held.state != BulletinState.APPROVED:
        raise WrongState


def holds(held: Bulletin, start_at: datetime | None, *, now: datetime) -> None:
    """Raise `NoLongerValid` or `NotYetValid` when the present wording does not hold when it would be heard.

    None is as soon as approved; a time that has passed is refused elsewhere. `held` is loaded with `current`.
    """
    if held.current is not None and (start_at is None or start_at > now):
        check_holds(held.current.facts, start_at or now)


def moment(start_at: datetime | None, *, now: datetime) -> None:
    """Raise `TooLate` or `TooFarAhead`."""
    if start_at is None:
        return
    if start_at <= now:
        raise TooLate
    if start_at > now + rules.AHEAD_MOST:
        raise TooFarAhead


def allowed(scope: Scope, slot: Slot, *, override: str, now: datetime) -> None:
    """Raise `QuietHours` for a time in them unless who asks said that it is meant, `HoursBroken` unless they say why.

    "As soon as approved" is judged when it is approved.
    """
    slot.override_reason = hours.reason(override)
    if slot.start_at is not None:
        wakes = ANY_NUMBER if slot.confirmed else None
        items = hours.timed([slot], now=now)
        hours.demand(scope, slot.unit, items, override=override, wakes=wakes, decides=False, now=now)


def waking(slots: Sequence[Slot], *, wakes: int | None, now: datetime) -> None:
    """Raise `QuietHours` when the slots wake clusters in them, or more than the `wakes` the approver agreed to.

    `TooManyToWake` for a number nobody has.
    """
    bounds.wakes(wakes)
    woken = queries.waking(slots, now=now)
    if woken is not None and (wakes is None or woken.count > wakes):
        raise QuietHours


def set_aside(scope: Scope, slot: Slot, *, override: str, wakes: int | None, now: datetime) -> None:
    """Keep on the slot, and on record, which hour rules who decides sets aside for it; `HoursBroken` otherwise."""
    items = hours.timed([slot], now=now)
    found = hours.demand(scope, slot.unit, items, override=override, wakes=wakes, device_ids=slot.device_ids, now=now)
    slot.overridden = [one.value for one in found]


def needs_another(scope: Scope, slot: Slot, *, override: str, now: datetime) -> bool:
    """Tell whether what a person chose alone waits for a second: it wakes people, or breaks what they may not override.

    Then the reason stays on the slot for whoever agrees; without one that is `HoursBroken`.
    """
    if slot.asked_by != scope.actor.id:
        return False
    items = hours.timed([slot], now=now)
    wakes = hours.is_quiet(slot.unit, items)
    if not wakes and hours.may_override(scope, slot.unit):
        return False
    slot.override_reason = hours.reason(override)
    broken = hours.demand(scope, slot.unit, items, override=override, wakes=ANY_NUMBER, decides=False, now=now)
    return wakes or bool(broken)


def same_way(bulletin: Bulletin, slots: Sequence[Slot], *, now: datetime) -> None:
    """Raise `AnotherWay` when these, with what stands, reach beyond one commune, and the unit has a way for that which
    the words did not go. `bulletin` is loaded with `unit` and `current`.
    """
    if slots and queries.is_far(bulletin.pk, also=slots) and not bulletins.is_covered(bulletin, is_far=True, on=now):
        raise AnotherWay


def near_or_fresh(scope: Scope, slots: Sequence[Slot]) -> None:
    """Raise `FreshFactorNeeded` when these, with what stands of their bulletins, reach beyond one commune.

    Who decides for more than one commune shows a second factor for it. The bulletin is held, so what stands, stands.
    Where other units put an item from above is each one's own decision, and makes nobody else's go far.
    """
    decided = Slot.objects.unscoped("the command checked the right").filter(
        bulletin_id__in={slot.bulletin_id for slot in slots},
        state__in=(rules.State.APPROVED, rules.State.PLACED),
        receipt=None,
    )
    units = [slot.unit for slot in (*slots, *decided.select_related("unit"))]
    if slots and is_far([(unit.level, unit.path) for unit in units]):
        demand_fresh(scope)


def priority_reason(words: str) -> str:
    """Return why an item of the unit's own comes first, on one line; `ReasonTooLong`."""
    kept = line(words)
    if len(kept) > PRIORITY_REASON_LONGEST:
        raise ReasonTooLong(longest=PRIORITY_REASON_LONGEST)
    return kept


def person(scope: Scope) -> int:
    """Return the id of the person who decides; `PersonNeeded` for a program."""
    if scope.actor.kind is not ActorKind.PERSON or not scope.actor.id.isdecimal():
        raise PersonNeeded
    return int(scope.actor.id)


def devices_below(device_ids: Sequence[uuid.UUID], unit: Unit) -> list[uuid.UUID]:
    """Return the chosen devices sorted, once each. All must stand enrolled below the unit, which the scope reaches."""
    wanted = set(device_ids)
    if not wanted:
        raise NobodyThere
    if not wanted <= set(devices.enrolled_below(unit.path)):
        raise NotFound
    return sorted(wanted)


def twin(slot: Slot) -> Slot | None:
    """Return the same wish that still stands. The bulletin is held, so two at once come one after the other."""
    standing = [rules.State.WAITING, rules.State.APPROVED]
    if slot.start_at is not None:
        standing.append(rules.State.PLACED)
    same = Slot.objects.unscoped("the command checked the right").filter(
        bulletin_id=slot.bulletin_id, unit_id=slot.unit_id, start_at=slot.start_at, state__in=standing
    )
    return next((found for found in same.order_by("pk") if found.device_ids == slot.device_ids), None)


def hold(slot_id: uuid.UUID) -> Slot:
    """Return the row as it stands now with unit and airing, locked until the transaction ends."""
    slots = Slot.objects.unscoped("the command checked the right").select_for_update(of=("self",))
    held: Slot = slots.select_related("unit", "airing__unit").get(pk=slot_id)
    return held


def with_power(scope: Scope) -> Scope:
    """Return a scope that may do in `dispatch` what this room has decided, in the name of who asked."""
    return Scope(actor=scope.actor, everywhere=True, origin=scope.origin, support=scope.support)
