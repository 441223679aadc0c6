"""What the clock does for programmes."""

from datetime import datetime

from loa.kernel import scope as scopes
from loa.schedules import commands
from loa.schedules.models import Clash
from loa.schedules.rules import ClashState

_SCOPE = scopes.system("schedules")


def settle(*, now: datetime) -> int:
    """Put on record the default orders whose time has come; return how many."""
    due = Clash.objects.unscoped("clock").filter(state=ClashState.OPEN, applies_at__lte=now).select_related("unit")
    clashes = list(due.order_by("applies_at", "pk")[:200])
    for clash in clashes:
        commands.apply_default(_SCOPE, clash, now=now)
    return len(clashes)
