"""Whatever arrives, in whatever pieces: packets, or one narrow error."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from loa_protocol.mqtt import codec
from loa_protocol.mqtt.errors import Malformed
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
    PingResp,
    PubAck,
    SubAck,
    Subscribe,
    UnsubAck,
    Unsubscribe,
    Will,
)

versions = st.sampled_from([V311, V5])
ids = st.integers(1, 65_535)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
topics = st.text(st.characters(codec="utf-8", exclude_characters="\0+#"), min_size=1, max_size=40)
filters = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)
codes = st.integers(0, 255)
qualities = st.integers(0, 1)

messages = st.builds(
    lambda topic, payload, qos, retain, number: Message(topic, payload, qos, retain, number if qos else 0),
    topics,
    st.binary(max_size=300),
    qualities,
    st.booleans(),
    ids,
)
wills = st.builds(Will, topic=topics, payload=st.binary(max_size=40), qos=qualities, retain=st.booleans())
properties = st.dictionaries(st.sampled_from([0x11, 0x21, 0x27]), st.integers(1, 65_535))


@st.composite
def packets(draw):
    version = draw(versions)
    is_new = version == V5
    username = draw(st.none() | texts)
    kinds = [
        messages,
        st.builds(
            Connect,
            client_id=texts,
            username=st.just(username),
            password=st.none() if username is None and not is_new else st.none() | st.binary(max_size=40),
            will=st.none() | wills,
            keepalive_s=st.integers(0, 65_535),
            clean_start=st.booleans(),
            version=st.just(version),
            properties=properties if is_new else st.just({}),
        ),
        st.builds(ConnAck, code=codes, session_present=st.booleans(), properties=properties if is_new else st.just({})),
        st.builds(PubAck, packet_id=ids, code=codes if is_new else st.just(0)),
        st.builds(
            Subscribe, packet_id=ids, filters=st.lists(st.tuples(filters, st.integers(0, 2)), min_size=1, max_size=9)
        ),
        st.builds(SubAck, packet_id=ids, codes=st.lists(codes, max_size=9).map(tuple)),
        st.builds(Unsubscribe, packet_id=ids, filters=st.lists(filters, min_size=1, max_size=9)),
        st.builds(UnsubAck, packet_id=ids, codes=st.lists(codes, max_size=9).map(tuple) if is_new else st.just(())),
        st.just(PingReq()),
        st.just(PingResp()),
        st.builds(Disconnect, code=codes if is_new else st.just(0)),
    ]
    if is_new:
        kinds.append(st.builds(Auth, code=codes))
    return draw(st.one_of(kinds)), version


def read_all(pieces, version):
    """Return the packets of a stream and whether it ended in `Malformed`."""
    framer, found = Framer(limit=4096), []
    for piece in pieces:
        try:
            for header, body in framer.feed(piece):
                found.append(codec.decode(header, body, version))
        except Malformed:
            return found, True
    return found, False


def cut(raw, places):
    ends = sorted({min(place, len(raw)) for place in places} | {0, len(raw)})
    return [raw[start:end] for start, end in itertools.pairwise(ends)]


@settings(max_examples=80, deadline=None)
@given(packets())
def test_every_packet_survives_the_way_there_and_back(drawn):
    packet, version = drawn

    found, is_broken = read_all([codec.encode(packet, version)], version)

    assert (found, is_broken) == ([packet], False)


@settings(max_examples=30, deadline=None)
@given(st.lists(packets(), min_size=1, max_size=6), st.lists(st.integers(0, 2000), max_size=12), versions)
def test_pieces_do_not_change_what_is_read(drawn, places, version):
    raw = b"".join(codec.encode(packet, version) for packet, its_version in drawn if its_version == version)

    whole = read_all([raw], version)

    assert read_all(cut(raw, places), version) == whole
    assert read_all([raw[at : at + 1] for at in range(len(raw))], version) == whole
    assert not whole[1]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600), st.lists(st.integers(0, 600), max_size=8), versions)
def test_any_bytes_give_packets_or_malformed_and_nothing_else(raw, places, version):
    whole, is_broken = read_all([raw], version)
    pieces, also_broken = read_all(cut(raw, places), version)

    # In one piece an error may swallow packets that came before it; the verdict is the same.
    assert also_broken == is_broken
    assert pieces[: len(whole)] == whole


@settings(max_examples=150, deadline=None)
@given(packets(), st.data())
def test_a_packet_with_one_byte_changed_gives_packets_or_malformed(drawn, data):
    packet, version = drawn
    raw = bytearray(codec.encode(packet, version))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))

    found, is_broken = read_all([bytes(raw)], version)

    assert is_broken or len(found) <= len(raw)


@settings(deadline=None)
@given(st.integers(0x10, 0xFF), st.binary(max_size=200), versions)
def test_any_body_of_any_type_is_a_packet_or_malformed(header, body, version):
    try:
        packet = codec.decode(header, body, version)
    except Malformed:
        return

    assert packet is not None


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=64), st.binary(max_size=300))
def test_the_short_way_to_a_payload_agrees_with_the_careful_one(topic_bytes, tail):
    body = len(topic_bytes).to_bytes(2, "big") + topic_bytes + tail
    for header in (0x30, 0x32):
        for version in (V311, V5):
            try:
                careful = codec.read_publish(header, body, version)
            except Malformed:
                continue

            assert codec.split_publish(header, body, version) == (
                careful.topic.encode(),
                careful.payload,
                careful.packet_id,
            )
