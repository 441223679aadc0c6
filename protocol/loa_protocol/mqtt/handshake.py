"""The bodies of CONNECT and CONNACK."""

from loa_protocol.mqtt import wire
from loa_protocol.mqtt.errors import Malformed, UnsupportedVersion
from loa_protocol.mqtt.packets import V5, V311, ConnAck, Connect, Kind, Will


def read_connect(reader: wire.Reader) -> Connect:
    """Return the CONNECT of a body; `UnsupportedVersion` when it is of another protocol."""
    name, version = reader.binary(), reader.byte()
    if name != b"MQTT" or version not in {V311, V5}:
        raise UnsupportedVersion(f"protocol level {version}")
    flags = reader.byte()
    keepalive_s = reader.number(2)
    has_will = bool(flags & 0x04)
    will_qos = flags >> 3 & 3
    if flags & 0x01 or will_qos == 3 or (not has_will and flags & 0x38):
        raise Malformed("flags of CONNECT")
    if version == V311 and flags & 0xC0 == 0x40:
        raise Malformed("a password without a user name")  # MQTT 3.1.1, 3.1.2.9
    properties = reader.properties(Kind.CONNECT) if version == V5 else {}
    client_id = reader.text()
    will = None
    if has_will:
        if version == V5:
            reader.properties(0)
        topic = reader.text()
        if not topic or "+" in topic or "#" in topic:
            raise Malformed("a will topic with wildcards, or none")
        will = Will(topic=topic, payload=reader.binary(), qos=will_qos, retain=bool(flags & 0x20))
    return Connect(
        client_id=client_id,
        username=reader.text() if flags & 0x80 else None,
        password=reader.binary() if flags & 0x40 else None,
        will=will,
        keepalive_s=keepalive_s,
        clean_start=bool(flags & 0x02),
        version=version,
        properties=properties,
    )


def connect_body(packet: Connect) -> bytes:
    """Return the body of a CONNECT."""
    flags = 0x02 * packet.clean_start | 0x80 * (packet.username is not None) | 0x40 * (packet.password is not None)
    is_new = packet.version == V5
    tail = wire.text(packet.client_id)
    if packet.will is not None:
        flags |= 0x04 | packet.will.qos << 3 | 0x20 * packet.will.retain
        tail += (b"\0" if is_new else b"") + wire.text(packet.will.topic) + wire.binary(packet.will.payload)
    if packet.username is not None:
        tail += wire.text(packet.username)
    if packet.password is not None:
        tail += wire.binary(packet.password)
    head = b"\0\x04MQTT" + bytes((packet.version, flags)) + packet.keepalive_s.to_bytes(2, "big")
    return head + (wire.properties(packet.properties) if is_new else b"") + tail


def read_connack(reader: wire.Reader, version: int) -> ConnAck:
    """Return the CONNACK of a body."""
    flags, code = reader.byte(), reader.byte()
    if flags & 0xFE:
        raise Malformed("flags of CONNACK")
    # A server that does not speak MQTT 5 may refuse in the older, shorter form.
    properties = reader.properties(Kind.CONNACK) if version == V5 and reader.has_more else {}
    return ConnAck(code=code, session_present=bool(flags), properties=properties)
