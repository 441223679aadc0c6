"""What was sent down, and what stands in a unit's inbox."""

import uuid
from datetime import datetime

from django.db.models import Case, Q, When

from loa.bulletins import rules
from loa.bulletins.models import Receipt, Sending
from loa.bulletins.rules import ReceiptState, SendingState, Urgency
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.orgs.rules import Level


def sendings(scope: Scope) -> ScopedQuerySet[Sending]:
    """Return what units in reach have sent down, newest first, with unit, bulletin and people."""
    sent: ScopedQuerySet[Sending] = Sending.objects.within(scope, "bulletins.view")
    whole = sent.select_related("unit", "bulletin__current", "sent_by", "released_by", "called_back_by")
    return whole.order_by("-sent_at", "-pk")


def sending(scope: Scope, sending_id: uuid.UUID) -> Sending:
    """Return one; `NotFound` when it is absent or outside the scope."""
    found = sendings(scope).filter(pk=sending_id).first()
    if found is None:
        raise NotFound
    return found


def receipts_of(scope: Scope, sending_id: uuid.UUID) -> ScopedQuerySet[Receipt]:
    """Return what each unit in reach made of a sending, in the order of units."""
    found: ScopedQuerySet[Receipt] = Receipt.objects.within(scope, "bulletins.view")
    whole = found.filter(sending_id=sending_id).select_related("unit", "sent_to", "seen_by", "skipped_by")
    return whole.order_by("unit__sort_order", "unit__path", "pk")


def receipts_of_sending(sending_id: uuid.UUID) -> ScopedQuerySet[Receipt]:
    """Return every receipt of a sending: for listeners, which place what may not wait."""
    found: ScopedQuerySet[Receipt] = Receipt.objects.unscoped("a fact about the sending")
    return (
        found.filter(sending_id=sending_id)
        .select_related("unit", "sending__bulletin__current", "sending__unit")
        .order_by("pk")
    )


def received_below(scope: Scope, unit: Unit) -> ScopedQuerySet[Receipt]:
    """Return what has come down to units at and below one, as far as the scope sees it: for who looks from above."""
    found: ScopedQuerySet[Receipt] = Receipt.objects.within(scope, "bulletins.view")
    return found.filter(orgs.inside(unit, "unit__path"), sending__share=None).order_by("pk")


def inbox(scope: Scope) -> ScopedQuerySet[Receipt]:
    """Return what has come down to the units for which a person works: theirs, and hamlets of their commune.

    Emergencies first, then priority, then as the unit has put it in order. A called-back item and one whose bulletin
    was withdrawn stay in the list, so that people learn of it. What one's own unit sent is not in it.
    """
    found: ScopedQuerySet[Receipt] = Receipt.objects.within(scope, "bulletins.view")
    came = found.exclude(sending__released_at=None)
    if not scope.everywhere:
        roots = [root.partition("#")[0].removesuffix("!") for root in scope.roots("bulletins.view")]
        here = Q(unit__path__in=roots) | Q(unit__level=Level.HAMLET, unit__parent__path__in=roots)
        came = came.filter(here).exclude(sending__unit__path__in=roots)
    whole = came.select_related(
        "unit", "sending__unit", "sending__bulletin__current", "sending__sent_by", "skipped_by", "seen_by"
    )
    urgency = Case(
        When(sending__urgency=Urgency.EMERGENCY, then=0), When(sending__urgency=Urgency.PRIORITY, then=1), default=2
    )
    return whole.order_by(urgency, "place", "-sending__sent_at", "pk")


def received(scope: Scope, receipt_id: uuid.UUID) -> Receipt:
    """Return one item of an inbox; `NotFound` when it is absent or outside the scope."""
    found = inbox(scope).filter(pk=receipt_id).first()
    if found is None:
        raise NotFound
    return found


def new_in(scope: Scope) -> ScopedQuerySet[Receipt]:
    """Return the items of inboxes in reach that nobody has looked at."""
    return inbox(scope).filter(state=ReceiptState.NEW, sending__state=SendingState.SENT)


def is_over(receipt: Receipt, *, now: datetime) -> bool:
    """Tell whether the time in which the sender wished to hear an item has passed, or it is no longer valid."""
    until, current = receipt.sending.wanted_until, receipt.sending.bulletin.current
    is_over = current is not None and rules.is_over(current.facts, now)
    return is_over or (until is not None and now >= until)


def is_sent(sending: Sending) -> bool:
    """Tell whether a sending stands: it went out and nobody took it or its bulletin back."""
    return sending.state == SendingState.SENT and sending.bulletin.state == rules.State.APPROVED


def is_open(receipt: Receipt) -> bool:
    """Tell whether an item may still be scheduled or skipped."""
    return is_sent(receipt.sending)
