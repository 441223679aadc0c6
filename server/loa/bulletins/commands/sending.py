"""Sending an approved bulletin to units below, and what they make of it."""

from collections.abc import Sequence
from datetime import datetime

from loa.bulletins import events, holding, refusals, rules
from loa.bulletins.models import Bulletin, Receipt, Sending
from loa.bulletins.rules import ReceiptState, SendingState, SkipReason, Urgency
from loa.kernel.command import command, demand_fresh, emit, note
from loa.kernel.scope import ActorKind, Scope, is_within
from loa.orgs.models import Unit
from loa.orgs.rules import is_far


@command("bulletins.send")
def send(
    scope: Scope,
    bulletin: Bulletin,
    /,
    *,
    units: Sequence[Unit],
    urgency: Urgency,
    wanted_from: datetime | None = None,
    wanted_until: datetime | None = None,
    must_broadcast: bool = False,
    words: str = "",
    now: datetime,
) -> Sending:
    """Send an approved bulletin to units below its own. An emergency waits until a second person releases it.

    Beyond one commune, and for an emergency, a fresh second factor is asked for. What must be broadcast by its facts
    must be so wherever it is sent. Raises `NotApproved`, `NoLongerValid`, `NobodyBelow`, `TooManyUnits`, `WindowOver`,
    `NoteTooLong`, `PersonNeeded`.
    """
    sender = _person(scope)
    held = holding.hold(bulletin)
    if held.state != rules.State.APPROVED:
        raise refusals.NotApproved
    about = _about(held)
    if rules.is_over(about, wanted_from or now):
        raise refusals.NoLongerValid
    chosen = _below(bulletin.unit, units)
    if urgency is Urgency.EMERGENCY:
        wanted_from = wanted_until = None
    if (wanted_from or now) < now or (wanted_until is not None and wanted_until <= (wanted_from or now)):
        raise refusals.WindowOver
    if urgency is Urgency.EMERGENCY or is_far([(unit.level, unit.path) for unit in chosen]):
        demand_fresh(scope)
    waits = urgency is Urgency.EMERGENCY
    sending = Sending(
        bulletin=held,
        unit=bulletin.unit,
        urgency=urgency,
        wanted_from=wanted_from,
        wanted_until=wanted_until,
        must_broadcast=must_broadcast or waits or about.is_must,
        note=_kept(words),
        sent_by_id=sender,
        sent_at=now,
        state=SendingState.WAITING if waits else SendingState.SENT,
        released_at=None if waits else now,
    )
    sending.save(force_insert=True)
    Receipt.objects.bulk_create(
        Receipt(sending=sending, unit=unit, sent_to=unit, state=ReceiptState.NEW) for unit in chosen
    )
    note(sending=sending.pk, urgency=urgency.value, units=len(chosen))
    if not waits:
        _tell(events.Sent, sending, now=now)
    return sending


@command("bulletins.release", needs_fresh=True)
def release(scope: Scope, sending: Sending, /, *, now: datetime) -> Sending:
    """Let an emergency that another person sent go out.

    Raises `OwnEmergency`, `CalledBackAlready`, `NotApproved`, `NoLongerValid`.
    """
    releaser = _person(scope)
    held = _hold(sending)
    if held.state == SendingState.CALLED_BACK:
        raise refusals.CalledBackAlready
    if held.state == SendingState.SENT:
        raise refusals.AlreadyDecided
    if held.sent_by_id == releaser:
        raise refusals.OwnEmergency
    bulletin = holding.hold(held.bulletin)
    if bulletin.state != rules.State.APPROVED:
        raise refusals.NotApproved
    refusals.check_holds(_about(bulletin), now)
    held.state, held.released_by_id, held.released_at = SendingState.SENT, releaser, now
    held.save(update_fields=["state", "released_by", "released_at"])
    _tell(events.Sent, held, now=now)
    return held


@command("bulletins.send")
def call_back(scope: Scope, sending: Sending, /, *, reason: str, now: datetime) -> Sending:
    """Take a sending back: what waits is dropped, what is planned cancelled, what airs stopped. `EndReasonNeeded`."""
    words = _kept(reason)
    if not words:
        raise refusals.EndReasonNeeded
    held = _hold(sending)
    if held.state == SendingState.CALLED_BACK:
        raise refusals.CalledBackAlready
    held.state, held.reason, held.called_back_at = SendingState.CALLED_BACK, words, now
    held.called_back_by_id = _person(scope)
    held.save(update_fields=["state", "reason", "called_back_at", "called_back_by"])
    _tell(events.CalledBack, held, now=now)
    return held


@command("bulletins.send")
def remind(_scope: Scope, sending: Sending, /, *, now: datetime) -> Sending:
    """Put a sending on top again in the inboxes of units that have done nothing yet."""
    held = _hold(sending)
    if held.state != SendingState.SENT:
        raise refusals.CalledBackAlready
    held.reminded_at = now
    held.save(update_fields=["reminded_at"])
    return held


@command("bulletins.write")
def see(scope: Scope, receipt: Receipt, /, *, now: datetime) -> Receipt:
    """Note that the unit has looked at an item; the first look counts."""
    held = _receipt(receipt)
    if held.state == ReceiptState.NEW:
        held.state, held.seen_at, held.seen_by_id = ReceiptState.SEEN, now, _person(scope)
        held.save(update_fields=["state", "seen_at", "seen_by"])
    return held


@command("bulletins.write")
def skip(scope: Scope, receipt: Receipt, /, *, reason: SkipReason, words: str, now: datetime) -> Receipt:
    """Decide that the unit does not air an item. `MustBroadcast`, `EmergencyStands`, `SkipReasonNeeded`.

    What was skipped may still be scheduled later: then it is looked at, no longer skipped (`take_up`).
    """
    held = _receipt(receipt)
    if held.sending.urgency == Urgency.EMERGENCY:
        raise refusals.EmergencyStands
    if held.sending.must_broadcast:
        raise refusals.MustBroadcast
    told = _kept(words)
    if reason is SkipReason.OTHER and not told:
        raise refusals.SkipReasonNeeded
    held.state, held.reason, held.words = ReceiptState.SKIPPED, reason, told
    held.skipped_at, held.skipped_by_id = now, _person(scope)
    held.save(update_fields=["state", "reason", "words", "skipped_at", "skipped_by"])
    note(reason=reason.value)
    return held


@command("bulletins.write")
def take_up(scope: Scope, receipt: Receipt, /, *, now: datetime) -> Receipt:
    """Note that the unit means to air an item after all; room schedules calls this when it is put on the schedule."""
    held = _receipt(receipt)
    if held.unplaced:
        held.unplaced = ""
        held.save(update_fields=["unplaced"])
    if held.state != ReceiptState.SEEN:
        held.seen_at = held.seen_at or now
        held.seen_by_id = held.seen_by_id or _person(scope)
        held.state, held.reason, held.words, held.skipped_at, held.skipped_by = ReceiptState.SEEN, "", "", None, None
        held.save(update_fields=["state", "reason", "words", "skipped_at", "skipped_by", "seen_at", "seen_by"])
    return held


@command("bulletins.write")
def note_unplaced(_scope: Scope, receipt: Receipt, /, *, reason: str) -> Receipt:
    """Keep why an item could not be placed as its sender wished: both sides read it. `reason` is a refusal's code."""
    held = _receipt(receipt)
    held.unplaced = reason
    held.save(update_fields=["unplaced"])
    return held


@command("bulletins.write")
def reorder(_scope: Scope, receipt: Receipt, /, *, among: Sequence[Receipt], up: bool) -> None:
    """Move an item one place up or down among those of its unit's inbox, given in their present order."""
    order = [one.pk for one in among if one.unit_id == receipt.unit_id]
    if receipt.pk not in order:
        raise refusals.CalledBackAlready
    here = order.index(receipt.pk)
    there = max(0, min(len(order) - 1, here + (-1 if up else 1)))
    order.insert(there, order.pop(here))
    kept = Receipt.objects.unscoped("the command checked the right; all of one unit")
    for place, name in enumerate(order, start=1):
        kept.filter(pk=name).exclude(place=place).update(place=place)


def _below(own: Unit, units: Sequence[Unit]) -> list[Unit]:
    chosen = list({unit.pk: unit for unit in units if unit.pk != own.pk and is_within(unit.path, own.path)}.values())
    if not chosen:
        raise refusals.NobodyBelow
    if len(chosen) > rules.UNITS_MOST:
        raise refusals.TooManyUnits(most=rules.UNITS_MOST)
    return chosen


def _about(bulletin: Bulletin) -> rules.Facts:
    """Return what is said about an approved bulletin; one of before facts were kept says nothing."""
    return holding.current(bulletin).facts


def _hold(sending: Sending) -> Sending:
    sendings = Sending.objects.unscoped("the command checked the right").select_for_update(of=("self",))
    held: Sending = sendings.select_related("unit", "bulletin").get(pk=sending.pk)
    return held


def _receipt(receipt: Receipt) -> Receipt:
    """Return the row as it stands now, locked. `CalledBackAlready` when the sender took it back."""
    receipts = Receipt.objects.unscoped("the command checked the right").select_for_update(of=("self",))
    held: Receipt = receipts.select_related("unit", "sending__bulletin").get(pk=receipt.pk)
    if held.sending.state != SendingState.SENT or held.sending.bulletin.state != rules.State.APPROVED:
        raise refusals.CalledBackAlready
    return held


def _kept(words: str) -> str:
    kept = rules.body(words)
    if len(kept) > rules.NOTE_LONGEST:
        raise refusals.NoteTooLong(longest=rules.NOTE_LONGEST)
    return kept


def _person(scope: Scope) -> int:
    if scope.actor.kind is not ActorKind.PERSON or not scope.actor.id.isdecimal():
        raise refusals.PersonNeeded
    return int(scope.actor.id)


def _tell(event: type[events.Sent | events.CalledBack], sending: Sending, *, now: datetime) -> None:
    emit(event(sending_id=sending.pk, bulletin_id=sending.bulletin_id, unit_path=sending.unit.path, at=now))
