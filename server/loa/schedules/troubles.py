"""What of programmes and items from above an upper unit has to know first, below one unit."""

import uuid
from collections import Counter, defaultdict
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from loa.bulletins import queries as bulletins
from loa.bulletins.models import Receipt, Sending
from loa.bulletins.rules import ReceiptState, SendingState, Urgency
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.schedules import laid, refusals
from loa.schedules.models import HoursOverride, Occurrence, Slot
from loa.schedules.rules import State
from loa.schedules.rules.entries import OccurrenceState

VIEW = "schedules.view"
_OPEN = (ReceiptState.NEW, ReceiptState.SEEN)
_STANDING = (State.WAITING, State.APPROVED, State.PLACED)
_WORDS = {"new": "untouched", "seen": "seen", "skipped": "skipped"}


def held_back(scope: Scope, unit: Unit, *, start_at: datetime, end_at: datetime) -> ScopedQuerySet[Occurrence]:
    """Return the days of entries that begin in a span and were held back, the soonest first."""
    found: ScopedQuerySet[Occurrence] = Occurrence.objects.within(scope, VIEW)
    found = found.filter(
        orgs.inside(unit, "entry__unit__path"),
        state=OccurrenceState.HELD,
        start_at__gte=start_at,
        start_at__lt=end_at,
    )
    return found.select_related("version", "entry__unit").order_by("start_at", "pk")


def refused(scope: Scope, unit: Unit, *, start_at: datetime, end_at: datetime) -> ScopedQuerySet[Slot]:
    """Return the wishes for a span that were approved and could not become an airing, the soonest first."""
    found: ScopedQuerySet[Slot] = Slot.objects.within(scope, VIEW)
    found = found.filter(
        orgs.inside(unit, "unit__path"),
        Q(start_at__gte=start_at, start_at__lt=end_at) | Q(start_at=None, decided_at__gte=start_at),
        state=State.REFUSED,
    )
    return found.select_related("unit", "bulletin").order_by("start_at", "pk")


def overrides(scope: Scope, unit: Unit, *, start_at: datetime, end_at: datetime) -> ScopedQuerySet[HoursOverride]:
    """Return what sounds in a span against hour rules because somebody let it, the latest first."""
    found = laid.overrides(scope).filter(orgs.inside(unit, "unit__path"), start_at__gte=start_at, start_at__lt=end_at)
    return found.order_by("-start_at", "-pk")


def unanswered(scope: Scope, unit: Unit) -> ScopedQuerySet[Receipt]:
    """Return the priority items in inboxes at and below a unit of which nobody has made anything, the oldest first.

    What stands on a schedule by itself, as priority items with a time do, is answered.
    """
    answered = Slot.objects.unscoped("which items stand on a schedule").filter(
        receipt__isnull=False, state__in=_STANDING
    )
    found = bulletins.received_below(scope, unit).filter(
        state__in=_OPEN, sending__urgency=Urgency.PRIORITY, sending__state=SendingState.SENT
    )
    found = found.exclude(pk__in=answered.values("receipt_id"))
    return found.select_related("unit", "sending__bulletin", "sending__unit").order_by("sending__sent_at", "pk")


def sent_down(scope: Scope, unit: Unit, *, since: datetime, most: int) -> list[tuple[Sending, Counter[str]]]:
    """Return what units at and below one sent down of late, newest first, each with what became of it.

    `untouched`, `seen`, `skipped` and `placed`: on a schedule, whether or not it was heard by now.
    """
    sent = bulletins.sendings(scope).filter(orgs.inside(unit, "unit__path"), share=None, sent_at__gte=since)
    # People and words are not shown here, and each would be one more table to join
    kept = list(sent.select_related(None).select_related("unit", "bulletin")[:most])
    if not kept:
        return []
    placed = Slot.objects.unscoped("which items stand on a schedule").filter(
        receipt=OuterRef("pk"), state__in=_STANDING
    )
    rows = bulletins.received_below(scope, unit).filter(sending__in=kept).annotate(is_placed=Exists(placed)).order_by()
    counted: dict[uuid.UUID, Counter[str]] = defaultdict(Counter)
    for sending, state, is_placed, count in rows.values_list("sending_id", "state", "is_placed").annotate(Count("pk")):
        counted[sending]["placed" if is_placed else _WORDS[state]] += count
    return [(one, counted[one.pk]) for one in kept]


def why(code: str) -> str:
    """Return why something was held back or refused, in the language of the moment."""
    return str(refusals.SENTENCES.get(code, code))
