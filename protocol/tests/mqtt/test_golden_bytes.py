"""The examples of the MQTT specifications, byte for byte, and packets other programs were seen to send."""

import pytest

from loa_protocol.mqtt import codec, wire
from loa_protocol.mqtt.errors import Malformed, TooLong, UnsupportedVersion
from loa_protocol.mqtt.framing import Framer
from loa_protocol.mqtt.packets import (
    V5,
    V311,
    Auth,
    ConnAck,
    Connect,
    Disconnect,
    Message,
    PingReq,
    PubAck,
    SubAck,
    Subscribe,
    UnsubAck,
    Unsubscribe,
    Will,
)


def only_packet(raw, version):
    ((header, body),) = Framer().feed(raw)
    return codec.decode(header, body, version)


GOLDEN = [
    # MQTT 3.1.1, figure 3.6: the variable header of the example, flags 0xCE, keep alive 10.
    (
        "10 23 0004 4D515454 04 CE 000A 0003 636964 0003 772F74 0003 627965 0004 75736572 0002 7077",
        Connect(
            client_id="cid",
            username="user",
            password=b"pw",
            will=Will(topic="w/t", payload=b"bye", qos=1),
            keepalive_s=10,
            clean_start=True,
            version=V311,
        ),
        V311,
    ),
    # MQTT 5, figure 3-6: the same with Session Expiry Interval 10 in its properties.
    (
        "10 2A 0004 4D515454 05 CE 000A 05 11 0000000A 0003 636964 00 0003 772F74 0003 627965 0004 75736572 0002 7077",
        Connect(
            client_id="cid",
            username="user",
            password=b"pw",
            will=Will(topic="w/t", payload=b"bye", qos=1),
            keepalive_s=10,
            clean_start=True,
            version=V5,
            properties={0x11: 10},
        ),
        V5,
    ),
    ("20 02 01 00", ConnAck(code=0, session_present=True), V311),
    ("20 02 00 05", ConnAck(code=5), V311),
    ("20 06 00 00 03 21 0014", ConnAck(code=0, properties={0x21: 20}), V5),
    # MQTT 3.1.1, figure 3.11: topic a/b, packet identifier 10; MQTT 5, figure 3-8 adds no properties.
    ("32 0A 0003 612F62 000A 6869 21", Message("a/b", b"hi!", 1, False, 10), V311),
    ("32 0B 0003 612F62 000A 00 6869 21", Message("a/b", b"hi!", 1, False, 10), V5),
    ("31 05 0003 612F62", Message("a/b", b"", 0, True, 0), V311),
    ("40 02 000A", PubAck(packet_id=10), V311),
    ("40 02 000A", PubAck(packet_id=10), V5),
    ("40 03 000A 87", PubAck(packet_id=10, code=0x87), V5),
    # MQTT 3.1.1, figure 3.23, and MQTT 5, figure 3-21: a/b at QoS 1, c/d at QoS 2.
    ("82 0E 000A 0003 612F62 01 0003 632F64 02", Subscribe(packet_id=10, filters=[("a/b", 1), ("c/d", 2)]), V311),
    ("82 0F 000A 00 0003 612F62 01 0003 632F64 02", Subscribe(packet_id=10, filters=[("a/b", 1), ("c/d", 2)]), V5),
    # MQTT 3.1.1, figure 3.27: granted 0, granted 2, refused.
    ("90 05 000A 00 02 80", SubAck(packet_id=10, codes=(0, 2, 0x80)), V311),
    ("90 06 000A 00 00 01 87", SubAck(packet_id=10, codes=(0, 1, 0x87)), V5),
    # MQTT 3.1.1, figure 3.30, and MQTT 5, figure 3-30.
    ("A2 0C 000A 0003 612F62 0003 632F64", Unsubscribe(packet_id=10, filters=["a/b", "c/d"]), V311),
    ("A2 0D 000A 00 0003 612F62 0003 632F64", Unsubscribe(packet_id=10, filters=["a/b", "c/d"]), V5),
    ("B0 02 000A", UnsubAck(packet_id=10), V311),
    ("B0 05 000A 00 00 11", UnsubAck(packet_id=10, codes=(0, 0x11)), V5),
    ("C0 00", PingReq(), V5),
    ("E0 00", Disconnect(), V311),
    ("E0 01 8E", Disconnect(code=0x8E), V5),
    ("F0 02 18 00", Auth(code=0x18), V5),
]


@pytest.mark.parametrize(
    ("text", "packet", "version"), GOLDEN, ids=[f"{type(row[1]).__name__}-{row[0]}" for row in GOLDEN]
)
def test_a_golden_packet_reads_and_writes_to_the_byte(text, packet, version):
    raw = bytes.fromhex(text)

    assert only_packet(raw, version) == packet
    assert codec.encode(packet, version) == raw


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "00"),
        (127, "7F"),
        (128, "80 01"),
        (16_383, "FF 7F"),
        (16_384, "80 80 01"),
        (2_097_151, "FF FF 7F"),
        (2_097_152, "80 80 80 01"),
        (268_435_455, "FF FF FF 7F"),
    ],
)
def test_lengths_are_those_of_table_1_1(value, text):
    assert wire.varint(value) == bytes.fromhex(text)
    assert wire.Reader(bytes.fromhex(text)).varint() == value


def test_text_is_the_example_of_figure_1_2():
    assert wire.text("A\U0002a6d4") == bytes.fromhex("0005 41 F0AA9B94")


def test_a_mosquitto_connack_with_its_properties_is_read():
    raw = bytes.fromhex("20 09 00 00 06 22 000A 21 0014")

    assert only_packet(raw, V5) == ConnAck(code=0, properties={0x22: 10, 0x21: 20})


def test_properties_of_a_publish_are_checked_and_let_go():
    body = "0003 612F62 000A 15 01 01 02 0000003C 03 0004 6A736F6E 26 0001 6B 0001 76 6869"
    raw = bytes.fromhex("32 1F" + body)

    assert only_packet(raw, V5) == Message("a/b", b"hi", 1, False, 10)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("00 00", V5),  # type 0 is forbidden
        ("50 02 000A", V5),  # PUBREC: QoS 2 is not spoken
        ("60 02 000A", V5),  # PUBREL with wrong flags
        ("36 07 0003 612F62 000A", V311),  # QoS 3
        ("32 07 0003 612F62 0000", V311),  # packet identifier 0
        ("30 05 0003 612F23", V311),  # a wildcard in a topic
        ("30 02 0000", V311),  # no topic, and no alias to stand for it
        ("30 05 0003 610062", V311),  # a null character
        ("30 05 0003 61C328", V311),  # not UTF-8
        ("30 07 0005 61EDA080 62", V311),  # a surrogate
        ("30 04 0003 612F", V311),  # cut off in the topic
        ("32 05 0003 612F62", V311),  # no packet identifier
        ("30 05 0003 612F62", V5),  # no property length
        ("30 09 0003 612F62 03 23 0001", V5),  # a topic alias
        ("30 08 0003 612F62 02 0102", V5),  # payload format 2
        ("30 0A 0003 612F62 04 0101 0101", V5),  # a property twice
        ("30 09 0003 612F62 03 21 0001", V5),  # receive maximum in a PUBLISH
        ("30 08 0003 612F62 05 0100", V5),  # properties longer than the packet
        ("80 08 000A 0003 612F62 01", V311),  # SUBSCRIBE without its flags
        ("82 08 000A 0003 612F62 03", V311),  # QoS 3 wanted
        ("82 02 000A", V311),  # SUBSCRIBE of nothing
        ("82 05 000A 0000 01", V311),  # an empty filter
        ("A2 02 000A", V311),  # UNSUBSCRIBE of nothing
        ("20 02 02 00", V311),  # reserved flags of CONNACK
        ("20 06 00 00 03 21 0000", V5),  # receive maximum 0
        ("C0 01 00", V5),  # PINGREQ with a body
        ("F0 00", V311),  # AUTH before MQTT 5
        ("10 0F 0004 4D515454 04 03 000A 0003 636964", V311),  # the reserved flag of CONNECT
        ("10 0F 0004 4D515454 04 42 000A 0003 636964", V311),  # a password flag without a user flag
        ("10 0F 0004 4D515454 04 0A 000A 0003 636964", V311),  # will QoS without a will
        ("10 10 0004 4D515454 04 02 000A 0003 636964 00", V311),  # a byte too much
    ],
)
def test_what_the_specification_forbids_is_malformed(text, version):
    with pytest.raises(Malformed):
        only_packet(bytes.fromhex(text), version)


@pytest.mark.parametrize("text", ["10 0C 0006 4D5149736470 03 02 000A", "10 0A 0004 4D515454 06 02 000A"])
def test_another_protocol_level_is_named_as_such(text):
    with pytest.raises(UnsupportedVersion):
        only_packet(bytes.fromhex(text), V5)


def test_a_packet_over_the_limit_is_refused_before_it_arrives():
    with pytest.raises(TooLong):
        Framer(limit=1000).feed(bytes.fromhex("30 E9 07"))


@pytest.mark.parametrize("text", ["30 FF FF FF FF", "30 FF FF FF 80", "30 80 00", "30 80 80 80 00"])
def test_a_length_written_wrongly_is_malformed(text):
    with pytest.raises(Malformed):
        Framer().feed(bytes.fromhex(text))


@pytest.mark.parametrize("topic", ["", "a/+", "a/#", "a\0b", "x" * 65_536, "\ud800"])
def test_a_topic_nobody_can_publish_on_is_not_written(topic):
    with pytest.raises(Malformed):
        codec.write_publish(topic, b"", version=V5, qos=1, retain=False, packet_id=1)


@pytest.mark.parametrize("size", [0, 100, 200, 20_000, 200_000])
@pytest.mark.parametrize("version", [V311, V5])
def test_renumbering_changes_the_packet_identifier_only(size, version):
    packet = codec.write_publish("a/b", b"x" * size, version=version, qos=1, retain=True, packet_id=7)

    other = codec.renumber(packet, 60_000)

    assert only_packet(other, version) == only_packet(packet, version)._replace(packet_id=60_000)
