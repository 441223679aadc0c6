"""The data types inside MQTT packets: numbers, strings, properties."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from loa_protocol.mqtt.errors import Malformed
from loa_protocol.mqtt.packets import Kind

VARINT_MAX = 268_435_455
TEXT_MAX_BYTES = 65_535

_BYTE, _SHORT, _LONG, _VARINT, _TEXT, _BINARY, _PAIR = range(7)

# MQTT 5, table 2-4: identifier, its type, and the packets it may stand in. The will's properties count as kind 0.
_WILL = 0
_PROPERTIES: dict[int, tuple[int, frozenset[int]]] = {
    0x01: (_BYTE, frozenset({Kind.PUBLISH, _WILL})),
    0x02: (_LONG, frozenset({Kind.PUBLISH, _WILL})),
    0x03: (_TEXT, frozenset({Kind.PUBLISH, _WILL})),
    0x08: (_TEXT, frozenset({Kind.PUBLISH, _WILL})),
    0x09: (_BINARY, frozenset({Kind.PUBLISH, _WILL})),
    0x0B: (_VARINT, frozenset({Kind.PUBLISH, Kind.SUBSCRIBE})),
    0x11: (_LONG, frozenset({Kind.CONNECT, Kind.CONNACK, Kind.DISCONNECT})),
    0x12: (_TEXT, frozenset({Kind.CONNACK})),
    0x13: (_SHORT, frozenset({Kind.CONNACK})),
    0x15: (_TEXT, frozenset({Kind.CONNECT, Kind.CONNACK, Kind.AUTH})),
    0x16: (_BINARY, frozenset({Kind.CONNECT, Kind.CONNACK, Kind.AUTH})),
    0x17: (_BYTE, frozenset({Kind.CONNECT})),
    0x18: (_LONG, frozenset({_WILL})),
    0x19: (_BYTE, frozenset({Kind.CONNECT})),
    0x1A: (_TEXT, frozenset({Kind.CONNACK})),
    0x1C: (_TEXT, frozenset({Kind.CONNACK, Kind.DISCONNECT})),
    0x1F: (
        _TEXT,
        frozenset({Kind.CONNACK, Kind.PUBACK, Kind.SUBACK, Kind.UNSUBACK, Kind.DISCONNECT, Kind.AUTH}),
    ),
    0x21: (_SHORT, frozenset({Kind.CONNECT, Kind.CONNACK})),
    0x22: (_SHORT, frozenset({Kind.CONNECT, Kind.CONNACK})),
    0x23: (_SHORT, frozenset({Kind.PUBLISH})),
    0x24: (_BYTE, frozenset({Kind.CONNACK})),
    0x25: (_BYTE, frozenset({Kind.CONNACK})),
    0x26: (_PAIR, frozenset({*Kind, _WILL})),
    0x27: (_LONG, frozenset({Kind.CONNECT, Kind.CONNACK})),
    0x28: (_BYTE, frozenset({Kind.CONNACK})),
    0x29: (_BYTE, frozenset({Kind.CONNACK})),
    0x2A: (_BYTE, frozenset({Kind.CONNACK})),
}
_NEVER_ZERO = frozenset({0x0B, 0x21, 0x23, 0x27})
_REPEATABLE = frozenset({0x0B, 0x26})
_WIDTH = {_BYTE: 1, _SHORT: 2, _LONG: 4}


_NOTHING: Mapping[int, int] = MappingProxyType({})
_CACHED_MAX_BYTES = 64


class Reader:
    """Reads one packet's body from front to back; everything that does not fit is `Malformed`."""

    __slots__ = ("_at", "_body")

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    @property
    def has_more(self) -> bool:
        """Whether bytes are left."""
        return self._at < len(self._body)

    def raw(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        end = self._at + size
        if end > len(self._body):
            raise Malformed("the packet ends too early")
        found = self._body[self._at : end]
        self._at = end
        return found

    def rest(self) -> bytes:
        """Return everything that is left."""
        return self.raw(len(self._body) - self._at)

    def number(self, size: int) -> int:
        """Return a big-endian number of `size` bytes."""
        return int.from_bytes(self.raw(size), "big")

    def byte(self) -> int:
        """Return the next byte."""
        at = self._at
        self._at = at + 1
        try:
            return self._body[at]
        except IndexError as short:
            raise Malformed("the packet ends too early") from short

    def packet_id(self) -> int:
        """Return a packet identifier, which is never 0."""
        found = self.number(2)
        if found == 0:
            raise Malformed("packet identifier 0")
        return found

    def binary(self) -> bytes:
        """Return bytes that carry their length before them."""
        body, at = self._body, self._at + 2
        try:
            end = at + (body[at - 2] << 8 | body[at - 1])
        except IndexError as short:
            raise Malformed("the packet ends too early") from short
        if end > len(body):
            raise Malformed("the packet ends too early")
        self._at = end
        return body[at:end]

    def text(self) -> str:
        """Return a UTF-8 string that carries its length before it."""
        return decode_text(self.binary())

    def varint(self) -> int:
        """Return a number of one to four bytes, written in the shortest way (MQTT 5, 1.5.5)."""
        value = 0
        for shift in (0, 7, 14, 21):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if not byte & 0x80:
                if shift and not byte:
                    raise Malformed("a length written too long")
                return value
        raise Malformed("a length over four bytes")

    def properties(self, kind: int) -> Mapping[int, int]:
        """Return the numeric properties of a packet of this kind; texts and user properties are checked and let go."""
        size = self.varint()
        if size == 0:
            return _NOTHING
        raw = self.raw(size)
        return _known_properties(raw, kind) if size <= _CACHED_MAX_BYTES else _read_properties(raw, kind)

    def property_value(self, shape: int) -> int | None:
        """Return a numeric property value, None for any other kind of value."""
        width = _WIDTH.get(shape)
        if width is not None:
            return self.number(width)
        if shape == _VARINT:
            return self.varint()
        if shape == _BINARY:
            self.binary()
        else:
            self.text()
            if shape == _PAIR:
                self.text()
        return None


def _read_properties(raw: bytes, kind: int) -> Mapping[int, int]:
    inner = Reader(raw)
    found: dict[int, int] = {}
    seen: set[int] = set()
    while inner.has_more:
        name = inner.varint()
        shape, allowed = _PROPERTIES.get(name, (_BYTE, frozenset()))
        if kind not in allowed:
            raise Malformed(f"property 0x{name:02x} in packet type {kind}")
        if name in seen and name not in _REPEATABLE:
            raise Malformed(f"property 0x{name:02x} twice")
        seen.add(name)
        value = inner.property_value(shape)
        if value is None:
            continue
        if (value == 0 and name in _NEVER_ZERO) or (value > 1 and shape == _BYTE):
            raise Malformed(f"property 0x{name:02x} out of range")
        found[name] = value
    return MappingProxyType(found)


# Thousands of connections begin with the same few properties.
_known_properties = lru_cache(maxsize=256)(_read_properties)


def decode_text(raw: bytes) -> str:
    """Return the string of UTF-8 bytes, without the null character MQTT forbids (1.5.4)."""
    try:
        found = raw.decode()
    except UnicodeDecodeError as broken:
        raise Malformed("text that is not UTF-8") from broken
    if "\0" in found:
        raise Malformed("a null character in text")
    return found


def varint(value: int) -> bytes:
    """Return a number as MQTT writes lengths."""
    if value < 0x80:
        return bytes((value,))
    if value > VARINT_MAX:
        raise Malformed("a length over 256 MB")
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def binary(value: bytes) -> bytes:
    """Return bytes with their length before them."""
    if len(value) > TEXT_MAX_BYTES:
        raise Malformed("a field over 65535 bytes")
    return len(value).to_bytes(2, "big") + value


def text(value: str) -> bytes:
    """Return a string in UTF-8 with its length before it."""
    try:
        encoded = value.encode()
    except UnicodeEncodeError as broken:
        raise Malformed("text that is not Unicode") from broken
    if b"\0" in encoded:
        raise Malformed("a null character in text")
    return binary(encoded)


def properties(values: Mapping[int, int]) -> bytes:
    """Return numeric properties with their length before them."""
    found = bytearray()
    for name, value in values.items():
        shape = _PROPERTIES[name][0]
        found.append(name)
        found += varint(value) if shape == _VARINT else value.to_bytes(_WIDTH[shape], "big")
    return varint(len(found)) + bytes(found)
