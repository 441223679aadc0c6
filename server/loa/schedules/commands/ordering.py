"""Deciding in which order priority items air that want the same time."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from loa.kernel.command import command, note
from loa.kernel.scope import Scope
from loa.schedules import checks, clashing, laying
from loa.schedules.models import Clash, Slot
from loa.schedules.refusals import OrderChanged, OrderOver
from loa.schedules.rules import ClashState


@command("schedules.request", channel=Slot.scope_channel)
def decide_order(scope: Scope, clash: Clash, /, *, order: Sequence[uuid.UUID], now: datetime) -> Clash:
    """Choose in which order the items air, one after the other. `OrderOver` once it is settled, `OrderChanged`."""
    decider = checks.person(scope)
    laying.serialize()
    held = clashing.hold(clash.pk)
    if held.state != ClashState.OPEN or now >= held.applies_at:
        raise OrderOver
    if sorted(order) != sorted(clashing.slots_of(held)):
        raise OrderChanged
    clashing.order(scope, held, order, now=now)
    clashing.close(held, ClashState.DECIDED, by=decider, now=now)
    note(order=[str(slot) for slot in order])
    return held


@command("schedules.request")
def apply_default(_scope: Scope, clash: Clash, /, *, now: datetime) -> Clash:
    """Put on record that nobody decided in time, so that the default order stands; for the clock."""
    held = clashing.hold(clash.pk)
    if held.state == ClashState.OPEN and now >= held.applies_at:
        clashing.close(held, ClashState.DEFAULTED, now=now)
        note(default=[str(slot) for slot in clashing.slots_of(held)])
    return held
