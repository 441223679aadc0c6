"""Cuts a stream of bytes into MQTT packets, whatever pieces it arrives in."""

from loa_protocol.limits import MESSAGE_MAX_BYTES
from loa_protocol.mqtt.errors import Malformed, TooLong

PACKET_MAX_BYTES = MESSAGE_MAX_BYTES + 4096
"""The longest packet body: the largest payload, its topic and properties."""

Frame = tuple[int, bytes]
"""The first byte of a packet and its body."""


class Framer:
    """Keeps the unfinished packet of one connection, never more than `limit` bytes of it."""

    __slots__ = ("_held", "_needed", "limit")

    def __init__(self, limit: int = PACKET_MAX_BYTES) -> None:
        self.limit = limit
        self._held: bytearray | None = None
        self._needed = 0

    @property
    def is_empty(self) -> bool:
        """Whether no unfinished packet is kept."""
        return self._held is None

    def feed(self, data: bytes) -> list[Frame]:
        """Return the packets that are complete with `data`.

        Raises `TooLong` for a length over the limit, `Malformed` for one written wrongly; the connection is then of no
        more use. A packet in a thousand pieces costs as much as in one: pieces are only joined when all have come.
        """
        held = self._held
        if held is not None:
            held += data
            if len(held) < self._needed:
                return []
            data = bytes(held)
            self._held = None
        frames: list[Frame] = []
        at, end = 0, len(data)
        needed = 2
        while end - at >= 2:
            length = data[at + 1]
            start = at + 2
            if length & 0x80:
                length, start = _long_length(data, at + 1)
                if start == 0:
                    needed = end - at + 1
                    break
            if length > self.limit:
                raise TooLong(f"a packet of {length} bytes")
            stop = start + length
            if stop > end:
                needed = stop - at
                break
            frames.append((data[at], data[start:stop]))
            at = stop
            needed = 2
        if at < end:
            self._held = bytearray(data[at:])
            self._needed = needed
        return frames


def _long_length(data: bytes, at: int) -> tuple[int, int]:
    """Return a length of two to four bytes and where the body starts; (0, 0) while bytes of it are missing."""
    value = 0
    for place, byte in enumerate(data[at : at + 4]):
        value |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            if place and not byte:
                raise Malformed("a length written too long")
            return value, at + place + 1
    if len(data) - at >= 4:
        raise Malformed("a length over four bytes")
    return 0, 0
