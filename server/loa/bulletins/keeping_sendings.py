"""What becomes of what was sent down when units change: what is open goes along, what was done stays."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.bulletins.models import Receipt, Sending
from loa.bulletins.rules import ReceiptState, SendingState, State
from loa.kernel import clock
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs
from loa.orgs.ports import Clash, Move, Moved

_WHY = "open items go along when their units change"
_SENDING, _RECEIPT = "sending:", "receipt:"


class SendingKeeper:
    """Keeps what was sent down and is still open: the sender's view of it, and the items in inboxes."""

    name = "sendings"
    words: str | Promise = _("items sent down that are still open")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many open items each unit has sent or received."""
        now = clock.now()
        sent = _sendings(unit_ids, now=now).values_list("unit_id", flat=True)
        return Counter([*sent, *_receipts(unit_ids, now=now).values_list("unit_id", flat=True)])

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Items do not clash here: the same one from two units stays two, each told by whom it was sent to."""
        return ()

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:
        """Give what is open to the unit that takes over; whom it was sent to stays on record."""
        heirs = {move.from_unit: move.to_unit for move in moves}
        sendings = list(_sendings(heirs, now=now).select_related("bulletin"))
        receipts = list(_receipts(heirs, now=now).select_related("sending__bulletin"))
        moved = [
            *(_moved(_SENDING, one, one.bulletin.title, heirs) for one in sendings),
            *(_moved(_RECEIPT, one, one.sending.bulletin.title, heirs) for one in receipts),
        ]
        for sending in sendings:
            sending.unit_id = heirs[sending.unit_id]
        for receipt in receipts:
            receipt.unit_id = heirs[receipt.unit_id]
        _keep(sendings, receipts)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give back what is still where it came to."""
        former = {one.thing: one for one in moved}
        sendings = list(Sending.objects.unscoped(_WHY).filter(pk__in=_ids(former, _SENDING)))
        receipts = list(Receipt.objects.unscoped(_WHY).filter(pk__in=_ids(former, _RECEIPT)))
        sendings = [one for one in sendings if one.unit_id == former[f"{_SENDING}{one.pk}"].to_unit]
        receipts = [one for one in receipts if one.unit_id == former[f"{_RECEIPT}{one.pk}"].to_unit]
        for sending in sendings:
            sending.unit_id = former[f"{_SENDING}{sending.pk}"].from_unit
        for receipt in receipts:
            receipt.unit_id = former[f"{_RECEIPT}{receipt.pk}"].from_unit
        _keep(sendings, receipts)
        return len(sendings) + len(receipts)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: an item names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Return how many emergencies a leaver sent that nobody has released; who sent them stays on record."""
        theirs: ScopedQuerySet[Sending] = Sending.objects.unscoped(_WHY).filter(sent_by_id=from_user)
        return theirs.filter(state=SendingState.WAITING).count()

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many items of inboxes nobody at their unit could take up."""
        found = list(_receipts(unit_ids, now=clock.now()).values_list("unit_id", flat=True))
        able = orgs.holders_of(set(found), permission="bulletins.write")
        return sum(not able[unit] for unit in found)


def _receipts(unit_ids: Collection[int], *, now: datetime) -> ScopedQuerySet[Receipt]:
    found: ScopedQuerySet[Receipt] = Receipt.objects.unscoped(_WHY).filter(unit_id__in=list(unit_ids))
    is_open = Q(sending__wanted_until=None) | Q(sending__wanted_until__gt=now)
    return found.filter(
        is_open,
        state__in=[ReceiptState.NEW, ReceiptState.SEEN],
        sending__state__in=[SendingState.WAITING, SendingState.SENT],
        sending__bulletin__state=State.APPROVED,
    ).order_by("pk")


def _sendings(unit_ids: Collection[int], *, now: datetime) -> ScopedQuerySet[Sending]:
    found: ScopedQuerySet[Sending] = Sending.objects.unscoped(_WHY).filter(unit_id__in=list(unit_ids))
    is_open = Q(wanted_until=None) | Q(wanted_until__gt=now)
    return found.filter(is_open, state__in=[SendingState.WAITING, SendingState.SENT]).order_by("pk")


def _moved(kind: str, thing: Sending | Receipt, name: str, heirs: Mapping[int, int]) -> Moved:
    return Moved(thing=f"{kind}{thing.pk}", name=name, from_unit=thing.unit_id, to_unit=heirs[thing.unit_id])


def _ids(things: Collection[str], kind: str) -> list[uuid.UUID]:
    return [uuid.UUID(thing.removeprefix(kind)) for thing in things if thing.startswith(kind)]


def _keep(sendings: Sequence[Sending], receipts: Sequence[Receipt]) -> None:
    Sending.objects.unscoped(_WHY).bulk_update(sendings, ["unit"], batch_size=1000)
    Receipt.objects.unscoped(_WHY).bulk_update(receipts, ["unit"], batch_size=1000)
