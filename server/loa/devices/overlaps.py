"""Rollouts that reach the same devices: finding them, and letting one pause or stop."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from loa.devices import notify
from loa.devices.models import Rollout
from loa.devices.stages import RolloutState

MERGED = "merged"
"""Why a rollout stopped that came to a unit where another one goes on."""

_MEETING = """
    (other.path = {one}.path OR starts_with(other.path, {one}.path || '/')
     OR starts_with({one}.path, other.path || '/'))
"""
_OPEN_AT = f"""
SELECT FROM devices_rollout AS rollout JOIN orgs_unit AS other ON other.id = rollout.unit_id,
            (SELECT %(path)s::text AS path) AS place
 WHERE rollout.state IN ('running', 'paused') AND {_MEETING.format(one="place")}
"""
_MET = f"""
SELECT FROM devices_rollout AS mine JOIN orgs_unit AS place ON place.id = mine.unit_id
  JOIN devices_rollout AS rollout ON rollout.state = 'running' AND rollout.id <> mine.id
  JOIN orgs_unit AS other ON other.id = rollout.unit_id
 WHERE mine.id = %(mine)s AND {_MEETING.format(one="place")}
"""
_PAUSE = f"""
UPDATE devices_rollout AS mine SET state = 'paused'
  FROM orgs_unit AS place
 WHERE place.id = mine.unit_id AND mine.unit_id = ANY(%(units)s) AND mine.state = 'running' AND EXISTS (
    SELECT FROM devices_rollout AS rollout JOIN orgs_unit AS other ON other.id = rollout.unit_id
     WHERE rollout.state = 'running' AND rollout.id <> mine.id AND {_MEETING.format(one="place")})
"""  # noqa: S608 - as above
_UNTELL = """
UPDATE devices_device AS device
   SET release = NULLIF(device.runs_release, ''), release_told_at = NULL, state_seq = device.state_seq + 1
  FROM orgs_unit AS unit
 WHERE unit.id = device.unit_id AND (unit.path = %(path)s OR starts_with(unit.path, %(path)s || '/'))
   AND device.state = 'enrolled' AND device.release = %(statement)s AND device.runs_release <> %(statement)s
"""


def alone() -> None:
    """Let nobody else begin or go on with a rollout until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('devices_rollout'))")


def is_open_at(path: str) -> bool:
    """Tell whether a rollout that is not over reaches devices below a unit."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_AT, {"path": path})
        return cursor.fetchone() is not None


def is_met(rollout: Rollout) -> bool:
    """Tell whether another rollout that runs reaches the same devices: their units may have come together since."""
    with connection.cursor() as cursor:
        cursor.execute(_MET, {"mine": rollout.pk})
        return cursor.fetchone() is not None


def pause(unit_ids: Collection[int]) -> int:
    """Let running rollouts of these units pause where another one that runs reaches the same devices."""
    with connection.cursor() as cursor:
        cursor.execute(_PAUSE, {"units": list(unit_ids)})
        return int(cursor.rowcount)


def stop(row: Rollout, *, beside: Rollout, now: datetime) -> None:
    """Stop a rollout that comes to a unit where another one goes on; who does not run it yet keeps what it has."""
    row.state, row.ended_at, row.stopped_why = RolloutState.STOPPED, now, MERGED
    row.save(update_fields=["state", "ended_at", "stopped_why"])
    if row.release_id != beside.release_id:
        untell(row, path=row.unit.path)
        untell(row, path=beside.unit.path)


def untell(row: Rollout, *, path: str) -> int:
    """Let devices below a unit that were told of a release, and do not run it, keep what they have; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_UNTELL, {"path": path, "statement": row.release.statement})
        untold: int = cursor.rowcount
    notify.tell(notify.Channel.STATE)
    return untold
