"""What became of items that were sent down, from receipts, slots and what was heard."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from loa.bulletins import queries as bulletins
from loa.bulletins.models import Receipt
from loa.bulletins.rules import ReceiptState, Urgency
from loa.dispatch import queries as dispatching
from loa.dispatch import rules as dispatch_rules
from loa.dispatch.models import Airing
from loa.dispatch.queries import Reached
from loa.orgs.models import Unit
from loa.schedules import laying, refusals, rules
from loa.schedules.models import Slot

_WHY = "follows from receipts the caller has in its scope"
NOT_YET = frozenset({"new", "seen"})
ORDER = ("unheard", "skipped", "expired", "new", "seen", "part", "scheduled", "used", "heard", "called_back")
"""How a list of units is read: what needs a word first, what went well last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One receipt as it stands now. `standing` is one of `ORDER`; `reached` counts devices of its unit."""

    receipt: Receipt
    slot: Slot | None
    standing: str
    reached: Reached

    @property
    def airing(self) -> Airing | None:
        """Return the airing it stands for, if there is one."""
        return None if self.slot is None else self.slot.airing

    @property
    def why_unplaced(self) -> str:
        """Return why it could not be placed as its sender wished; empty when it could, or stands somewhere now."""
        code = self.receipt.unplaced
        return "" if not code or self.airing is not None else str(refusals.SENTENCES.get(code, code))

    @property
    def is_undone(self) -> bool:
        """Tell whether the unit has neither planned nor skipped it."""
        return self.standing in NOT_YET


def follow(receipts: Iterable[Receipt], *, now: datetime) -> list[Followed]:
    """Return receipts, loaded with their sending, bulletin and unit, with what became of each."""
    found = list(receipts)
    slots = _slots(found)
    airings = [
        (slot.airing.pk, one.unit.path)
        for one in found
        if (slot := slots.get(one.pk)) is not None and slot.airing is not None and slot.airing.start_at <= now
    ]
    counted = dispatching.reached(airings, now=now)
    return [_followed(one, slots.get(one.pk), counted, now=now) for one in found]


def exceptions_first(followed: Iterable[Followed]) -> list[Followed]:
    """Return them in the order in which somebody above reads them."""
    return sorted(followed, key=lambda one: (ORDER.index(one.standing), one.receipt.unit.path))


def free_from(unit: Unit, *, start_at: datetime, length: timedelta, now: datetime) -> datetime:
    """Return the first whole minute from `start_at` at which a unit's programme has room for a sound."""
    ground = laying.ground_path(unit)
    planned = Slot.objects.unscoped("the unit's own programme").filter(
        unit__path__startswith=ground, state=rules.State.PLACED, airing__state__in=dispatch_rules.STANDING
    )
    near = planned.filter(airing__end_at__gt=max(start_at, now), airing__start_at__lt=start_at + timedelta(hours=3))
    cursor = start_at
    for slot in near.select_related("airing").order_by("airing__start_at", "pk"):
        if slot.airing is None or slot.airing.start_at >= cursor + length:
            break
        end = slot.airing.start_at + timedelta(milliseconds=slot.airing.clip_duration_ms)
        cursor = max(cursor, _next_minute(end))
    return cursor


def _slots(receipts: Sequence[Receipt]) -> dict[uuid.UUID, Slot]:
    """Return the slot that tells most of each receipt: what airs or aired, else what could not."""
    kept = Slot.objects.unscoped(_WHY).select_related("airing", "unit").order_by("requested_at", "pk")
    of_receipts = kept.filter(receipt__in=[one.pk for one in receipts]).exclude(state=rules.State.CANCELLED)
    best: dict[uuid.UUID, Slot] = {slot.receipt_id: slot for slot in of_receipts if slot.receipt_id is not None}
    alarms = {one.sending_id for one in receipts if one.sending.urgency == Urgency.EMERGENCY}
    of_sending = {slot.sending_id: slot for slot in kept.filter(sending__in=alarms)}
    return best | {one.pk: of_sending[one.sending_id] for one in receipts if one.sending_id in of_sending}


def _followed(
    receipt: Receipt, slot: Slot | None, counted: dict[tuple[uuid.UUID, str], Reached], *, now: datetime
) -> Followed:
    airing = None if slot is None else slot.airing
    there = Reached() if airing is None else counted.get((airing.pk, receipt.unit.path), Reached())
    return Followed(receipt=receipt, slot=slot, standing=_standing(receipt, airing, there, now=now), reached=there)


def _standing(receipt: Receipt, airing: Airing | None, there: Reached, *, now: datetime) -> str:
    if airing is not None and airing.start_at <= now and airing.state != dispatch_rules.State.CANCELLED:
        if there.meant and there.heard == there.meant:
            return "heard"
        over = now >= airing.end_at + dispatch_rules.EVIDENCE_GRACE or not there.waiting
        return ("part" if there.heard else "unheard") if over else "used"
    if not bulletins.is_open(receipt):
        return "called_back"
    if receipt.state == ReceiptState.SKIPPED:
        return "skipped"
    if airing is not None and airing.state in dispatch_rules.STANDING:
        return "scheduled"
    return "expired" if bulletins.is_over(receipt, now=now) else receipt.state


def _next_minute(moment: datetime) -> datetime:
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(minutes=1)
