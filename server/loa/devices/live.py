"""The sound of live speech: taken from the speaker, sealed for the bridge, read back as a recording."""

import hmac
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import connection
from django.db.models import Max

from loa.devices import notify, refusals, rules
from loa.devices.models import LiveChunk, LiveSession
from loa.kernel.scope import is_within
from loa_protocol import live
from loa_protocol.refusal import Refused

_BASE = """
UPDATE devices_live SET base_at = %(base)s
 WHERE id = %(session)s AND base_at IS NULL AND closed_at IS NULL AND expires_at > %(now)s
"""
_TAKE = """
INSERT INTO devices_live_chunk (session_id, seq, play_at, packets, seal, received_at)
SELECT id, %(seq)s, %(play_at)s, %(packets)s, %(seal)s, %(now)s FROM devices_live
 WHERE id = %(session)s AND closed_at IS NULL AND expires_at > %(play_at)s
ON CONFLICT (session_id, seq) DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An open session in which something must be done: by whom it was opened does not matter."""

    session: uuid.UUID
    reason: rules.LiveEnd


def take(session: LiveSession, seq: int, packets: bytes, *, now: datetime, lead: timedelta = rules.LIVE_LEAD) -> None:
    """Take in a chunk of an open session and have it sent to the devices; the same twice is one.

    The first that comes says when all of them sound: itself after `lead`. Raises `LiveOver`, and `BadSound` as `check`
    does or for what is numbered far ahead of its time.
    """
    check(session, packets)
    chunk = timedelta(milliseconds=session.chunk_ms)
    longest = live.RELAY_LONGEST if session.is_relay else live.LONGEST
    if seq > longest / chunk or seq * chunk > (now - session.opened_at) + live.AHEAD_MOST:
        raise refusals.BadSound
    with connection.cursor() as cursor:
        if session.base_at is None:
            cursor.execute(_BASE, {"session": session.pk, "now": now, "base": _whole_ms(now + lead) - seq * chunk})
            session.refresh_from_db(fields=["base_at"])
        if session.base_at is None:
            raise refusals.LiveOver
        play_at = session.base_at + seq * chunk
        sealed = seal(session.pk, seq, play_at, packets)
        cursor.execute(
            _TAKE,
            {"session": session.pk, "now": now, "seq": seq, "play_at": play_at, "packets": packets, "seal": sealed},
        )
        is_new = bool(cursor.rowcount)
    if is_new:
        notify.tell(notify.Channel.LIVE)
    elif not LiveChunk.objects.filter(session=session, seq=seq).exists():
        raise refusals.LiveOver


def check(session: LiveSession, packets: bytes) -> None:
    """Raise `BadSound` for what is not packed Opus of at most one chunk."""
    try:
        live.unpack(packets, most=session.chunk_ms // live.PACKET_MS)
    except Refused as broken:
        raise refusals.BadSound from broken


def seal(session: uuid.UUID | str, seq: int, play_at: datetime, packets: bytes) -> bytes:
    """Return what proves to the bridge that a process of ours took this chunk: the database alone cannot make one."""
    told = f"loa-live/{session}/{seq}/{round(play_at.timestamp() * 1000)}/".encode()
    return hmac.digest(settings.LOA_DEVICE_SECRET.encode(), told + packets, sha256)


def get(session: uuid.UUID) -> LiveSession | None:
    """Return a session; the caller has checked the right to its airing."""
    return LiveSession.objects.filter(pk=session).first()


def open_now() -> set[uuid.UUID]:
    """Return the sessions that are open."""
    return set(LiveSession.objects.filter(closed_at=None).values_list("pk", flat=True))


def open_in(paths: Sequence[str]) -> list[LiveSession]:
    """Return the open sessions in which somebody speaks to one of these units or below one; relays make way."""
    open_ones = LiveSession.objects.filter(closed_at=None).exclude(speaker=rules.RELAY_SPEAKER)
    open_ones = open_ones.order_by("opened_at", "pk")
    return [
        one
        for one in open_ones
        if any(is_within(area, path) or is_within(path, area) for area in one.areas for path in paths)
    ]


def ended(*, now: datetime) -> list[Standing]:
    """Return the open sessions that have to be closed: nothing comes from the speaker, or the time is up."""
    found: list[Standing] = []
    last = LiveSession.objects.filter(closed_at=None).order_by("opened_at", "pk")
    last_of: Mapping[uuid.UUID, datetime] = dict(
        LiveChunk.objects.filter(session__closed_at=None)
        .values_list("session_id")
        .annotate(last=Max("received_at"))
        .values_list("session_id", "last")
    )
    for session in last:
        heard_at = last_of.get(session.pk)
        patience = rules.RELAY_LOST_AFTER if session.is_relay else rules.LIVE_LOST_AFTER
        lost_at = session.opened_at + rules.LIVE_BEGIN_WITHIN if heard_at is None else heard_at + patience
        if now >= session.expires_at:
            found.append(Standing(session=session.pk, reason=rules.LiveEnd.LIMIT))
        elif now >= lost_at:
            found.append(Standing(session=session.pk, reason=rules.LiveEnd.LINE_LOST))
    return found


def unrecorded() -> list[LiveSession]:
    """Return the closed sessions whose sound is not kept as a recording yet."""
    found = LiveSession.objects.filter(closed_at__isnull=False, recording="", chunks__gt=0)
    return list(found.order_by("closed_at", "pk")[:20])


def sound(session: LiveSession) -> list[Sequence[bytes]]:
    """Return the Opus packets of each chunk of a closed session in order; none where one never came."""
    chunks = dict(LiveChunk.objects.filter(session=session).values_list("seq", "packets"))
    return [live.unpack(bytes(chunks[seq])) if seq in chunks else () for seq in range(session.chunks or 0)]


def spoken(session: LiveSession) -> timedelta:
    """Return how long was spoken in a session so far."""
    last = LiveChunk.objects.filter(session=session).aggregate(last=Max("seq"))["last"]
    chunks = session.chunks if session.chunks is not None else 0 if last is None else last + 1
    return chunks * timedelta(milliseconds=session.chunk_ms)


def _whole_ms(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
