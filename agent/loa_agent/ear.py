"""The ear of a device for live speech: nothing passes to the output but a verified chunk of an open session.

What anybody else says on a topic of live sound is put on record and never heard.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from loa_agent.effects import Sound
from loa_protocol import limits, live
from loa_protocol.refusal import Reason, Refused

if TYPE_CHECKING:
    from loa_agent.core import Core

RECORDED_A_MINUTE = 20
"""So many strange sounds of a minute are put on record, each session and reason once: no forger fills the disk."""

TOPIC = "/live"
"""As what an opening is kept that waits until its time can be judged."""

_TOKEN = b"e"
"""How an opening that is said again begins, as every compact JWS does; a chunk begins with its version."""


class Ear:
    """Hears topics of live sound for a core."""

    __slots__ = ("_core", "_minute", "_recorded")

    def __init__(self, core: "Core") -> None:
        """Hear for this core."""
        self._core = core
        self._minute = 0
        self._recorded: set[tuple[str, Reason]] = set()

    def hear(self, message: bytes, now: datetime, *, may_wait: bool = True) -> None:
        """Judge what came on a topic of live sound, and let it sound if it is what was opened."""
        core = self._core
        moment = now - core.clock.shift
        try:
            if message.startswith(_TOKEN):
                if may_wait and core.timing.defer(TOPIC, message, now):
                    return
                opening = core.gate.now_again(_bounded(message), moment.timestamp())
                if opening is not None:
                    core.follow_now(opening, now)
                return
            chunk = core.gate.chunk(message, moment.timestamp())
            if chunk is not None and core.stage.speeches.take(chunk, moment):
                core.effects.append(Sound(session=chunk.session, seq=chunk.seq, packets=chunk.packets))
        except Refused as refused:
            self._record(refused.reason, message, now)

    def _record(self, reason: Reason, message: bytes, now: datetime) -> None:
        core, minute = self._core, int(now.timestamp() // 60)
        if minute != self._minute:
            self._minute = minute
            self._recorded.clear()
        session = _claimed(message)
        if len(self._recorded) >= RECORDED_A_MINUTE or (session, reason) in self._recorded:
            return
        self._recorded.add((session, reason))
        core.refused_sound(session if core.gate.is_met(session) else None, reason, now)


def _bounded(message: bytes) -> bytes:
    if len(message) > limits.MESSAGE_MAX_BYTES:
        raise Refused(Reason.TOO_LARGE)
    return message


def _claimed(message: bytes) -> str:
    try:
        return live.peek(message)
    except Refused:
        return ""
