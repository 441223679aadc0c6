"""What an approver decides: words with their places, one more place, or a place of their own."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from loa.bulletins import commands as writing
from loa.bulletins import queries as bulletins
from loa.bulletins.models import Bulletin
from loa.bulletins.queries import RevisionFacts
from loa.bulletins.refusals import OwnWork
from loa.bulletins.rules import Asks, Hearing, RevisionState
from loa.kernel.command import command, note
from loa.kernel.errors import NotFound, WrongState
from loa.kernel.scope import Scope
from loa.orgs.models import Unit
from loa.schedules import checks, queries, rules
from loa.schedules.commands import placing
from loa.schedules.models import Slot
from loa.schedules.refusals import OwnPlaces, PlacesChanged, SecondPersonNeeded


@command("bulletins.approve")
def approve(
    scope: Scope,
    bulletin: Bulletin,
    /,
    *,
    number: int,
    hearing: Hearing,
    step: int = 1,
    own_reason: str = "",
    places: str,
    wakes: int | None = None,
    override: str = "",
    now: datetime,
) -> RevisionFacts:
    """Approve the words and the places the person saw; with the last step they air from here.

    What is asked for later waits anew. `places` is `queries.places_sha256` of the slots that waited on the page and
    `wakes` how many clusters the person agreed to wake; `override` why hour rules may be broken. A step that asks for
    the words alone decides on no place. Refusals as for `bulletins.approve`; `PlacesChanged`, `OwnPlaces` for who asked
    for one of them, unless they may approve their own and it wakes nobody; `QuietHours` when more would wake,
    `HoursBroken`, `AnotherWay` when they reach farther than was handed in, `NoLongerValid` or `NotYetValid` when the
    words do not hold at one of the times.
    """
    decider = checks.person(scope)
    held = bulletins.held(scope, bulletin.pk)
    asked = bulletins.waiting_step(held)
    revision = writing.approve(scope, held, number=number, hearing=hearing, step=step, own_reason=own_reason, now=now)
    if asked is not None and asked.asks == Asks.WORDS:
        return bulletins.revision_facts(revision.pk)
    waiting = _waiting(held)
    digest = queries.places_sha256(waiting)
    if digest != places:
        raise PlacesChanged
    if any(slot.asked_by == scope.actor.id for slot in waiting) and not bulletins.approved_their_own(revision.pk):
        raise OwnPlaces
    for slot in waiting:
        checks.holds(held, slot.start_at, now=now)
    checks.same_way(held, waiting, now=now)
    checks.near_or_fresh(scope, waiting)
    if revision.state != RevisionState.APPROVED:
        note(number=number, step=step, places_sha256=digest)
        return bulletins.revision_facts(revision.pk)
    checks.waking(waiting, wakes=wakes, now=now)
    for slot in waiting:
        if checks.needs_another(scope, slot, override=override, now=now):
            raise SecondPersonNeeded
        checks.set_aside(scope, slot, override=override, wakes=wakes, now=now)
        _decide(slot, rules.State.APPROVED, decider=decider, wakes=wakes, now=now)
    note(number=number, places=len(waiting), places_sha256=digest, wakes=wakes)
    return bulletins.revision_facts(revision.pk)


@command("bulletins.approve")
def approve_place(
    scope: Scope,
    bulletin: Bulletin,
    /,
    *,
    slot_id: uuid.UUID,
    wakes: int | None = None,
    override: str = "",
    now: datetime,
) -> Slot:
    """Approve one more place of an approved bulletin and put it on the air in this transaction.

    `OwnPlaces` for who asked, `QuietHours` unless `wakes` covers the clusters it wakes, `HoursBroken` unless they may
    override hour rules and say why, `WrongState` when it waits no more, `NoLongerValid` and `NotYetValid` when the
    words do not hold then; what `place` refuses is heard here, and the slot then waits on.
    """
    decider, slot = _asked_by_another(scope, bulletin, slot_id)
    return _put(scope, slot, decider=decider, wakes=wakes, override=override, now=now)


@command("bulletins.approve")
def decline_place(scope: Scope, bulletin: Bulletin, /, *, slot_id: uuid.UUID, now: datetime) -> Slot:
    """Decide that a bulletin does not air at this place and time. `OwnPlaces`, `WrongState` as for `approve_place`."""
    decider, slot = _asked_by_another(scope, bulletin, slot_id)
    _decide(slot, rules.State.DECLINED, decider=decider, wakes=None, now=now)
    note(slot=slot.pk)
    return slot


@command("bulletins.approve")
def air(
    scope: Scope,
    bulletin: Bulletin,
    /,
    *,
    unit: Unit,
    start_at: datetime | None,
    device_ids: Sequence[uuid.UUID] | None,
    wakes: int | None = None,
    override: str = "",
    priority_reason: str = "",
    now: datetime,
) -> Slot:
    """Place an approved bulletin directly: who answers for its words may say where and when, except its author.

    What would wake people waits for a second person. The same wish of somebody else is thereby approved. Refusals as
    for `ask` and `approve_place`; `OwnWork`.
    """
    decider = checks.person(scope)
    held = bulletins.held(scope, bulletin.pk)
    checks.approved(held)
    checks.bulletin(held, unit)
    if scope.actor.id in {str(held.author_id), held.current.written_by if held.current else ""}:
        raise OwnWork
    checks.moment(start_at, now=now)
    why_first = checks.priority_reason(priority_reason)
    slot = Slot(
        bulletin=held,
        unit=unit,
        device_ids=None if device_ids is None else checks.devices_below(device_ids, unit),
        start_at=start_at,
        confirmed=wakes is not None,
        is_priority=bool(why_first),
        priority_reason=why_first,
        asked_by=scope.actor.id,
        requested_by=scope.actor.name,
        requested_at=now,
        state=rules.State.WAITING,
    )
    twin = checks.twin(slot)
    if twin is None:
        slot.save(force_insert=True)
    elif twin.state != rules.State.WAITING:
        note(slot=twin.pk, again=True)
        return twin
    chosen = twin or slot
    checks.waking([chosen], wakes=wakes, now=now)
    if checks.needs_another(scope, chosen, override=override, now=now):
        chosen.save(update_fields=["override_reason"])
        note(slot=chosen.pk, waits=True)
        return chosen
    return _put(scope, chosen, decider=decider, wakes=wakes, override=override, now=now)


def _asked_by_another(scope: Scope, bulletin: Bulletin, slot_id: uuid.UUID) -> tuple[int, Slot]:
    """Return who decides and the place, locked, that waits below an approved bulletin; `OwnPlaces` for who asked."""
    decider = checks.person(scope)
    held = bulletins.held(scope, bulletin.pk)
    checks.approved(held)
    slot = _waiting_one(held, slot_id)
    if slot.asked_by == scope.actor.id:
        raise OwnPlaces
    return decider, slot


def _put(scope: Scope, slot: Slot, *, decider: int, wakes: int | None, override: str, now: datetime) -> Slot:
    checks.same_way(slot.bulletin, [slot], now=now)
    checks.near_or_fresh(scope, [slot])
    checks.moment(slot.start_at, now=now)
    checks.holds(slot.bulletin, slot.start_at, now=now)
    checks.waking([slot], wakes=wakes, now=now)
    checks.set_aside(scope, slot, override=override, wakes=wakes, now=now)
    _decide(slot, rules.State.APPROVED, decider=decider, wakes=wakes, now=now)
    note(slot=slot.pk, places_sha256=queries.places_sha256([slot]), wakes=wakes)
    return placing.place(checks.with_power(scope), slot, now=now)


def _decide(slot: Slot, state: rules.State, *, decider: int, wakes: int | None, now: datetime) -> None:
    slot.state, slot.decided_by_id, slot.decided_at, slot.wakes = state, decider, now, wakes
    slot.save(update_fields=["state", "decided_by", "decided_at", "wakes", "overridden"])


def _waiting(bulletin: Bulletin) -> list[Slot]:
    """Return the slots that wait for an approver, locked; nobody adds one while the bulletin is held."""
    slots = Slot.objects.unscoped("the command checked the right").select_for_update(of=("self",))
    waiting = slots.filter(bulletin=bulletin, state=rules.State.WAITING)
    return list(waiting.select_related("unit", "bulletin__current").order_by("pk"))


def _waiting_one(bulletin: Bulletin, slot_id: uuid.UUID) -> Slot:
    slots = Slot.objects.unscoped("the command checked the right").select_for_update(of=("self",))
    found: Slot | None = (
        slots.filter(pk=slot_id, bulletin=bulletin)
        .select_related("unit", "bulletin__unit", "bulletin__current")
        .first()
    )
    if found is None:
        raise NotFound
    if found.state != rules.State.WAITING:
        raise WrongState
    return found
