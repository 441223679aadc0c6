"""What happens here when something has happened to a bulletin. Each may run twice for one event."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from loa.bulletins import commands as sending_down
from loa.bulletins import events as bulletins
from loa.bulletins import queries as sent
from loa.bulletins.models import Receipt
from loa.bulletins.rules import Urgency
from loa.devices import events as devices
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.kernel.errors import DomainError
from loa.kernel.events import subscribe
from loa.orgs import events as orgs
from loa.schedules import commands, concerned, planning, programme, rules
from loa.schedules.models import Slot

logger = logging.getLogger(__name__)

_SCOPE = scopes.system("schedules")


@subscribe(bulletins.Approved)
def place_what_was_approved(event: bulletins.Approved) -> None:
    """Turn the approved slots of an approved bulletin into airings; one that cannot be does not hold up the others."""
    now = clock.now()
    approved = _of(event.bulletin_id, [rules.State.APPROVED])
    planning.look_again(planning.playing(event.bulletin_id))
    failures = [failure for slot in approved if (failure := _place(slot, now)) is not None]
    if failures:
        raise failures[0]


@subscribe(bulletins.Withdrawn)
def recall_what_stands(event: bulletins.Withdrawn) -> None:
    """Drop the slots of a withdrawn bulletin, stop what is on the air."""
    now = clock.now()
    for slot in _of(event.bulletin_id, rules.STANDING):
        commands.recall(_SCOPE, slot, now=now)
    for occurrence in programme.of_bulletin(event.bulletin_id, now=now):
        commands.recall_occurrence(_SCOPE, occurrence.entry, day=occurrence.day, now=now)
    planning.look_again(planning.playing(event.bulletin_id))


@subscribe(bulletins.Sent)
def place_what_was_sent(event: bulletins.Sent) -> None:
    """Let an emergency sound, and put priority items at the time their sender wished; one does not hold up another."""
    now = clock.now()
    sending = sent.sending(_SCOPE, event.sending_id)
    if not sent.is_sent(sending):
        return
    if sending.urgency == Urgency.EMERGENCY:
        commands.sound(_SCOPE, sending, now=now)
        return
    for receipt in sent.receipts_of_sending(sending.pk):
        _place_sent(receipt, now)


@subscribe(bulletins.CalledBack)
def recall_what_was_called_back(event: bulletins.CalledBack) -> None:
    """Drop what stands of a sending that was called back, stop what is on the air."""
    now = clock.now()
    slots = Slot.objects.unscoped("a fact about the sending").filter(
        Q(receipt__sending_id=event.sending_id) | Q(sending_id=event.sending_id), state__in=rules.STANDING
    )
    for slot in slots.select_related("unit").order_by("pk"):
        commands.recall(_SCOPE, slot, now=now)


@subscribe(devices.Enrolled)
def let_a_cluster_come(event: devices.Enrolled) -> None:
    """Let the programme reach a cluster as soon as it is there."""
    _look_at([event.unit_path])


@subscribe(devices.Revoked)
def let_a_cluster_go(event: devices.Revoked) -> None:
    """Let the programme forget a cluster that was shut out."""
    _look_at([event.unit_path])


@subscribe(devices.FleetEnrolled)
def let_clusters_come(event: devices.FleetEnrolled) -> None:
    """Let the programme reach many clusters as soon as they are there."""
    _look_at([event.unit_path], also_below=True)


@subscribe(devices.Moved)
def let_a_cluster_change_places(event: devices.Moved) -> None:
    """Let a cluster that moved hear the programme of where it stands now, and no more that of where it stood."""
    _look_at([event.from_path, event.unit_path])


@subscribe(orgs.Reorganised)
def look_at_programmes_of_new_units(event: orgs.Reorganised) -> None:
    """Let the programmes of units that took others over reach the clusters that came."""
    _look_at([event.unit_path], also_below=True)


def _look_at(paths: Sequence[str], *, also_below: bool = False) -> None:
    """Let the clock look again at what may be heard at some places."""
    on = planning.today(clock.now())
    found = {entry for path in paths for entry in concerned.reaching(path, also_below=also_below, on=on)}
    planning.look_again(found)


def _place_sent(receipt: Receipt, now: datetime) -> None:
    """Place one, or leave it in the inbox: what refuses it is on record, and the unit can choose another time."""
    try:
        commands.place_sent(_SCOPE, receipt, now=now)
    except DomainError as refusal:
        logger.info("not placed as wished", extra={"receipt": str(receipt.pk), "code": refusal.code})
        sending_down.note_unplaced(_SCOPE, receipt, reason=refusal.code)


def _place(slot: Slot, now: datetime) -> Exception | None:
    """Place one slot or put on record why not; return a failure that is nobody's refusal, to be tried again."""
    try:
        commands.place(_SCOPE, slot, now=now)
    except DomainError as refusal:
        commands.refuse(_SCOPE, slot, reason=refusal.code)
    except Exception as failure:  # noqa: BLE001 - the other slots go first, then the outbox tries again
        return failure
    return None


def _of(bulletin_id: uuid.UUID, states: Sequence[rules.State]) -> list[Slot]:
    slots = Slot.objects.unscoped("a fact about the bulletin").filter(bulletin_id=bulletin_id, state__in=states)
    return list(slots.select_related("unit").order_by("pk"))
