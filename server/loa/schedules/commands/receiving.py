"""What a unit makes of an item from above: on its schedule, left out; and what is placed without asking it."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from loa.bulletins import commands as sending_down
from loa.bulletins import queries as bulletins
from loa.bulletins.models import Receipt, Sending
from loa.bulletins.refusals import CalledBackAlready, EmergencyStands, check_holds
from loa.bulletins.rules import SkipReason, Urgency
from loa.devices import queries as devices
from loa.dispatch import commands as dispatching
from loa.dispatch.refusals import AboutToAir, NobodyThere
from loa.dispatch.rules import is_frozen
from loa.kernel.command import command, note
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.media import queries as media
from loa.schedules import checks, rules
from loa.schedules.commands import asking, placing
from loa.schedules.models import Slot
from loa_protocol.plan import Priority


@command("schedules.request", channel=Slot.scope_channel)
def take(
    scope: Scope,
    receipt: Receipt,
    /,
    *,
    start_at: datetime | None,
    device_ids: Sequence[uuid.UUID] | None = None,
    wakes: int | None = None,
    override: str = "",
    now: datetime,
) -> Slot:
    """Put an item from above on the unit's schedule. Its words are approved above; where and when the unit decides.

    What would wake people waits until a second person agrees, and so does what breaks hour rules that this one may not
    override. A place it had before and has not begun is given up. Raises `EmergencyStands`, `CalledBackAlready`,
    `TooLate`, `TooFarAhead`, `QuietHours` unless `wakes` covers the clusters it wakes, `AboutToAir` when the former is
    too close, `NoLongerValid` or `NotYetValid` when the words do not hold then.
    """
    decider = checks.person(scope)
    if receipt.sending.urgency == Urgency.EMERGENCY:
        raise EmergencyStands
    power = checks.with_power(scope)
    sending_down.take_up(power, receipt, now=now)
    checks.moment(start_at, now=now)
    _give_up(scope, receipt, now=now)
    slot = _slot(receipt, asked_by=scope.actor.id, name=scope.actor.name, start_at=start_at, now=now)
    slot.device_ids = None if device_ids is None else checks.devices_below(device_ids, receipt.unit)
    slot.confirmed = wakes is not None
    slot.save(force_insert=True)
    checks.near_or_fresh(scope, [slot])
    checks.waking([slot], wakes=wakes, now=now)
    note(slot=slot.pk, start_at=start_at)
    if checks.needs_another(scope, slot, override=override, now=now):
        slot.save(update_fields=["override_reason"])
        note(waits=True)
        return slot
    checks.set_aside(scope, slot, override=override, wakes=wakes, now=now)
    return placing.place(power, _approved(slot, decider=decider, wakes=wakes, now=now), now=now)


@command("schedules.request", channel=Slot.scope_channel)
def leave_out(scope: Scope, receipt: Receipt, /, *, reason: SkipReason, words: str = "", now: datetime) -> Receipt:
    """Skip an item from above and give up the place it had. Refusals as for `bulletins.skip`; `AboutToAir`."""
    skipped = sending_down.skip(checks.with_power(scope), receipt, reason=reason, words=words, now=now)
    _give_up(scope, receipt, now=now)
    return skipped


@command("schedules.request")
def place_sent(scope: Scope, receipt: Receipt, /, *, now: datetime) -> Slot | None:
    """Put a priority item at the time its sender wished, first in the unit's programme; for this room's listener.

    The sender has decided on the words and the wish; the unit may move it, or skip it. Once for each receipt.
    """
    sending = receipt.sending
    known = Slot.objects.unscoped("the command checked the right").filter(receipt=receipt)
    if sending.urgency != Urgency.PRIORITY or sending.wanted_from is None or known.exists():
        return None
    slot = _slot(
        receipt, asked_by=str(sending.sent_by_id), name=sending.sent_by.full_name, start_at=sending.wanted_from, now=now
    )
    slot.save(force_insert=True)
    return placing.place(scope, _approved(slot, decider=sending.sent_by_id, wakes=None, now=now), now=now)


@command("schedules.request")
def sound(scope: Scope, sending: Sending, /, *, now: datetime) -> Slot:
    """Let a released emergency sound at once on every cluster of its units, above all else; for the listener.

    Neither quiet hours nor another item hold it up. It stands at the unit that sent it: nobody below can stop it.
    """
    known: Slot | None = Slot.objects.unscoped("the command checked the right").filter(sending=sending).first()
    if known is not None:
        return known
    if sending.released_by_id is None or not bulletins.is_sent(sending):
        raise CalledBackAlready
    revision = bulletins.approved(sending.bulletin_id)
    check_holds(revision.facts, now)
    if revision.clip_id is None:
        raise NotFound
    paths = [receipt.unit.path for receipt in bulletins.receipts_of_sending(sending.pk)]
    reached = sorted({device for path in paths for device in devices.enrolled_below(path)})
    if not reached:
        raise NobodyThere
    slot = Slot(
        bulletin_id=sending.bulletin_id,
        unit=sending.unit,
        device_ids=reached,
        confirmed=True,
        asked_by=str(sending.sent_by_id),
        requested_by=sending.sent_by.full_name,
        requested_at=now,
        state=rules.State.WAITING,
        sending=sending,
    )
    slot.save(force_insert=True)
    _approved(slot, decider=sending.released_by_id, wakes=len(reached), now=now)
    slot.airing = dispatching.request(
        scope,
        sending.unit,
        title=revision.title,
        clip=media.facts([revision.clip_id])[revision.clip_id],
        start_at=None,
        device_ids=reached,
        priority=Priority.ALERT,
        source=f"emergency:{sending.pk}",
        requested_by=slot.requested_by,
        now=now,
    )
    slot.state = rules.State.PLACED
    slot.save(update_fields=["state", "airing"])
    note(slot=slot.pk, airing=slot.airing.pk, devices=len(reached), lead_ms=settings.NOW_LEAD.total_seconds() * 1000)
    return slot


def _give_up(scope: Scope, receipt: Receipt, *, now: datetime) -> None:
    """Take back what is still to come of a receipt; `AboutToAir` when it begins too soon, or sounds."""
    standing = Slot.objects.unscoped("the command checked the right").filter(receipt=receipt, state__in=rules.STANDING)
    for former in standing.select_related("unit", "airing").order_by("pk"):
        airing = former.airing
        if airing is not None and airing.end_at <= now:
            continue
        if airing is not None and airing.start_at <= now:
            raise AboutToAir
        if airing is not None and is_frozen(airing.start_at, now=now):
            placing.recall(checks.with_power(scope), former, now=now)
        else:
            asking.drop(checks.with_power(scope), former, now=now)


def _slot(receipt: Receipt, *, asked_by: str, name: str, start_at: datetime | None, now: datetime) -> Slot:
    return Slot(
        bulletin=receipt.sending.bulletin,
        unit=receipt.unit,
        device_ids=None,
        start_at=start_at,
        confirmed=False,
        asked_by=asked_by,
        requested_by=name,
        requested_at=now,
        state=rules.State.WAITING,
        is_priority=receipt.sending.urgency == Urgency.PRIORITY,
        receipt=receipt,
    )


def _approved(slot: Slot, *, decider: int, wakes: int | None, now: datetime) -> Slot:
    slot.state, slot.decided_by_id, slot.decided_at, slot.wakes = rules.State.APPROVED, decider, now, wakes
    slot.save(update_fields=["state", "decided_by", "decided_at", "wakes", "overridden"])
    return slot
