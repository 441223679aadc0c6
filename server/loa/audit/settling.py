"""What comes back by itself: putting loose changes on record, signing checkpoints, removing what the rule lets go."""

import logging
from datetime import datetime, timedelta

from django.db import InternalError, connection, transaction

from loa.audit import checkpoints, commands
from loa.audit.models import Checkpoint, Entry
from loa.kernel import scope as scopes

logger = logging.getLogger(__name__)

LOOK_BACK = timedelta(hours=2)
"""A transaction that changes rows and ends later than this escapes `settle`; `verify` still names it."""


def settle(*, now: datetime) -> int:
    """Put on record what was changed outside every command since the last checkpoint; return how many rows."""
    last = Checkpoint.objects.order_by("-number").values_list("at", flat=True).first()
    since = min(last, now) - LOOK_BACK if last else datetime.min.replace(tzinfo=now.tzinfo)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit_settle(%s)", [since])
        row = cursor.fetchone()
    return int(row[0])


def seal(*, now: datetime) -> bool:
    """Settle and sign a checkpoint when there is something to sign; False when the database is an older one."""
    settle(now=now)
    try:
        checkpoints.make(now=now)
    except checkpoints.RecordIsOlder:
        logger.error("the database is older than its checkpoints: nothing is signed")  # noqa: TRY400 - no bug
        return False
    return True


def purge(*, now: datetime) -> int:
    """Remove what the rule lets go, and sign that it is gone; return how many entries."""
    oldest = Entry.objects.exclude(day=None).order_by("day").values_list("day", flat=True).first()
    if oldest is None or oldest > commands.last_day_to_remove(now=now) or not seal(now=now):
        return 0
    system = scopes.system("retention")
    try:
        removed = commands.remove_old(system, commands.WHOLE, now=now)
    except InternalError:  # the function's refusal: what is old is not sealed by a checkpoint
        logger.exception("nothing was removed from the record")
        return 0
    if removed:
        checkpoints.make(now=now, force=True)
    return removed
