"""MQTT packets to bytes and back, for versions 3.1.1 (4) and 5."""

from struct import Struct

from loa_protocol.mqtt import handshake, wire
from loa_protocol.mqtt.errors import Malformed
from loa_protocol.mqtt.packets import (
    V5,
    Auth,
    ConnAck,
    Connect,
    Disconnect,
    Kind,
    Message,
    Packet,
    PingReq,
    PingResp,
    Property,
    PubAck,
    SubAck,
    Subscribe,
    UnsubAck,
    Unsubscribe,
)

PINGREQ = b"\xc0\x00"
PINGRESP = b"\xd0\x00"

# Packets whose lower half byte is fixed (MQTT 5, 2.1.3); PUBLISH alone carries flags there.
_FLAGS = {kind: 0x02 if kind in {Kind.SUBSCRIBE, Kind.UNSUBSCRIBE} else 0 for kind in Kind}
_KINDS = {kind.value: kind for kind in Kind}
_PUBACK = Struct(">BBH").pack


def split_publish(header: int, body: bytes, version: int) -> tuple[bytes, bytes, int]:
    """Return topic, payload and packet identifier (0 at QoS 0) of a PUBLISH, the topic unchecked and not decoded.

    The shortest way from bytes to a payload; `read_publish` is the careful one.
    """
    try:
        at = 2 + (body[0] << 8 | body[1])
        topic = body[2:at]
        packet_id = 0
        if header & 0x06:
            packet_id = body[at] << 8 | body[at + 1]
            at += 2
            if packet_id == 0 or header & 0x06 == 0x06:
                raise Malformed("a PUBLISH with a wrong QoS or packet identifier")
        if version == V5:
            if body[at]:
                return _split_with_properties(topic, body[at:], packet_id)
            at += 1
    except IndexError as broken:
        raise Malformed("the packet ends too early") from broken
    if at > len(body):
        raise Malformed("the packet ends too early")
    return topic, body[at:], packet_id


def read_publish(header: int, body: bytes, version: int) -> Message:
    """Return the message of a PUBLISH."""
    topic, payload, packet_id = split_publish(header, body, version)
    name = wire.decode_text(topic)
    if not name or "+" in name or "#" in name:
        raise Malformed("a topic with wildcards, or none")
    return Message(name, payload, header >> 1 & 3, bool(header & 1), packet_id)


def write_publish(topic: str, payload: bytes, *, version: int, qos: int, retain: bool, packet_id: int) -> bytes:
    """Return the bytes of a PUBLISH. `packet_id` is written at QoS 1 only."""
    if not topic or "+" in topic or "#" in topic:
        raise Malformed("a topic nobody can publish on")
    head = wire.text(topic)
    if qos:
        head += packet_id.to_bytes(2, "big")
    if version == V5:
        head += b"\0"
    return bytes((0x30 | qos << 1 | retain,)) + wire.varint(len(head) + len(payload)) + head + payload


def renumber(packet: bytes, packet_id: int) -> bytes:
    """Return a written PUBLISH at QoS 1 with another packet identifier."""
    at = 1
    while packet[at] & 0x80:
        at += 1
    at += 3 + (packet[at + 1] << 8 | packet[at + 2])
    return packet[:at] + packet_id.to_bytes(2, "big") + packet[at + 2 :]


def write_puback(packet_id: int) -> bytes:
    """Return the bytes of a PUBACK that says yes; they are the same in both versions."""
    return _PUBACK(0x40, 2, packet_id)


def decode(header: int, body: bytes, version: int) -> Packet:  # noqa: C901, PLR0912 - one line a packet type
    """Return the packet of a frame. `version` is that of the connection; a CONNECT brings its own."""
    kind = _KINDS.get(header >> 4)
    if kind is None:
        raise Malformed(f"packet type {header >> 4}")
    if kind is Kind.PUBLISH:
        return read_publish(header, body, version)
    if header & 0x0F != _FLAGS[kind]:
        raise Malformed(f"flags of packet type {kind}")
    reader = wire.Reader(body)
    match kind:
        case Kind.CONNECT:
            packet: Packet = handshake.read_connect(reader)
        case Kind.CONNACK:
            packet = handshake.read_connack(reader, version)
        case Kind.PUBACK:
            packet = _read_puback(reader, version)
        case Kind.SUBSCRIBE:
            packet = _read_subscribe(reader, version)
        case Kind.UNSUBSCRIBE:
            packet = _read_unsubscribe(reader, version)
        case Kind.SUBACK:
            packet_id = _id_and_properties(reader, version, kind)
            packet = SubAck(packet_id=packet_id, codes=tuple(reader.rest()))
        case Kind.UNSUBACK:
            packet_id = _id_and_properties(reader, version, kind)
            packet = UnsubAck(packet_id=packet_id, codes=tuple(reader.rest()) if version == V5 else ())
        case Kind.PINGREQ:
            packet = PingReq()
        case Kind.PINGRESP:
            packet = PingResp()
        case Kind.DISCONNECT:
            packet = Disconnect(code=_closing_code(reader, version, kind))
        case Kind.AUTH:
            if version != V5:
                raise Malformed("AUTH before MQTT 5")
            packet = Auth(code=_closing_code(reader, version, kind))
    if reader.has_more:
        raise Malformed(f"bytes after the end of packet type {kind}")
    return packet


def encode(packet: Packet, version: int) -> bytes:  # noqa: C901, PLR0911 - one line a packet type
    """Return the bytes of a packet. A CONNECT is written in its own version."""
    empty = b"\0" if version == V5 else b""
    match packet:
        case Message(topic, payload, qos, retain, packet_id):
            return write_publish(topic, payload, version=version, qos=qos, retain=retain, packet_id=packet_id)
        case Connect():
            return _frame(Kind.CONNECT, handshake.connect_body(packet))
        case ConnAck():
            tail = wire.properties(packet.properties) if version == V5 else b""
            return _frame(Kind.CONNACK, bytes((packet.session_present, packet.code)) + tail)
        case PubAck():
            code = bytes((packet.code,)) if packet.code and version == V5 else b""
            return _frame(Kind.PUBACK, _id(packet.packet_id) + code)
        case Subscribe():
            wishes = b"".join(wire.text(name) + bytes((qos,)) for name, qos in packet.filters)
            return _frame(Kind.SUBSCRIBE, _id(packet.packet_id) + empty + wishes)
        case SubAck():
            return _frame(Kind.SUBACK, _id(packet.packet_id) + empty + bytes(packet.codes))
        case Unsubscribe():
            names = b"".join(wire.text(name) for name in packet.filters)
            return _frame(Kind.UNSUBSCRIBE, _id(packet.packet_id) + empty + names)
        case UnsubAck():
            return _frame(Kind.UNSUBACK, _id(packet.packet_id) + empty + bytes(packet.codes if version == V5 else ()))
        case PingReq():
            return PINGREQ
        case PingResp():
            return PINGRESP
        case Disconnect():
            return _frame(Kind.DISCONNECT, bytes((packet.code,)) if packet.code and version == V5 else b"")
        case Auth():
            return _frame(Kind.AUTH, bytes((packet.code, 0)))


def _frame(kind: Kind, body: bytes) -> bytes:
    return bytes((kind << 4 | _FLAGS[kind],)) + wire.varint(len(body)) + body


def _id(packet_id: int) -> bytes:
    return packet_id.to_bytes(2, "big")


def _split_with_properties(topic: bytes, tail: bytes, packet_id: int) -> tuple[bytes, bytes, int]:
    reader = wire.Reader(tail)
    if Property.TOPIC_ALIAS in reader.properties(Kind.PUBLISH):
        raise Malformed("a topic alias, which was never allowed")
    return topic, reader.rest(), packet_id


def _read_puback(reader: wire.Reader, version: int) -> PubAck:
    packet_id = reader.packet_id()
    return PubAck(packet_id=packet_id, code=_closing_code(reader, version, Kind.PUBACK))


def _read_subscribe(reader: wire.Reader, version: int) -> Subscribe:
    packet_id = _id_and_properties(reader, version, Kind.SUBSCRIBE)
    filters: list[tuple[str, int]] = []
    while reader.has_more:
        name, options = _filter(reader), reader.byte()
        if options & 3 == 3 or options & (0xC0 if version == V5 else 0xFC) or options >> 4 & 3 == 3:
            raise Malformed("options of SUBSCRIBE")
        filters.append((name, options & 3))
    if not filters:
        raise Malformed("SUBSCRIBE without a filter")
    return Subscribe(packet_id=packet_id, filters=filters)


def _read_unsubscribe(reader: wire.Reader, version: int) -> Unsubscribe:
    packet_id = _id_and_properties(reader, version, Kind.UNSUBSCRIBE)
    filters: list[str] = []
    while reader.has_more:
        filters.append(_filter(reader))
    if not filters:
        raise Malformed("UNSUBSCRIBE without a filter")
    return Unsubscribe(packet_id=packet_id, filters=filters)


def _filter(reader: wire.Reader) -> str:
    name = reader.text()
    if not name:
        raise Malformed("an empty filter")
    return name


def _id_and_properties(reader: wire.Reader, version: int, kind: Kind) -> int:
    packet_id = reader.packet_id()
    if version == V5:
        reader.properties(kind)
    return packet_id


def _closing_code(reader: wire.Reader, version: int, kind: Kind) -> int:
    """Return the reason code at the end of a packet, which may be left out when it is 0."""
    if version != V5 or not reader.has_more:
        return 0
    code = reader.byte()
    if reader.has_more:
        reader.properties(kind)
    return code
