"""Upkeep that runs by itself; who runs it, and when, is the box's business. Each may run twice."""

from datetime import datetime, timedelta

from django.db import connection

from loa.devices import commands, rules
from loa.devices.models import BridgeStatus, Device, EnrolmentCode, Outbound, Refusal, WrongCode
from loa.kernel import scope as scopes
from loa.kernel.command import Place
from loa.media import store
from loa_protocol import config

MONTHS_AHEAD = 2
KEEP_CODES = timedelta(days=30)
KEEP_SENT = timedelta(days=90)
KEEP_REFUSALS = timedelta(days=400)


_UNTOLD = """
SELECT DISTINCT unit.path FROM devices_device AS device JOIN orgs_unit AS unit ON unit.id = device.unit_id
 WHERE device.state = 'enrolled' AND device.told_area = ''
"""


def make_partitions(*, now: datetime) -> int:
    """Make the evidence table's partitions of this month and the next two; return how many were new. Run daily."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT devices_event_partitions(%s, %s)", [now, MONTHS_AHEAD])
        row = cursor.fetchone()
    return int(row[0])


def tell_areas(*, now: datetime) -> int:
    """Tell every enrolled device whose place changed where it stands; return how many. Run every second.

    The files are written first: a crash in between leaves the marks, and what is told twice is the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNTOLD)
        paths = [path for (path,) in cursor.fetchall()]
    if not paths:
        return 0
    digest_of = {path: store.put(config.encode(config.Config(area=path))) for path in paths}
    everywhere = Place(scope_path="", audit_name="devices")
    return commands.tell_areas(scopes.system("devices"), everywhere, digest_of=digest_of, now=now)


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
