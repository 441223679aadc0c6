"""Live speech as an airing: the same targets, evidence, verdicts and pages as of every other sound."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from loa.devices import commands as devices
from loa.devices import live
from loa.devices import rules as device_rules
from loa.devices.models import LiveSession
from loa.dispatch import rules, targets
from loa.dispatch.models import NO_CLIP, Airing
from loa.dispatch.refusals import AlreadySpeaking, NobodyThere
from loa.kernel import scope as scopes
from loa.kernel.command import Place, command, note
from loa.kernel.scope import Scope
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa_protocol import uuid7
from loa_protocol.plan import LateRule, Priority

_LOCK = 7_303_011
"""Held while live speech is opened: two speakers to the same clusters see each other."""


@command("dispatch.request")
def speak(
    scope: Scope,  # noqa: ARG001 - every command takes one
    unit: Unit,
    /,
    *,
    units: Sequence[Unit],
    title: str,
    lasts: timedelta,
    speaker: str,
    requested_by: str,
    is_emergency: bool = False,
    airing_id: uuid.UUID | None = None,
    exception: str = "",
    now: datetime,
) -> Airing:
    """Open live speech to the devices of these units, all at or below `unit`, for at most so long.

    `airing_id` is its name where somebody gave it one already, `exception` is as for `request`. `NobodyThere` without a
    cluster, `AlreadySpeaking` while somebody speaks to one of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    paths = [one.path for one in units]
    if live.open_in(paths):
        raise AlreadySpeaking
    is_whole = paths == [unit.path]
    chosen = [device for path in paths for device in targets.sounding(path).values_list("pk", flat=True)]
    airing = _airing(
        unit, title=title, lasts=lasts, is_chosen=not is_whole, is_emergency=is_emergency, by=requested_by, now=now
    )
    airing.pk, airing.exception = airing_id or airing.pk, exception
    airing.source = f"live:{airing.pk}"
    airing.save(force_insert=True)
    count = targets.fix(airing, unit_path=unit.path, device_ids=None if is_whole else sorted(set(chosen)))
    if count == 0:
        raise NobodyThere
    devices.open_live(
        scopes.system("dispatch"),
        Place(scope_path=unit.path, audit_name=f"live:{airing.pk}"),
        session=airing.pk,
        units=units,
        device_ids=None,
        speaker=speaker,
        lasts=lasts,
        is_emergency=is_emergency,
        now=now,
    )
    note(airing=airing.pk, devices=count, seconds=int(lasts.total_seconds()))
    return airing


@command("dispatch.request")
def close_speech(
    scope: Scope,  # noqa: ARG001 - as above
    airing: Airing,
    /,
    *,
    reason: device_rules.LiveEnd,
    now: datetime,
) -> Airing:
    """Close live speech; its airing then has the times at which it was spoken. Once: a second time changes nothing."""
    held: Airing = Airing.objects.unscoped("the command checked the right").select_for_update().get(pk=airing.pk)
    before = live.get(held.pk)
    if before is None or before.closed_at is not None:
        return held
    session = devices.close_live(
        scopes.system("dispatch"),
        Place(scope_path=airing.unit.path, audit_name=f"live:{held.pk}"),
        session=held.pk,
        units=list(orgs.units(scopes.system("dispatch")).filter(path__in=before.areas)),
        reason=reason,
        now=now,
    )
    _time(held, session, now=now)
    note(airing=held.pk, reason=reason.value, chunks=session.chunks)
    return held


@command("dispatch.request")
def keep_speech(
    scope: Scope,  # noqa: ARG001 - as above
    airing: Airing,
    /,
    *,
    sha256: str,
    size_bytes: int,
    now: datetime,
) -> Airing:
    """Give closed live speech the clip that was made of it."""
    held: Airing = Airing.objects.unscoped("the command checked the right").select_for_update().get(pk=airing.pk)
    held.clip_sha256, held.clip_size_bytes = sha256, size_bytes
    held.save(update_fields=["clip_sha256", "clip_size_bytes"])
    devices.keep_recording(
        scopes.system("dispatch"),
        Place(scope_path=airing.unit.path, audit_name=f"live:{held.pk}"),
        session=held.pk,
        sha256=sha256,
        now=now,
    )
    note(airing=held.pk, sha256=sha256)
    return held


def _airing(
    unit: Unit, /, *, title: str, lasts: timedelta, is_chosen: bool, is_emergency: bool, by: str, now: datetime
) -> Airing:
    """Return the airing, not yet stored, of live speech opened just now, as long as it may last at most."""
    start_at, length_ms = now + device_rules.LIVE_LEAD, int(lasts / timedelta(milliseconds=1))
    return Airing(
        pk=uuid7.make(),
        unit=unit,
        title=title,
        clip_sha256=NO_CLIP,
        clip_size_bytes=0,
        clip_duration_ms=length_ms,
        start_at=start_at,
        end_at=start_at + lasts + rules.LIVE_TOLERANCE,
        priority=Priority.LIVE_EMERGENCY if is_emergency else Priority.LIVE,
        late_rule=LateRule.JOIN,
        late_tolerance_ms=length_ms,
        state=rules.State.RELEASED,
        is_now=True,
        is_chosen=is_chosen,
        is_live=True,
        requested_by=by,
        created_at=now,
        released_at=now,
    )


def _time(airing: Airing, session: LiveSession, *, now: datetime) -> None:
    """Store when it was spoken; where nobody said anything, that there was nothing."""
    if session.chunks and session.base_at is not None:
        airing.start_at = session.base_at
        airing.clip_duration_ms = session.chunks * session.chunk_ms
        airing.end_at = session.base_at + timedelta(milliseconds=airing.clip_duration_ms) + rules.LIVE_TOLERANCE
    elif airing.state == rules.State.RELEASED and not session.is_relay:
        airing.state, airing.stopped_at = rules.State.CANCELLED, now
    airing.save(update_fields=["start_at", "end_at", "clip_duration_ms", "state", "stopped_at"])
