"""Reads of releases and rollouts: what was taken in, how each rollout stands, which devices have trouble."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from loa.devices import stages
from loa.devices.models import Device, Release, ReleaseReport, Rollout
from loa.devices.stages import Count, Verdict
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet

_BELOW = """
  FROM devices_device AS device JOIN orgs_unit AS unit ON unit.id = device.unit_id
 WHERE device.state = 'enrolled' AND device.driver = 'loa'
   AND (unit.path = %(path)s OR starts_with(unit.path, %(path)s || '/'))
"""
_PROVED = "device.runs_release = %(statement)s AND device.release_step = 'proved'"
_FAILED = "device.tried_release = %(statement)s AND device.release_step IN ('refused', 'returned')"
_SILENT = """device.tried_release = %(statement)s AND device.release_step IN ('trying', 'proved')
             AND device.seen_at < %(silent_before)s"""
_AWAY = "device.tried_release <> %(statement)s AND (device.seen_at IS NULL OR device.seen_at < device.release_told_at)"
_COUNT = f"""
SELECT count(*),
       count(*) FILTER (WHERE told),
       count(*) FILTER (WHERE told AND proved AND NOT silent),
       count(*) FILTER (WHERE told AND failed),
       count(*) FILTER (WHERE told AND silent AND NOT failed),
       count(*) FILTER (WHERE told AND away AND NOT proved AND NOT failed AND NOT silent)
  FROM (SELECT device.release = %(statement)s IS TRUE AS told, {_PROVED} AS proved, {_FAILED} AS failed,
               COALESCE({_SILENT}, false) AS silent, {_AWAY} AS away {_BELOW}) AS stood
"""  # noqa: S608 - pieces of our own text
_TROUBLED = f"""
SELECT device.id {_BELOW} AND device.release = %(statement)s AND ({_FAILED} OR {_SILENT})
 ORDER BY device.name, device.id LIMIT %(most)s
"""
TROUBLED_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A rollout and how its devices stand."""

    rollout: Rollout
    count: Count
    share: int

    @property
    def next_share(self) -> int | None:
        """What part of the devices the next stage tells, in percent; None after the last."""
        following = self.rollout.stage + 1
        return stages.SHARES[following] if following <= stages.LAST else None


def visible(scope: Scope) -> ScopedQuerySet[Release]:
    """Return the releases this scope may see, newest first."""
    return Release.objects.within(scope, "devices.view").select_related("unit").order_by("-taken_at", "-pk")  # type: ignore[no-any-return]  # the manager is built at run time


def get(scope: Scope, release_id: uuid.UUID) -> Release:
    """Return one release; `NotFound` when it is absent or outside the scope."""
    found: Release | None = visible(scope).filter(pk=release_id).first()
    if found is None:
        raise NotFound
    return found


def rollouts(scope: Scope) -> ScopedQuerySet[Rollout]:
    """Return the rollouts this scope may see, newest first."""
    return Rollout.objects.within(scope, "devices.view").select_related("release", "unit").order_by("-began_at", "-pk")  # type: ignore[no-any-return]  # as above


def get_rollout(scope: Scope, rollout_id: uuid.UUID) -> Rollout:
    """Return one rollout; `NotFound` when it is absent or outside the scope."""
    found: Rollout | None = rollouts(scope).filter(pk=rollout_id).first()
    if found is None:
        raise NotFound
    return found


def standing(rollout: Rollout, *, now: datetime) -> Standing:
    """Return how the devices of a rollout stand."""
    share = stages.SHARES[rollout.stage]
    return Standing(rollout=rollout, count=count(rollout, now=now), share=share)


def count(rollout: Rollout, *, now: datetime) -> Count:
    """Count the devices of a rollout by how they stand to its release."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _reach(rollout, now=now))
        devices, told, proved, failed, silent, away = cursor.fetchone()
    return Count(devices=devices, told=told, proved=proved, failed=failed, silent=silent, away=away)


def verdict(rollout: Rollout, count: Count, *, now: datetime) -> Verdict:
    """Return what is to happen with a rollout that runs."""
    return stages.verdict(
        count,
        stage=rollout.stage,
        waited=now - rollout.stage_began_at,
        wait=timedelta(seconds=rollout.wait_s),
        failures_most_pct=rollout.failures_most_pct,
    )


def troubled(rollout: Rollout, *, now: datetime) -> Sequence[Device]:
    """Return devices that refused the release, went back, or fell silent with it: at most sixty."""
    with connection.cursor() as cursor:
        cursor.execute(_TROUBLED, {**_reach(rollout, now=now), "most": TROUBLED_SHOWN})
        found = [row[0] for row in cursor.fetchall()]
    devices = Device.objects.unscoped("of a rollout the caller may see").filter(pk__in=found)
    return list(devices.select_related("unit").order_by("name", "pk"))


def reports(release: Release, device: Device) -> Sequence[ReleaseReport]:
    """Return what a device, which the caller may see, said of a release, oldest first."""
    found = ReleaseReport.objects.unscoped("of a device the caller may see")
    return list(found.filter(statement=release.statement, device=device).order_by("pk"))


def running() -> Sequence[Rollout]:
    """Return every rollout that goes on by itself."""
    found = Rollout.objects.unscoped("the clock looks at all").filter(state=stages.RolloutState.RUNNING)
    return list(found.select_related("release", "unit").order_by("began_at", "pk"))


def _reach(rollout: Rollout, *, now: datetime) -> dict[str, Any]:  # Any: parameters of a statement
    return {
        "path": rollout.unit.path,
        "statement": rollout.release.statement,
        "silent_before": now - timedelta(seconds=rollout.silent_after_s),
    }
