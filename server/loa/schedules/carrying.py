"""Carrying one relay: its source taken in, watched, replaced while it is gone, and handed on as live sound."""

import logging
import math
import threading
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

import av
import numpy as np
from numpy.typing import NDArray

from loa.devices import live
from loa.devices.models import LiveSession
from loa.devices.refusals import BadSound, LiveOver
from loa.devices.rules import LIVE_CHUNK_MS, LiveEnd
from loa.dispatch import commands as dispatching
from loa.dispatch import rules as dispatch_rules
from loa.dispatch import spoken
from loa.dispatch.models import Airing
from loa.dispatch.rules import Turn
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.media import store
from loa.media.streams.fetching import Kind
from loa.media.streams.intake import BLOCK, RATE_HZ, Intake, Source
from loa.schedules.models import Occurrence, RelaySource
from loa.schedules.rules.relaying import Change, SourceState, Watch
from loa_protocol import live as wire
from loa_protocol.live import PACKET_MS, SILENT_PACKET

logger = logging.getLogger(__name__)

CHUNK = timedelta(milliseconds=LIVE_CHUNK_MS)
BLOCKS = round(LIVE_CHUNK_MS / 1000 * RATE_HZ) // BLOCK
LEAD = timedelta(seconds=3)
"""How long before its moment a chunk goes out: nobody waits for an answer, and a slow device is ready in time."""

LATE_LEAST = timedelta(milliseconds=700)
"""A chunk that would reach the devices later than so long before its moment is left out."""

_FRAME = PACKET_MS * RATE_HZ // 1000
_BIT_RATE = 32_000
_TURNS = {Change.LOST: Turn.LOST, Change.SILENT: Turn.SILENT, Change.BACK: Turn.BACK}
_SYSTEM = scopes.system("schedules")


def carry(airing_id: uuid.UUID, *, stopping: threading.Event) -> None:
    """Carry a claimed relay until its end, until it is stopped, or until this process stops: then another goes on."""
    airing, source = _of(airing_id)
    if airing is None or source is None:
        return
    end_at = airing.start_at + timedelta(milliseconds=airing.clip_duration_ms)
    session = _opened(airing, source)
    if session is None:
        return
    intake = Intake(
        Source(address=source.address, kind=Kind(source.kind), lufs=float(source.lufs)), lasts=end_at - airing.start_at
    )
    intake.start()
    try:
        is_through = _Carrier(airing, source, session, intake).run(end_at, stopping=stopping)
    finally:
        intake.close()
    if is_through:
        _close(airing)


def _of(airing_id: uuid.UUID) -> tuple[Airing | None, RelaySource | None]:
    """Return a relay and its source, both as they stand now; none for what is not to be heard."""
    one = (
        Occurrence.objects.unscoped("the worker carries what is due")
        .select_related("airing__unit", "version__source__fallback")
        .get(airing=airing_id)
    )
    source = one.version.source
    if one.airing is None or source is None or source.state != SourceState.IN_FORCE:
        return None, None
    return (one.airing, source) if one.airing.state in dispatch_rules.STANDING else (None, None)


def _opened(airing: Airing, source: RelaySource) -> LiveSession | None:
    """Return the session, opened here or before by another process; None when it is closed already."""
    now = clock.now()
    if airing.state == dispatch_rules.State.PLANNED:
        dispatching.open_relay(_SYSTEM, airing, name=source.name, now=now)
        return live.get(airing.pk)
    session = live.get(airing.pk)
    if session is None or session.closed_at is not None:
        return None
    dispatching.remark(_SYSTEM, airing, turn=Turn.TAKEN_OVER, now=now)
    return session


def _close(airing: Airing) -> None:
    now = clock.now()
    (held,) = spoken.speeches_of([airing.pk])
    session = live.get(airing.pk)
    if session is not None and session.closed_at is None:
        dispatching.close_speech(_SYSTEM, held, reason=LiveEnd.ENDED, now=now)
        dispatching.remark(_SYSTEM, held, turn=Turn.ENDED, now=now)


class _Carrier:
    """Hands chunk after chunk on, each at its own moment."""

    def __init__(self, airing: Airing, source: RelaySource, session: LiveSession, intake: Intake) -> None:
        self._airing, self._session, self._intake = airing, session, intake
        self._watch = Watch()
        self._encoder = _Encoder()
        self._instead = _instead(source)

    def run(self, end_at: datetime, *, stopping: threading.Event) -> bool:
        """Hand on until the end; False when this process has to leave it, or somebody else closed it."""
        seq = 0
        while True:
            seq = self._next(seq)
            play_at = self._base() + seq * CHUNK
            if play_at + CHUNK > end_at:
                return True
            if stopping.wait(max(0.0, (play_at - LEAD - clock.now()).total_seconds())):
                return False
            try:
                live.take(self._session, seq, self._chunk(), now=clock.now(), lead=LEAD)
            except (LiveOver, BadSound):
                return False
            seq += 1

    def _base(self) -> datetime:
        """Return when the first chunk sounds: its time, or as soon as can be once that has passed."""
        if self._session.base_at is not None:
            return self._session.base_at
        return max(self._airing.start_at, clock.now() + LEAD)

    def _next(self, seq: int) -> int:
        """Return the number of the next chunk that can still be in time."""
        if self._session.base_at is None:
            return 0
        left_out = (clock.now() + LATE_LEAST - self._session.base_at) / CHUNK
        return max(seq, math.ceil(left_out))

    def _chunk(self) -> bytes:
        """Return the next chunk: of the source, or of what is heard in its place."""
        blocks = self._intake.take(BLOCKS)
        level = None if blocks is None else max(block.level_dbfs for block in blocks)
        change = self._watch.hear(level, CHUNK)
        if change is not None:
            detail = str(self._intake.fault or "") if change is Change.LOST else ""
            dispatching.remark(_SYSTEM, self._airing, turn=_TURNS[change], detail=detail, now=clock.now())
            logger.info("relay changes", extra={"airing": str(self._airing.pk), "change": change.value})
        if self._watch.is_given_up:
            return self._encoder.packed(next(self._instead))
        if blocks is None:
            return self._encoder.packed(None)
        return self._encoder.packed(np.frombuffer(b"".join(block.samples for block in blocks), dtype="<i2"))


class _Encoder:
    """Makes packed Opus of a chunk of samples."""

    def __init__(self) -> None:
        encoder = av.CodecContext.create("libopus", "w")
        encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = RATE_HZ, "mono", "s16", _BIT_RATE
        encoder.options = {"frame_duration": str(PACKET_MS)}
        self._encoder = encoder
        self._at = 0

    def packed(self, samples: NDArray[np.int16] | None) -> bytes:
        """Return a chunk; silence for None."""
        if samples is None:
            return wire.pack([SILENT_PACKET] * (LIVE_CHUNK_MS // PACKET_MS))
        packets: list[bytes] = []
        for start in range(0, len(samples), _FRAME):
            frame = av.AudioFrame.from_ndarray(
                samples[start : start + _FRAME].reshape(1, -1).astype(np.int16), format="s16", layout="mono"
            )
            frame.sample_rate, frame.pts = RATE_HZ, self._at
            self._at += _FRAME
            packets += [bytes(packet) for packet in self._encoder.encode(frame)]
        return wire.pack(packets or [SILENT_PACKET])


def _instead(source: RelaySource) -> Iterator[NDArray[np.int16] | None]:
    """Yield what is heard while the source is gone, chunk by chunk and over and over; None is silence."""
    size = LIVE_CHUNK_MS * RATE_HZ // 1000
    while source.fallback is not None and store.has(source.fallback.sha256):
        rest = np.empty(0, np.int16)
        for piece in _kept(source.fallback.sha256):
            rest = np.concatenate([rest, piece])
            while len(rest) >= size:
                yield rest[:size]
                rest = rest[size:]
        if len(rest):
            yield np.concatenate([rest, np.zeros(size - len(rest), np.int16)])
    while True:
        yield None


def _kept(sha256: str) -> Iterator[NDArray[np.int16]]:
    """Yield the samples of a clip of ours: the store holds nothing the cage has not made."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    with av.open(str(store.path(sha256)), options={"protocol_whitelist": "file"}) as container:
        for frame in container.decode(audio=0):
            for part in resampler.resample(frame):
                yield part.to_ndarray()[0]
