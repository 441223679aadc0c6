"""What the clock does for programmes."""

from datetime import datetime

from django.db.models import F, Q

from loa.bulletins.rules import State as BulletinState
from loa.kernel import scope as scopes
from loa.schedules import commands
from loa.schedules.models import Clash, Slot
from loa.schedules.rules import ClashState
from loa.schedules.rules import State as SlotState

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
