"""Asking for a place and a time, and taking it back."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from loa.bulletins import queries as bulletins
from loa.bulletins.refusals import EmergencyStands
from loa.dispatch import commands as dispatching
from loa.kernel.command import command, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope
from loa.orgs.models import Unit
from loa.schedules import checks, clashing, rules
from loa.schedules.models import Slot


@command("schedules.request", channel=Slot.scope_channel)
def ask(
    scope: Scope,
    unit: Unit,
    /,
    *,
    bulletin_id: uuid.UUID,
    start_at: datetime | None,
    device_ids: Sequence[uuid.UUID] | None,
    requested_by: str,
    confirmed: bool = False,
    override: str = "",
    priority_reason: str = "",
    replaces: Sequence[uuid.UUID] = (),
    now: datetime,
) -> Slot:
    """Ask for a bulletin to air below a unit, or on some of its devices, at a time or as soon as it is approved.

    It waits for an approver, also when the words are approved already. `replaces` are wishes of the bulletin that are
    taken back with this one; `WrongState` when one of them no longer waits. With a `priority_reason` it comes first in
    the programme; `override` says why it may break hour rules, for whoever decides. The same wish twice is one slot.
    Raises `TooLate`, `TooFarAhead`, `QuietHours` unless `confirmed`, `HoursBroken` without a reason,
    `Withdrawn`, `OutsideBulletin`, `NoLongerValid`, `NotYetValid`; `NotFound` for a bulletin out of reach or a device
    that does not stand below the unit.
    """
    bulletin = bulletins.held(scope, bulletin_id)
    checks.bulletin(bulletin, unit)
    checks.moment(start_at, now=now)
    checks.holds(bulletin, start_at, now=now)
    why_first = checks.priority_reason(priority_reason)
    wanted = None if device_ids is None else checks.devices_below(device_ids, unit)
    slot = Slot(
        bulletin=bulletin,
        unit=unit,
        device_ids=wanted,
        start_at=start_at,
        confirmed=confirmed,
        is_priority=bool(why_first),
        priority_reason=why_first,
        asked_by=scope.actor.id,
        requested_by=requested_by,
        requested_at=now,
        state=rules.State.WAITING,
    )
    checks.allowed(scope, slot, override=override, now=now)
    twin = checks.twin(slot)
    _replace(scope, bulletin.pk, [old for old in replaces if twin is None or old != twin.pk], now=now)
    if twin is not None:
        note(slot=twin.pk, again=True)
        return twin
    slot.save(force_insert=True)
    note(slot=slot.pk, bulletin=bulletin_id, start_at=start_at)
    return slot


@command("schedules.request")
def drop(scope: Scope, slot: Slot, /, *, now: datetime) -> Slot:
    """Take a wish back and cancel the airing made of it; `AboutToAir` when it is too close and can only be stopped.

    `EmergencyStands` for an emergency: its sender calls it back.
    """
    held = checks.hold(slot.pk)
    if held.sending_id is not None:
        raise EmergencyStands
    if held.state == rules.State.PLACED and held.airing is not None:
        dispatching.cancel(checks.with_power(scope), held.airing, reason=_("The request was taken back."), now=now)
    elif held.state not in rules.STANDING:
        raise WrongState
    held.state = rules.State.CANCELLED
    held.save(update_fields=["state"])
    clashing.settle(scope, held, now=now)
    return held


def _replace(scope: Scope, bulletin_id: uuid.UUID, slot_ids: Sequence[uuid.UUID], *, now: datetime) -> None:
    """Take former wishes back. One that was taken back already is fine; one that may air by now is not."""
    former = Slot.objects.unscoped("drop checks the right to each").filter(pk__in=slot_ids, bulletin_id=bulletin_id)
    for old in former.select_related("unit").order_by("pk"):
        if old.state == rules.State.WAITING:
            drop(scope, old, now=now)
        elif old.state in rules.STANDING:
            raise WrongState
