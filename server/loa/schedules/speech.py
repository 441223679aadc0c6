"""Live speech while it is spoken and right after: taking its sound in, seeing it end, keeping the recording."""

import io
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import av

from loa.devices import live
from loa.devices.models import LiveSession
from loa.devices.rules import LiveEnd
from loa.dispatch import commands as dispatching
from loa.dispatch import rules as dispatch_rules
from loa.dispatch import spoken as speeches
from loa.dispatch.models import Airing
from loa.kernel import scope as scopes
from loa.kernel.errors import NotFound
from loa.kernel.pages import demand
from loa.kernel.scope import Scope
from loa.media import store
from loa.schedules.refusals import AnothersSpeech, NotSpeaking
from loa_protocol.live import PACKET_MS, SILENT_PACKET

logger = logging.getLogger(__name__)

SPEAK, VIEW = "schedules.speak", "dispatch.view"
RATE_HZ = 48_000

_SYSTEM = scopes.system("schedules")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """Live speech as its speaker sees it: `ready` of `meant` clusters took the opening over."""

    airing: Airing
    session: LiveSession
    meant: int
    ready: int
    spoken: timedelta

    @property
    def is_open(self) -> bool:
        """Whether it may still be spoken."""
        return self.session.closed_at is None and self.airing.state == dispatch_rules.State.RELEASED


def opened(scope: Scope, airing_id: uuid.UUID) -> tuple[Airing, LiveSession]:
    """Return live speech the scope sees, at a unit where it may speak; `NotFound`, `Denied` otherwise."""
    airing = speeches.speeches(scope, VIEW).filter(pk=airing_id).first()
    session = None if airing is None else live.get(airing_id)
    if airing is None or session is None:
        raise NotFound
    demand(scope, SPEAK, path=airing.scope_path, place=airing.unit.name)
    return airing, session


def spoken(scope: Scope, airing_id: uuid.UUID) -> Spoken:
    """Return live speech as `opened` does, with who hears it."""
    airing, session = opened(scope, airing_id)
    meant, ready = speeches.ready(airing_id)
    return Spoken(airing=airing, session=session, meant=meant, ready=ready, spoken=live.spoken(session))


def take(scope: Scope, airing_id: uuid.UUID, seq: int, packets: bytes, *, now: datetime) -> None:
    """Take in a chunk from the person who opened the speech, and from nobody else; their right is asked each time."""
    airing, session = opened(scope, airing_id)
    live.check(session, packets)
    if session.speaker != scope.actor.id:
        raise AnothersSpeech
    if airing.state != dispatch_rules.State.RELEASED:
        raise NotSpeaking
    live.take(session, seq, packets, now=now)


def settle(*, now: datetime) -> int:
    """Close what has ended by itself and keep recordings of what is closed; return how many. Run every second."""
    ended = {one.session: one.reason for one in live.ended(now=now)}
    open_ones = live.open_now()
    if open_ones:
        stopped = speeches.stopped_speeches(since=now - timedelta(hours=2))
        ended |= {pk: LiveEnd.STOPPED for pk in stopped if pk in open_ones}
    count = 0
    for airing in speeches.speeches_of(list(ended)) if ended else ():
        session = live.get(airing.pk)
        if session is not None and session.closed_at is None:
            dispatching.close_speech(_SYSTEM, airing, reason=ended[airing.pk], now=now)
            count += 1
    return count + _keep(now=now)


def recording(chunks: Sequence[Sequence[bytes]], *, chunk_ms: int) -> bytes:
    """Return Opus packets as an Ogg file, with silence where a chunk or a packet is missing."""
    out = io.BytesIO()
    each = PACKET_MS * RATE_HZ // 1000
    with av.open(out, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE_HZ, layout="mono")
        container.start_encoding()
        number = 0
        for chunk in chunks:
            for place in range(chunk_ms // PACKET_MS):
                packet = av.Packet(chunk[place] if place < len(chunk) else SILENT_PACKET)
                packet.stream = stream
                packet.time_base = stream.codec_context.time_base
                packet.pts = packet.dts = number * each
                packet.duration = each
                container.mux(packet)
                number += 1
    return out.getvalue()


def _keep(*, now: datetime) -> int:
    sessions = live.unrecorded()
    of = {one.pk: one for one in speeches.speeches_of([session.pk for session in sessions])} if sessions else {}
    for session in sessions:
        content = recording(live.sound(session), chunk_ms=session.chunk_ms)
        sha256 = store.put(content)
        dispatching.keep_speech(_SYSTEM, of[session.pk], sha256=sha256, size_bytes=len(content), now=now)
        logger.info("live speech kept", extra={"airing": str(session.pk), "sha256": sha256})
    return len(sessions)
