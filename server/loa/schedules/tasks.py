"""What the clock does for programmes."""

import logging
import time
from datetime import date, datetime, timedelta

from django.db.models import F, Q

from loa.bulletins.rules import State as BulletinState
from loa.kernel import scope as scopes
from loa.kernel.errors import DomainError
from loa.schedules import commands, planning, programme, settling, speech
from loa.schedules.models import Clash, Entry, Slot
from loa.schedules.rules import ClashState
from loa.schedules.rules import State as SlotState
from loa.schedules.rules.entries import HORIZON_DAYS, EntryState

logger = logging.getLogger(__name__)

_ENTRIES_MOST = 500
_TURN_S = 1.0

_SCOPE = scopes.system("schedules")


def expire(*, now: datetime) -> int:
    """Take back what is asked or planned for when its bulletin is no longer valid; return how many."""
    handed_in = [BulletinState.SUBMITTED, BulletinState.APPROVED]
    waits = Q(state__in=[SlotState.WAITING, SlotState.APPROVED], bulletin__state__in=handed_in) & (
        Q(bulletin__current__valid_until__lte=now) | Q(start_at__gte=F("bulletin__current__valid_until"))
    )
    planned = Q(
        state=SlotState.PLACED, airing__start_at__gt=now, airing__start_at__gte=F("bulletin__current__valid_until")
    )
    stale = Slot.objects.unscoped("clock").filter(waits | planned).select_related("unit").order_by("pk")
    slots = list(stale[:200])
    for slot in slots:
        commands.expire(_SCOPE, slot, now=now)
    return len(slots)


def settle(*, now: datetime) -> int:
    """Put on record the default orders whose time has come; return how many."""
    due = Clash.objects.unscoped("clock").filter(state=ClashState.OPEN, applies_at__lte=now).select_related("unit")
    clashes = list(due.order_by("applies_at", "pk")[:200])
    for clash in clashes:
        commands.apply_default(_SCOPE, clash, now=now)
    return len(clashes)


def unroll(*, now: datetime) -> int:
    """Put the days to come of approved entries on the plan; return how many entries were looked at.

    Each day is settled by itself and an entry counts as done when all of them are: killed half way, it begins there
    again and nothing is planned twice. After about a second the other duties have their turn.
    """
    begun_s = time.monotonic()
    until_on = planning.today(now) + timedelta(days=HORIZON_DAYS)
    due = Entry.objects.unscoped("clock").filter(Q(planned_until=None) | Q(planned_until__lt=until_on))
    with_something = due.filter(versions__state=EntryState.APPROVED).select_related("unit").distinct()
    count = 0
    for entry in with_something.order_by("planned_until", "pk")[:_ENTRIES_MOST]:
        _unroll(entry, until_on=until_on, now=now)
        count += 1
        if time.monotonic() - begun_s > _TURN_S:
            break
    return count


def _unroll(entry: Entry, *, until_on: date, now: datetime) -> None:
    held = programme.approved_of([entry])[entry.pk]
    wanted = programme.wanted(held, from_on=planning.today(now), until_on=until_on)
    standing = programme.standing(entry, from_at=now)
    for day in sorted({*wanted, *standing}):
        if settling.is_settled(standing.get(day), wanted.get(day), now=now):
            continue
        try:
            commands.settle_occurrence(_SCOPE, entry, day=day, now=now)
        except DomainError as refusal:
            logger.info("held back", extra={"entry": str(entry.pk), "day": day.isoformat(), "code": refusal.code})
            commands.hold_back(_SCOPE, entry, day=day, reason=refusal.code, now=now)
    same = Entry.objects.unscoped("clock").filter(pk=entry.pk, asks=entry.asks)
    same.update(planned_until=until_on)


def settle_speech(*, now: datetime) -> int:
    """Close live speech that has ended by itself, and keep what was said; return how many."""
    return speech.settle(now=now)
