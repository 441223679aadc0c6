"""Whatever comes in, a reader returns a value or raises `Refused`, and nothing else."""

import base64
import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa_protocol import envelope, limits, live, messages, plan, signing
from loa_protocol.keys import KeyRing
from loa_protocol.refusal import Reason, Refused
from loa_protocol.replay import Window
from loa_protocol.signing import Purpose

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
SESSION = "019aaf2e-3c00-7000-8000-0000000000d1"
ROOT, KEY = signing.generate(), signing.generate()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_SIGNED = ["device", "seq", "id", "kind", "iat", "exp", "airing", "plan", "verb", "devices", "area", "at", "ranges"]
_SPOKEN = ["number", "live", "chunks", "airing_id", "start_at", "end_at", "chunk_ms", "codec", "emergency"]
NAMES = st.sampled_from([*_SIGNED, *_SPOKEN])
CLAIMS = st.dictionaries(NAMES, JSON)


def ring():
    made = KeyRing(root=ROOT)
    made.vouched = {}
    return made


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_as_a_token_are_refused(token):
    with pytest.raises(Refused):
        ring().open(token, Purpose.STATE, NOW)
    with pytest.raises(Refused):
        ring().learn(token)
    with pytest.raises(Refused):
        ring().follow_root(token)


@given(CLAIMS, st.sampled_from([messages.DesiredState, messages.Now, messages.Command]))
def test_any_claims_are_read_or_refused(claims, kind):
    try:
        read = kind.read(claims)
    except Refused:
        return

    assert kind.read(read.claims()) == read


@given(st.dictionaries(st.sampled_from(["seq", "statements", "revoked", "iat", "jwk"]), JSON))
def test_any_signed_key_list_is_learned_or_refused(claims):
    made = ring()
    for purpose, take in ((Purpose.KEYS, made.learn), (Purpose.ROOT, made.follow_root)):
        with contextlib.suppress(Refused):
            take(signing.sign(claims, ROOT, purpose))


@given(st.binary(max_size=100) | JSON.map(lambda document: json.dumps(document).encode()))
def test_any_bytes_as_a_document_are_read_or_refused(content):
    for read in (messages.load, plan.decode, messages.Ack.decode):
        with contextlib.suppress(Refused):
            read(content)


@pytest.mark.parametrize("read", [messages.load, plan.decode, messages.Ack.decode])
def test_a_deep_document_is_refused(read):
    with pytest.raises(Refused):
        read(b"[" * 100_000)


def test_a_token_with_a_deep_header_is_refused():
    head = base64.urlsafe_b64encode(b"[" * 100_000).rstrip(b"=")

    with pytest.raises(Refused):
        ring().open(head + b".e30.AAAA", Purpose.STATE, NOW)


@given(st.binary(max_size=120))
def test_any_bytes_as_a_seal_are_refused(message):
    with pytest.raises(Refused):
        envelope.unseal(message, b"k" * 32, "topic")


@given(st.binary(), st.binary(min_size=32, max_size=32), st.text(max_size=40))
def test_what_is_sealed_opens_under_its_topic_only(payload, key, topic):
    sealed = envelope.seal(payload, key, topic)

    assert envelope.unseal(sealed, key, topic) == payload
    with pytest.raises(Refused):
        envelope.unseal(sealed, key, topic + "x")


@given(st.lists(st.integers(0, 4 * limits.REPLAY_WINDOW), max_size=80))
def test_a_window_admits_a_number_once_and_nothing_behind_it(numbers):
    window, seen, highest = Window(), set(), 0
    for number in numbers:
        behind = number <= highest - limits.REPLAY_WINDOW
        if behind or number in seen:
            with pytest.raises(Refused) as refused:
                window.admit(number)
            assert refused.value.reason is (Reason.ROLLED_BACK if behind else Reason.REPLAYED)
        else:
            window.admit(number)
            seen.add(number)
            highest = max(highest, number)
    assert window.bits < 1 << limits.REPLAY_WINDOW


@given(st.binary(max_size=300))
def test_any_bytes_as_a_chunk_of_live_speech_are_refused(message):
    with pytest.raises(Refused):
        live.open_chunk(message, KEY)


@given(st.binary(max_size=120))
def test_any_bytes_as_packets_are_read_or_refused(content):
    try:
        packets = live.unpack(content)
    except Refused:
        return

    assert live.pack(packets) == content


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1))
def test_a_signed_chunk_of_any_number_and_time_is_read_or_refused(seq, ms):
    body = live._HEAD.pack(1, live.session_id(SESSION).bytes, seq, ms) + live.pack([b"x"])
    signed = body + KEY.private_key.sign(live._DOMAIN + body)

    with contextlib.suppress(Refused):
        assert live.open_chunk(signed, KEY).seq == seq


def test_a_signature_on_speech_is_worth_nothing_as_a_token():
    chunk = live.sign(SESSION, 1, NOW, live.pack([b"x"]), KEY)

    with pytest.raises(Refused):
        signing.open_signed(chunk, KEY, Purpose.NOW)
