"""Upkeep that runs by itself; who runs it, and when, is the box's business. Each may run twice."""

from datetime import datetime, timedelta

from django.db import connection

from loa.devices import rules
from loa.devices.models import BridgeStatus, Device, EnrolmentCode, Outbound, Refusal, WrongCode

MONTHS_AHEAD = 2
KEEP_CODES = timedelta(days=30)
KEEP_SENT = timedelta(days=90)
KEEP_REFUSALS = timedelta(days=400)


def make_partitions(*, now: datetime) -> int:
    """Make the evidence table's partitions of this month and the next two; return how many were new. Run daily."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT devices_event_partitions(%s, %s)", [now, MONTHS_AHEAD])
        row = cursor.fetchone()
    return int(row[0])


def mark_silent(*, now: datetime) -> int:
    """Count devices that said nothing for three minutes as off line; return how many. Run every minute."""
    quiet = Device.objects.unscoped("the clock looks at all").filter(
        connected=True, seen_at__lt=now - rules.SILENT_AFTER
    )
    changed: int = quiet.update(connected=False, playing="")
    return changed


def purge(*, now: datetime) -> int:
    """Forget old codes, wrong guesses, sent messages and refusals; evidence stays. Run daily; return how many rows."""
    old = (
        EnrolmentCode.objects.filter(expires_at__lt=now - KEEP_CODES),
        WrongCode.objects.filter(at__lt=now - rules.GUESSES_WINDOW),
        Outbound.objects.filter(expires_at__lt=now - KEEP_SENT),
        Refusal.objects.filter(at__lt=now - KEEP_REFUSALS),
        BridgeStatus.objects.filter(seen_at__lt=now - timedelta(days=1)),
    )
    return sum(rows.delete()[0] for rows in old)
