"""Every write of slots."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from loa.bulletins import queries as bulletins
from loa.bulletins.models import Bulletin
from loa.bulletins.rules import State as BulletinState
from loa.devices import queries as devices
from loa.dispatch import commands as dispatching
from loa.dispatch.refusals import AlreadyOver, NobodyThere, TooFarAhead, TooLate
from loa.kernel.command import command, note
from loa.kernel.errors import NotFound, WrongState
from loa.kernel.scope import Scope, is_within
from loa.media import queries as media
from loa.orgs.models import Unit
from loa.schedules import rules
from loa.schedules.models import Slot
from loa.schedules.refusals import ApprovedLongAgo, OutsideBulletin, QuietHours, Withdrawn


@command("schedules.request")
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
    now: datetime,
) -> Slot:
    """Ask for a bulletin to air below a unit, or on some of its devices, at a time or as soon as it is approved.

    An approved bulletin is placed within this transaction, so that its refusals are heard here: `NobodyThere`.
    The same wish twice is one slot. Raises `TooLate`, `TooFarAhead`, `QuietHours` unless `confirmed`, `Withdrawn`,
    `OutsideBulletin`; `NotFound` for a bulletin out of reach or a device that does not stand below the unit.
    """
    bulletin = bulletins.held(scope, bulletin_id)
    _check_bulletin(bulletin, unit)
    _check_time(start_at, confirmed=confirmed, now=now)
    wanted = None if device_ids is None else _check_devices(device_ids, unit)
    slot = Slot(
        bulletin=bulletin,
        unit=unit,
        device_ids=wanted,
        start_at=start_at,
        confirmed=confirmed,
        requested_by=requested_by,
        requested_at=now,
        state=rules.State.WAITING,
    )
    if (twin := _twin(slot)) is not None:
        note(slot=twin.pk, again=True)
        return twin
    slot.save(force_insert=True)
    note(slot=slot.pk, bulletin=bulletin_id, start_at=start_at)
    if bulletin.state == BulletinState.APPROVED:
        return place(_with_power(scope), slot, approved_at=now, now=now)
    return slot


@command("schedules.request")
def place(scope: Scope, slot: Slot, /, *, approved_at: datetime, now: datetime) -> Slot:
    """Turn a waiting slot of an approved bulletin into an airing; a slot that waits no more is returned as it stands.

    Needs a scope that may request airings: the listener's. Raises what `dispatch` refuses, `QuietHours` and
    `ApprovedLongAgo` for one meant for "at once", `NotFound` when the bulletin is not approved.
    """
    held = _hold(slot)
    if held.state != rules.State.WAITING:
        return held
    revision = bulletins.approved(held.bulletin_id)
    if held.start_at is None:
        if now > approved_at + rules.NOW_PATIENCE:
            raise ApprovedLongAgo
        _check_quiet(now, confirmed=held.confirmed)
    if revision.clip_id is None:
        raise NotFound
    airing = dispatching.request(
        scope,
        held.unit,
        title=revision.title,
        clip=media.facts([revision.clip_id])[revision.clip_id],
        start_at=held.start_at,
        device_ids=held.device_ids,
        source=f"slot:{held.pk}",
        requested_by=held.requested_by,
        now=now,
    )
    held.state, held.airing = rules.State.PLACED, airing
    held.save(update_fields=["state", "airing"])
    note(airing=airing.pk)
    return held


@command("schedules.request")
def refuse(_scope: Scope, slot: Slot, /, *, reason: str) -> None:
    """Keep on record why a waiting slot cannot become an airing. `reason` is the code of a refusal."""
    waiting = Slot.objects.unscoped("the command checked the right").filter(pk=slot.pk, state=rules.State.WAITING)
    if waiting.update(state=rules.State.REFUSED, reason=reason) == 1:
        note(reason=reason)


@command("schedules.request")
def drop(scope: Scope, slot: Slot, /, *, now: datetime) -> Slot:
    """Take a wish back and cancel the airing made of it; `AboutToAir` when it is too close and can only be stopped."""
    held = _hold(slot)
    if held.state == rules.State.PLACED and held.airing is not None:
        dispatching.cancel(_with_power(scope), held.airing, reason=_("The request was taken back."), now=now)
    elif held.state != rules.State.WAITING:
        raise WrongState
    held.state = rules.State.CANCELLED
    held.save(update_fields=["state"])
    return held


@command("schedules.request")
def recall(scope: Scope, slot: Slot, /, *, now: datetime) -> Slot:
    """Undo a slot because its bulletin was withdrawn: also what is about to air or on the air. What is over stays."""
    held = _hold(slot)
    if held.state == rules.State.PLACED and held.airing is not None:
        try:
            dispatching.stop(scope, held.airing, reason=_("The bulletin was withdrawn."), now=now)
        except AlreadyOver:
            return held
    elif held.state != rules.State.WAITING:
        return held
    held.state = rules.State.CANCELLED
    held.save(update_fields=["state"])
    return held


def _check_bulletin(bulletin: Bulletin, unit: Unit) -> None:
    if bulletin.state == BulletinState.WITHDRAWN:
        raise Withdrawn
    if not is_within(unit.path, bulletin.unit.path):
        raise OutsideBulletin(unit=bulletin.unit.name)


def _check_time(start_at: datetime | None, *, confirmed: bool, now: datetime) -> None:
    if start_at is None:
        return
    if start_at <= now:
        raise TooLate
    if start_at > now + rules.AHEAD_MOST:
        raise TooFarAhead
    _check_quiet(start_at, confirmed=confirmed)


def _check_quiet(moment: datetime, *, confirmed: bool) -> None:
    if not confirmed and rules.is_quiet(moment):
        raise QuietHours


def _check_devices(device_ids: Sequence[uuid.UUID], unit: Unit) -> list[uuid.UUID]:
    """Return the chosen devices sorted, once each. All must stand enrolled below the unit, which the scope reaches."""
    wanted = set(device_ids)
    if not wanted:
        raise NobodyThere
    if not wanted <= set(devices.enrolled_below(unit.path)):
        raise NotFound
    return sorted(wanted)


def _twin(slot: Slot) -> Slot | None:
    """Return the same wish that still stands. The bulletin is held, so two at once come one after the other."""
    standing = [rules.State.WAITING] if slot.start_at is None else [rules.State.WAITING, rules.State.PLACED]
    same = Slot.objects.unscoped("the command checked the right").filter(
        bulletin_id=slot.bulletin_id, unit_id=slot.unit_id, start_at=slot.start_at, state__in=standing
    )
    return next((twin for twin in same.order_by("pk") if twin.device_ids == slot.device_ids), None)


def _hold(slot: Slot) -> Slot:
    """Return the row as it stands now with unit and airing, locked until the transaction ends."""
    slots = Slot.objects.unscoped("the command checked the right").select_for_update(of=("self",))
    held: Slot = slots.select_related("unit", "airing__unit").get(pk=slot.pk)
    return held


def _with_power(scope: Scope) -> Scope:
    """Return a scope that may do in `dispatch` what this room has decided, in the name of who asked."""
    return Scope(actor=scope.actor, everywhere=True, origin=scope.origin)
