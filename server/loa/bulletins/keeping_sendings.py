"""What becomes of what was sent down when units change: what is open goes along, what was done stays."""

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
from loa.orgs import ports as going_along
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
        heirs = going_along.heirs(moves)
        sendings = list(_sendings(heirs, now=now).select_related("bulletin"))
        receipts = list(_receipts(heirs, now=now).select_related("sending__bulletin"))
        moved = [
            *going_along.hand_along(_SENDING, sendings, moves, name=lambda one: one.bulletin.title),
            *going_along.hand_along(_RECEIPT, receipts, moves, name=lambda one: one.sending.bulletin.title),
        ]
        _keep(sendings, receipts)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give back what is still where it came to."""
        sent = Sending.objects.unscoped(_WHY).filter(pk__in=going_along.came(moved, _SENDING))
        received = Receipt.objects.unscoped(_WHY).filter(pk__in=going_along.came(moved, _RECEIPT))
        sendings = going_along.hand_back(_SENDING, sent, moved)
        receipts = going_along.hand_back(_RECEIPT, received, moved)
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


def _keep(sendings: Sequence[Sending], receipts: Sequence[Receipt]) -> None:
    Sending.objects.unscoped(_WHY).bulk_update(sendings, ["unit"], batch_size=1000)
    Receipt.objects.unscoped(_WHY).bulk_update(receipts, ["unit"], batch_size=1000)
