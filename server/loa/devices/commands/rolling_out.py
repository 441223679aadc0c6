"""Software on its way to devices: told stage by stage, stopped when it fails."""

from datetime import datetime, timedelta

from django.db import connection

from loa.devices import notify, overlaps, refusals, release_refusals, releases, stages
from loa.devices.models import Release, Rollout
from loa.devices.stages import RolloutState, Verdict
from loa.kernel import text
from loa.kernel.command import command, note
from loa.kernel.scope import Scope
from loa.orgs.models import Unit

_WHY = "the command checked the right"
_TELL = """
UPDATE devices_device AS device
   SET release = %(statement)s, release_told_at = %(now)s, state_seq = device.state_seq + 1
 WHERE device.id IN (
    SELECT device.id FROM devices_device AS device JOIN orgs_unit AS unit ON unit.id = device.unit_id
     WHERE device.state = 'enrolled' AND device.driver = 'loa' AND device.release IS DISTINCT FROM %(statement)s
       AND (unit.path = %(path)s OR starts_with(unit.path, %(path)s || '/'))
     ORDER BY NOT device.connected, md5(%(rollout)s || device.id::text) LIMIT %(most)s)
"""


@command("devices.update", needs_fresh=True)
def roll_out(
    scope: Scope,
    unit: Unit,
    /,
    *,
    release: Release,
    wait: timedelta,
    failures_most_pct: int,
    silent_after: timedelta,
    now: datetime,
) -> Rollout:
    """Begin to send a confirmed release to the devices below a unit: one, then 5 %, a quarter, all.

    It goes on by itself after `wait`, and stops by itself when more than so many percent fail or fall silent.
    Raises `NotConfirmed`, `TooOld`, `NotForThere`, `BadPace`, `AlreadyGoingOut`.
    """
    if release.confirmed_at is None:
        raise release_refusals.NotConfirmed
    if release.expires_at <= now:
        raise release_refusals.TooOld
    if unit.path != release.unit.path and not unit.path.startswith(f"{release.unit.path}/"):
        raise release_refusals.NotForThere
    if (
        not stages.WAIT_LEAST <= wait <= stages.WAIT_MOST
        or not 0 <= failures_most_pct <= stages.FAILURES_MOST_PCT
        or not stages.SILENT_LEAST <= silent_after <= stages.SILENT_MOST
    ):
        raise release_refusals.BadPace
    overlaps.alone()
    if overlaps.is_open_at(unit.path):
        raise release_refusals.AlreadyGoingOut
    row: Rollout = Rollout.objects.create(
        release=release,
        unit=unit,
        stage_began_at=now,
        wait_s=int(wait.total_seconds()),
        failures_most_pct=failures_most_pct,
        silent_after_s=int(silent_after.total_seconds()),
        began_at=now,
        began_by=_name(scope),
    )
    told = _tell(row, now=now)
    note(rollout=str(row.pk), release=str(release.pk), version=release.version, told=told)
    return row


@command("devices.update", needs_fresh=True)
def pause(scope: Scope, target: Rollout, /) -> Rollout:
    """Let no further device be told until it goes on. Raises `NotGoingOut`."""
    return _turn(target, RolloutState.RUNNING, RolloutState.PAUSED)


@command("devices.update", needs_fresh=True)
def go_on(scope: Scope, target: Rollout, /) -> Rollout:
    """Let a rollout that was paused go on. `NotGoingOut`; `AlreadyGoingOut` where another reaches its devices."""
    overlaps.alone()
    if overlaps.is_met(target):
        raise release_refusals.AlreadyGoingOut
    return _turn(target, RolloutState.PAUSED, RolloutState.RUNNING)


@command("devices.update", needs_fresh=True)
def withdraw(scope: Scope, target: Rollout, /, *, reason: str, now: datetime) -> Rollout:
    """End a rollout: no device that does not run the release takes it over any more.

    Raises `ReasonNeeded`, `NotGoingOut`.
    """
    words = text.line(reason)
    if not words or len(words) > stages.WORDS_LONGEST:
        raise refusals.ReasonNeeded(longest=stages.WORDS_LONGEST)
    held = _held(target)
    if not held.is_open:
        raise release_refusals.NotGoingOut
    _end(held, RolloutState.WITHDRAWN, by=_name(scope), why=words, now=now)
    return held


@command("devices.tend")
def advance(scope: Scope, target: Rollout, /, *, now: datetime) -> Rollout:
    """Bring a rollout to where it should be by now: stopped, a stage further, done, or as it was."""
    held = _held(target)
    if held.state != RolloutState.RUNNING:
        return held
    count = releases.count(held, now=now)
    verdict = releases.verdict(held, count, now=now)
    if verdict is Verdict.STOP:
        _end(held, RolloutState.STOPPED, by="", why="silent" if count.silent > count.failed else "failed", now=now)
    elif verdict is Verdict.DONE:
        _end(held, RolloutState.DONE, by="", why="", now=now)
    elif verdict is not Verdict.NOTHING:
        if verdict is Verdict.NEXT:
            held.stage, held.stage_began_at = held.stage + 1, now
            held.save(update_fields=["stage", "stage_began_at"])
        note(rollout=str(held.pk), stage=held.stage, told=_tell(held, now=now))
    return held


def _tell(row: Rollout, *, now: datetime) -> int:
    """Tell as many devices as the stage is to have; return how many were told anew."""
    count = releases.count(row, now=now)
    wanted = stages.size(row.stage, count.devices) - count.told
    if wanted <= 0:
        return 0
    with connection.cursor() as cursor:
        reach = {"path": row.unit.path, "statement": row.release.statement, "rollout": str(row.pk)}
        cursor.execute(_TELL, {**reach, "now": now, "most": wanted})
        told: int = cursor.rowcount
    if told:
        notify.tell(notify.Channel.STATE)
    return told


def _end(row: Rollout, state: RolloutState, *, by: str, why: str, now: datetime) -> None:
    row.state, row.ended_at, row.ended_by, row.stopped_why = state, now, by, why
    row.save(update_fields=["state", "ended_at", "ended_by", "stopped_why"])
    untold = 0
    if state is not RolloutState.DONE:
        untold = overlaps.untell(row, path=row.unit.path)
    note(rollout=str(row.pk), state=state.value, why=why if state is RolloutState.STOPPED else "", untold=untold)


def _turn(target: Rollout, before: RolloutState, after: RolloutState) -> Rollout:
    held = _held(target)
    if held.state != before:
        raise release_refusals.NotGoingOut
    held.state = after
    held.save(update_fields=["state"])
    note(rollout=str(held.pk), state=after.value)
    return held


def _held(target: Rollout) -> Rollout:
    rows = Rollout.objects.unscoped(_WHY).select_related("release", "unit")
    held: Rollout = rows.select_for_update(of=("self",)).get(pk=target.pk)
    return held


def _name(scope: Scope) -> str:
    return scope.actor.name or scope.actor.id
