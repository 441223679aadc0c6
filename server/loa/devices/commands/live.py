"""Live speech: opening it for devices, and closing it. Its sound is no command: `loa.devices.live` takes it in."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Max

from loa.devices import refusals, rules
from loa.devices.commands import sending
from loa.devices.models import LiveChunk, LiveSession
from loa.kernel.command import Place, command, note
from loa.kernel.scope import Scope
from loa.orgs.models import Unit
from loa_protocol.live import LONGEST, RELAY_LONGEST, Opening
from loa_protocol.messages import NowKind


@command("devices.publish")
def open_live(
    scope: Scope,
    place: Place,
    /,
    *,
    session: uuid.UUID,
    units: Sequence[Unit],
    device_ids: Sequence[uuid.UUID] | None,
    speaker: str,
    lasts: timedelta,
    is_emergency: bool = False,
    source: str = "",
    now: datetime,
) -> LiveSession:
    """Let the devices below these units, or those named, be ready to hear live speech for so long, from now on.

    With a `source`, as people call it, it is a relay; its speaker is `RELAY_SPEAKER`.
    """
    if not timedelta() < lasts <= (RELAY_LONGEST if source else LONGEST):
        raise refusals.BadNumber
    if bool(source) != (speaker == rules.RELAY_SPEAKER):
        raise ValueError("a relay has a source and no speaker")
    opening = Opening(
        id=str(session),
        start_at=now,
        end_at=now + lasts,
        chunk_ms=rules.LIVE_CHUNK_MS,
        emergency=is_emergency,
        source=source,
    )
    areas: list[str] = []
    for unit in units:
        areas += sending.publish_now(
            scope, unit, kind=NowKind.LIVE, live=opening, device_ids=device_ids, expires_at=opening.end_at, now=now
        )
    made: LiveSession = LiveSession.objects.create(
        id=session,
        areas=list(dict.fromkeys(areas)),
        speaker=speaker,
        chunk_ms=rules.LIVE_CHUNK_MS,
        opened_at=now,
        expires_at=opening.end_at,
    )
    note(session=str(session), areas=made.areas, seconds=int(lasts.total_seconds()))
    return made


@command("devices.publish")
def close_live(
    scope: Scope, place: Place, /, *, session: uuid.UUID, units: Sequence[Unit], reason: rules.LiveEnd, now: datetime
) -> LiveSession:
    """Close live speech, once: devices let sound what they have of it and tell how much that was.

    After a stop nothing is said any more: the stop was.
    """
    held: LiveSession = LiveSession.objects.select_for_update().get(pk=session)
    if held.closed_at is not None:
        return held
    last = LiveChunk.objects.filter(session=held).aggregate(last=Max("seq"))["last"]
    held.closed_at, held.close_reason = now, reason
    held.chunks = 0 if last is None else last + 1
    held.save(update_fields=["closed_at", "close_reason", "chunks"])
    note(session=str(session), chunks=held.chunks, reason=reason.value)
    if reason is not rules.LiveEnd.STOPPED:
        for unit in units:
            sending.publish_now(
                scope,
                unit,
                kind=NowKind.CLOSE,
                airing_id=str(session),
                chunks=held.chunks,
                expires_at=now + rules.COMMAND_LIFETIME,
                now=now,
            )
    return held


@command("devices.publish")
def keep_recording(scope: Scope, place: Place, /, *, session: uuid.UUID, sha256: str, now: datetime) -> None:
    """Note under which digest the recording of a closed session lies; its chunks are kept no longer."""
    kept = LiveSession.objects.filter(pk=session, closed_at__lte=now, recording="")
    if kept.update(recording=sha256):
        LiveChunk.objects.filter(session_id=session).delete()
        note(session=str(session), sha256=sha256)
