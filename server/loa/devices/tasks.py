"""Upkeep that runs by itself; who runs it, and when, is the box's business. Each may run twice."""

from datetime import datetime, timedelta

from django.db import connection

from loa.devices import commands, faults, overdue, queries, readings, releases, rules, watching
from loa.devices.drivers import absence
from loa.devices.models import BridgeStatus, Device, EnrolmentCode, Fetched, Outbound, Refusal, WrongCode
from loa.devices.stages import Verdict
from loa.kernel import scope as scopes
from loa.kernel.command import Place
from loa.media import store
from loa_protocol import config

MONTHS_AHEAD = 2
KEEP_CODES = timedelta(days=30)
KEEP_SENT = timedelta(days=90)
KEEP_REFUSALS = timedelta(days=400)
KEEP_FETCHED = rules.SAID_BEHIND


_UNTOLD = """
SELECT unit.path, device.is_muted FROM devices_device AS device JOIN orgs_unit AS unit ON unit.id = device.unit_id
 WHERE device.state = 'enrolled' AND device.told_area = ''
UNION
SELECT unit.path, device.is_muted FROM devices_device AS device JOIN orgs_unit AS unit ON unit.id = device.unit_id
 WHERE device.state = 'enrolled' AND device.is_muted <> device.told_muted
"""
_MUTE = """
WITH held AS (
    SELECT silence.device_ids, unit.path
      FROM devices_silence AS silence JOIN orgs_unit AS unit ON unit.id = silence.unit_id
     WHERE silence.stops AND silence.lifted_at IS NULL
), covered AS (
    SELECT device.id FROM held CROSS JOIN LATERAL unnest(held.device_ids) AS named (id)
      JOIN devices_device AS device ON device.id = named.id
    UNION
    SELECT device.id FROM held
      JOIN orgs_unit AS unit ON unit.path = held.path OR starts_with(unit.path, held.path || '/')
      JOIN devices_device AS device ON device.unit_id = unit.id
     WHERE held.device_ids IS NULL
), wrong AS (
    SELECT id, true AS should FROM covered
    UNION ALL
    SELECT id, false FROM devices_device WHERE is_muted AND id NOT IN (SELECT id FROM covered)
)
UPDATE devices_device AS device SET is_muted = wrong.should
  FROM wrong WHERE device.id = wrong.id AND device.is_muted <> wrong.should
"""
"""Whatever brought a device under a silence or out of one: its order, its lifting, a move, a unit that changed."""


def make_partitions(*, now: datetime) -> int:
    """Make the evidence table's partitions of this month and the next two; return how many were new. Run daily."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT devices_event_partitions(%s, %s)", [now, MONTHS_AHEAD])
        row = cursor.fetchone()
    readings.make_partitions(now=now)
    return int(row[0])


def roll_up(*, now: datetime) -> int:
    """Write what readings of whole hours come to; return how many rows. Run every few minutes."""
    return readings.roll_up(now=now)


def tell_areas(*, now: datetime) -> int:
    """Tell every enrolled device whose place changed, or that a silence took in or let go; return how many.

    Run every second.
    The files are written first: a crash in between leaves the marks, and what is told twice is the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MUTE)
        cursor.execute(_UNTOLD)
        wanted = cursor.fetchall()
    if not wanted:
        return 0
    digest_of = {
        (path, is_muted): store.put(config.encode(config.Config(area=path, is_muted=is_muted)))
        for path, is_muted in wanted
    }
    everywhere = Place(scope_path="", audit_name="devices")
    return commands.tell_areas(scopes.system("devices"), everywhere, digest_of=digest_of, now=now)


def look_after(*, now: datetime) -> int:
    """Open the faults that devices or their evidence tell of, close those that are gone; return how many. Run often.

    While no bridge speaks, nobody says that devices are out of reach.
    """
    told = watching.told_by_devices(now=now)
    if not queries.health(now).alive:
        away = {faults.Cause.OFFLINE, faults.Cause.POWER}
        told = {device: causes - away for device, causes in told.items()}
    fresh = watching.fresh(told, watching.played_without_sound(now=now))
    gone = []
    for ticket in watching.untold():
        is_ill = ticket.cause in told.get(ticket.device_id, ())
        if is_ill != (ticket.well_since is None):
            watching.untold().filter(pk=ticket.pk).update(well_since=None if is_ill else now)
        elif ticket.well_since is not None and now - ticket.well_since >= faults.WELL_FOR:
            gone.append(ticket.pk)
    further = watching.overdue(now=now)
    if not (fresh or gone or further):
        return 0
    everywhere = Place(scope_path="", audit_name="devices")
    tending = scopes.system("devices")
    return commands.tend(tending, everywhere, found=fresh, gone=gone, further=further, now=now)


def remind(*, now: datetime) -> int:
    """Tell people of faults that are overdue, once and a day later once again; return how many. Run every minute."""
    due = overdue.due(now=now)
    if not due:
        return 0
    everywhere = Place(scope_path="", audit_name="devices")
    return commands.remind(scopes.system("devices"), everywhere, due=due, now=now)


def send_out(*, now: datetime) -> int:
    """Bring every rollout to where it should be by now; return how many changed. Run often."""
    changed = 0
    for rollout in releases.running():
        if releases.verdict(rollout, releases.count(rollout, now=now), now=now) is not Verdict.NOTHING:
            commands.advance(scopes.system("devices"), rollout, now=now)
            changed += 1
    return changed


def mark_silent(*, now: datetime) -> int:
    """Count devices that said nothing for three minutes as off line; return how many. Run every minute."""
    others = absence.mark(now=now)
    quiet = Device.objects.unscoped("the clock looks at all").filter(
        connected=True, seen_at__lt=now - rules.SILENT_AFTER
    )
    changed: int = quiet.update(connected=False, playing="")
    return changed + others


def purge(*, now: datetime) -> int:
    """Forget old codes, wrong guesses, sent messages and refusals; evidence stays. Run daily; return how many rows."""
    old = (
        EnrolmentCode.objects.filter(expires_at__lt=now - KEEP_CODES),
        WrongCode.objects.filter(at__lt=now - rules.GUESSES_WINDOW),
        Outbound.objects.filter(expires_at__lt=now - KEEP_SENT),
        Refusal.objects.filter(at__lt=now - KEEP_REFUSALS),
        Fetched.objects.filter(at__lt=now - KEEP_FETCHED),
        BridgeStatus.objects.filter(seen_at__lt=now - timedelta(days=1)),
    )
    return sum(rows.delete()[0] for rows in old)
