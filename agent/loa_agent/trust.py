"""Believing messages: verification to the pinned root, done once for byte-identical messages however many hear them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar  # Any: claims are an open JSON object

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from loa_protocol import live, signing
from loa_protocol.keys import KeyRing, Vouched
from loa_protocol.messages import Command, DesiredState, Now
from loa_protocol.refusal import Reason, Refused
from loa_protocol.release import Release
from loa_protocol.signing import Purpose

_KEPT = 4096
_CHUNKS_KEPT = 64
_TOLERANCE_S = signing.CLOCK_TOLERANCE.total_seconds()
Message = TypeVar("Message", DesiredState, Now, Command, Release)


@dataclass(frozen=True, slots=True)
class _Opened(Generic[Message]):
    message: Message
    key: Vouched


class Reader(Generic[Message]):
    """Opens the messages of one purpose and remembers what came of it, good or bad, by their bytes."""

    def __init__(self, ring: KeyRing, purpose: Purpose, read: Callable[[Mapping[str, Any]], Message]) -> None:
        """Open with this ring, which must not change any more."""
        self._ring, self._purpose = ring, purpose
        self._read: Callable[[Mapping[str, Any]], Message] = read
        self._known: dict[bytes, _Opened[Message] | Refused] = {}

    def open(self, token: bytes, moment: float) -> Message:
        """Return the message if it is to be believed at `moment`, seconds since 1970, else raise `Refused`."""
        known = self._known.get(token)
        if known is None:
            known = self._verify(token)
        if isinstance(known, Refused):
            raise Refused(known.reason, known.detail)
        message, key = known.message, known.key
        if not key.not_before <= moment < key.not_after:
            raise Refused(Reason.KEY_NOT_VALID_NOW)
        if moment >= message.exp:
            raise Refused(Reason.EXPIRED)
        if message.iat > moment + _TOLERANCE_S:
            raise Refused(Reason.NOT_YET)
        return message

    def genuine(self, token: bytes) -> Message | None:
        """Return the message if its signature is good, in time or not."""
        known = self._known.get(token) or self._verify(token)
        return known.message if isinstance(known, _Opened) else None

    def key_of(self, token: bytes) -> Vouched | None:
        """Return the key that signed a message, if its signature was good."""
        known = self._known.get(token) or self._verify(token)
        return known.key if isinstance(known, _Opened) else None

    def _verify(self, token: bytes) -> "_Opened[Message] | Refused":
        result: _Opened[Message] | Refused
        try:
            claims, key = self._ring.verify(token, self._purpose)
            result = _Opened(self._read(claims), key)
        except Refused as refused:
            result = refused
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[token] = result
        return result


class Trust:
    """What one root and one key list make believable. Devices with the same two share it; it never changes."""

    def __init__(self, root: OKPKey, key_list: bytes) -> None:
        """Take over a key list; `Refused` when the root did not sign it."""
        ring = KeyRing(root=root)
        ring.learn(key_list)
        self.key_list = key_list
        self.seq = ring.seq
        self.state = Reader(ring, Purpose.STATE, DesiredState.read)
        self.now = Reader(ring, Purpose.NOW, Now.read)
        self.command = Reader(ring, Purpose.COMMAND, Command.read)
        self.release = Reader(ring, Purpose.RELEASE, Release.read)
        self._ring = ring
        self._chunks: dict[bytes, live.Chunk | Refused] = {}

    def not_before(self, known: "Trust") -> "Trust":
        """Return this trust, unless it is older than one that is known: `Refused`."""
        if self.seq < known.seq:
            raise Refused(Reason.ROLLED_BACK)
        return self

    def knows(self, key: Vouched) -> bool:
        """Tell whether a key is still vouched for and was not withdrawn."""
        return key.kid in self._ring.vouched and key.kid not in self._ring.revoked

    def chunk(self, message: bytes, key: Vouched | None, moment: float) -> live.Chunk:
        """Return a chunk signed by this key; by any that may sign now when the opening is not known. Else `Refused`."""
        if key is not None and not (self.knows(key) and key.not_before <= moment < key.not_after):
            raise Refused(Reason.REVOKED_KEY if not self.knows(key) else Reason.KEY_NOT_VALID_NOW)
        known = self._chunks.get(message)
        if known is None:
            keys = [key] if key is not None else [one for one in self._ring.vouched.values() if self.knows(one)]
            known = _opened_chunk(message, keys)
            if len(self._chunks) >= _CHUNKS_KEPT:
                self._chunks.clear()
            self._chunks[message] = known
        if isinstance(known, Refused):
            raise Refused(known.reason, known.detail)
        return known


class Trusts:
    """Every trust of this process, so that equal ones are one."""

    def __init__(self) -> None:
        """Begin with none."""
        self._trusts: dict[tuple[str, bytes], Trust] = {}

    def of(self, root_jwk: Mapping[str, Any], key_list: bytes) -> Trust:
        """Return the trust of a pinned root and a key list; `Refused` when they do not belong together."""
        try:
            root = OKPKey.import_key(dict(root_jwk))
            name = (signing.key_id(root), key_list)
        except (JoseError, ValueError, TypeError, KeyError) as broken:
            raise Refused(Reason.MALFORMED, "root") from broken
        if name not in self._trusts:
            self._trusts[name] = Trust(root, key_list)
        return self._trusts[name]


def _opened_chunk(message: bytes, keys: Sequence[Vouched]) -> live.Chunk | Refused:
    result = Refused(Reason.UNKNOWN_KEY)
    for key in keys:
        try:
            return live.open_chunk(message, key.key)
        except Refused as refused:
            result = refused
    return result
