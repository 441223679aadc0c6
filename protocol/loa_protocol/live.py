"""Live speech: the opening of a session, which travels as an urgent message, and the chunks of sound that follow it.

A chunk is not JSON but bytes, since a loudspeaker may pay for each of them:

    version (1) · session, a UUID (16) · sequence (4) · play-at, ms since 1970 (8) · packets · signature (64)

with big-endian numbers, and each packet as its length (2) and an Opus packet of 20 ms. The signature is Ed25519 by the
key that signed the opening, over `loa-live/1`, a zero byte and all that stands before it: a form no JWS can have.
"""

import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self  # Any: claims are an open JSON object

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.jwk import OKPKey

from loa_protocol import canonical, fields
from loa_protocol.plan import Priority
from loa_protocol.player import Live
from loa_protocol.refusal import Reason, Refused

PACKET_MS = 20
SILENT_PACKET = bytes((0xF8, 0xFF, 0xFE))
"""One packet of silence in Opus."""

CHUNK_MS_LEAST, CHUNK_MS_MOST = 200, 1_000
LONGEST = timedelta(minutes=60)
"""No speech may last longer, whatever its opening says."""

RELAY_LONGEST = timedelta(minutes=125)
"""No relay may last longer: a frame of two hours, and what it takes to open it."""

SOURCE_LONGEST = 120
"""The longest name of a relay's source in an opening."""

AHEAD_MOST = timedelta(seconds=30)
"""How far in the future a chunk may lie."""

PACKET_MAX_BYTES = 1_275
"""The largest Opus packet of one frame (RFC 6716 3.2)."""

CODEC = "opus/48000/1"

_DOMAIN = b"loa-live/1\x00"
_VERSION = 1
_HEAD = struct.Struct(">B16sIQ")
_LENGTH = struct.Struct(">H")
_SIGNATURE_BYTES = 64
_CHUNK_MAX_BYTES = _HEAD.size + (CHUNK_MS_MOST // PACKET_MS) * (_LENGTH.size + PACKET_MAX_BYTES) + _SIGNATURE_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A session in which somebody may be heard in `start_at <= t < end_at`; its id is that of its airing.

    With a `source` it is no speech but a relay of that source, on the lowest rung.
    """

    id: str
    start_at: datetime
    end_at: datetime
    chunk_ms: int = 400
    codec: str = CODEC
    emergency: bool = False
    source: str = ""

    @property
    def is_relay(self) -> bool:
        """Whether another's voice is passed on."""
        return bool(self.source)

    @property
    def chunk(self) -> timedelta:
        """How long one chunk sounds."""
        return timedelta(milliseconds=self.chunk_ms)

    @property
    def priority(self) -> Priority:
        """The rung of the ladder on which it stands."""
        if self.is_relay:
            return Priority.RELAY
        return Priority.LIVE_EMERGENCY if self.emergency else Priority.LIVE

    def live(self, *, start_at: datetime, end_at: datetime) -> Live:
        """Return the speech as the ladder knows it, from its first chunk to the last that is to be expected."""
        end_at = min(end_at, self.end_at)
        return Live(id=self.id, start_at=start_at, end_at=end_at, emergency=self.emergency, relay=self.is_relay)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of an urgent message."""
        told: dict[str, Any] = {
            "id": self.id,
            "start_at": canonical.to_wire(self.start_at),
            "end_at": canonical.to_wire(self.end_at),
            "chunk_ms": self.chunk_ms,
            "codec": self.codec,
            "emergency": self.emergency,
        }
        return told | {"source": self.source} if self.is_relay else told

    @classmethod
    def from_json(cls, document: fields.Document) -> Self:
        """Return the opening of a JSON object; `Refused` when it is not one."""
        start_at, end_at = fields.moment(document, "start_at"), fields.moment(document, "end_at")
        codec, emergency = fields.text(document, "codec", longest=40), document.get("emergency")
        source = fields.text(document, "source", longest=SOURCE_LONGEST) if "source" in document else ""
        longest = RELAY_LONGEST if source else LONGEST
        if not start_at < end_at <= start_at + longest or codec != CODEC or not isinstance(emergency, bool):
            raise Refused(Reason.MALFORMED, "live")
        if "source" in document and (emergency or not source.strip()):
            raise Refused(Reason.MALFORMED, "source")
        chunk_ms = fields.integer(document, "chunk_ms", low=CHUNK_MS_LEAST, high=CHUNK_MS_MOST)
        if chunk_ms % PACKET_MS:
            raise Refused(Reason.MALFORMED, "chunk_ms")
        return cls(
            id=str(session_id(fields.text(document, "id", longest=64))),
            start_at=start_at,
            end_at=end_at,
            chunk_ms=chunk_ms,
            codec=codec,
            emergency=emergency,
            source=source,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A piece of live sound. `play_at` is when its first sample sounds, the same on every device."""

    session: str
    seq: int
    play_at: datetime
    packets: Sequence[bytes]


def session_id(text: str) -> uuid.UUID:
    """Return the identifier of a session; `Refused` when the text is none in its one form."""
    try:
        found = uuid.UUID(text)
    except ValueError as broken:
        raise Refused(Reason.MALFORMED, "session") from broken
    if str(found) != text:
        raise Refused(Reason.MALFORMED, "session")
    return found


def pack(packets: Sequence[bytes]) -> bytes:
    """Return Opus packets one behind the other, each with its length in front."""
    return b"".join(_LENGTH.pack(len(packet)) + packet for packet in packets)


def unpack(content: bytes, *, most: int = CHUNK_MS_MOST // PACKET_MS) -> tuple[bytes, ...]:
    """Return the Opus packets that `pack` put together; `Refused` when they are not whole, too many or too large."""
    packets: list[bytes] = []
    at = 0
    while at < len(content):
        if at + _LENGTH.size > len(content) or len(packets) >= most:
            raise Refused(Reason.MALFORMED, "packets")
        (length,) = _LENGTH.unpack_from(content, at)
        at += _LENGTH.size
        if not 0 < length <= PACKET_MAX_BYTES or at + length > len(content):
            raise Refused(Reason.MALFORMED, "packets")
        packets.append(content[at : at + length])
        at += length
    if not packets:
        raise Refused(Reason.MALFORMED, "packets")
    return tuple(packets)


def sign(session: str, seq: int, play_at: datetime, packets: bytes, key: OKPKey) -> bytes:
    """Return a chunk as it is published. `packets` are packed."""
    ms = round(play_at.timestamp() * 1000)
    body = _HEAD.pack(_VERSION, session_id(session).bytes, seq, ms) + packets
    private = key.private_key
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError("live speech is signed with an Ed25519 key")
    return body + private.sign(_DOMAIN + body)


def peek(message: bytes) -> str:
    """Return the session a chunk claims to belong to, not yet believed; `Refused` for what is no chunk."""
    if not _HEAD.size + _SIGNATURE_BYTES < len(message) <= _CHUNK_MAX_BYTES or message[0] != _VERSION:
        raise Refused(Reason.MALFORMED, "chunk")
    return str(uuid.UUID(bytes=message[1:17]))


def open_chunk(message: bytes, key: OKPKey) -> Chunk:
    """Return a chunk signed by exactly this key, else raise `Refused`."""
    session = peek(message)
    body, signature = message[:-_SIGNATURE_BYTES], message[-_SIGNATURE_BYTES:]
    public = key.public_key
    if not isinstance(public, Ed25519PublicKey):
        raise Refused(Reason.UNKNOWN_KEY)
    try:
        public.verify(signature, _DOMAIN + body)
    except InvalidSignature as bad:
        raise Refused(Reason.BAD_SIGNATURE) from bad
    _, _, seq, ms = _HEAD.unpack_from(body)
    try:
        play_at = datetime.fromtimestamp(ms // 1000, UTC) + timedelta(milliseconds=ms % 1000)
    except (ValueError, OverflowError, OSError) as broken:
        raise Refused(Reason.MALFORMED, "play_at") from broken
    return Chunk(session=session, seq=seq, play_at=play_at, packets=unpack(body[_HEAD.size :]))
