"""A second person for what somebody took from above and may not air alone."""

from datetime import datetime

from loa.kernel.command import command, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope
from loa.schedules import checks, rules
from loa.schedules.commands import placing
from loa.schedules.models import Slot
from loa.schedules.refusals import OwnPlaces


@command("bulletins.approve")
def agree(scope: Scope, slot: Slot, /, *, wakes: int | None = None, override: str = "", now: datetime) -> Slot:
    """Agree to the time a colleague chose for an item from above: it wakes people, or breaks hour rules.

    Refusals as for `approve_place`; `OwnPlaces` for who took it.
    """
    decider = checks.person(scope)
    held = _held(scope, slot)
    checks.moment(held.start_at, now=now)
    checks.holds(held.bulletin, held.start_at, now=now)
    checks.near_or_fresh(scope, [held])
    checks.waking([held], wakes=wakes, now=now)
    checks.set_aside(scope, held, override=override, wakes=wakes, now=now)
    _decide(held, rules.State.APPROVED, decider=decider, wakes=wakes, now=now)
    note(wakes=wakes)
    return placing.place(checks.with_power(scope), held, now=now)


@command("bulletins.approve")
def disagree(scope: Scope, slot: Slot, /, *, now: datetime) -> Slot:
    """Decide that it does not air at the time a colleague chose. `WrongState`, `OwnPlaces` as for `agree`."""
    decider = checks.person(scope)
    held = _held(scope, slot)
    _decide(held, rules.State.DECLINED, decider=decider, wakes=None, now=now)
    return held


def _held(scope: Scope, slot: Slot) -> Slot:
    """Return what waits for a second person, locked."""
    slots = Slot.objects.unscoped("the command checked the right").select_for_update(of=("self",))
    held: Slot = slots.select_related("unit", "bulletin__unit", "bulletin__current").get(pk=slot.pk)
    if held.state != rules.State.WAITING or held.receipt_id is None:
        raise WrongState
    if held.asked_by == scope.actor.id:
        raise OwnPlaces
    return held


def _decide(slot: Slot, state: rules.State, *, decider: int, wakes: int | None, now: datetime) -> None:
    slot.state, slot.decided_by_id, slot.decided_at, slot.wakes = state, decider, now, wakes
    slot.save(update_fields=["state", "decided_by", "decided_at", "wakes", "overridden"])
