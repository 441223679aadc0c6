"""The golden vectors: committed once, verified for ever."""

import base64
import json
from datetime import datetime
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from loa_protocol import canonical, config, envelope, live, messages, plan, release, signing
from loa_protocol.keys import KeyRing
from loa_protocol.refusal import Refused
from loa_protocol.signing import Purpose

VECTORS = json.loads((Path(__file__).parent / "vectors" / "protocol-1.json").read_text())
NOW = datetime.fromisoformat(VECTORS["now"])
READ = {
    "loa-state": messages.DesiredState,
    "loa-now": messages.Now,
    "loa-cmd": messages.Command,
    "loa-release": release.Release,
}


@pytest.fixture
def ring():
    ring = KeyRing(root=OKPKey.import_key(VECTORS["keys"]["root"]))
    ring.learn(VECTORS["keys"]["list"].encode())
    return ring


def what(vector):
    return vector.get("what") or vector.get("purpose")


@pytest.mark.parametrize("vector", VECTORS["tokens"]["verify"], ids=what)
def test_a_good_token_opens_to_its_claims_and_back(ring, vector):
    claims = ring.open(vector["token"].encode(), Purpose(vector["purpose"]), NOW)

    assert claims == vector["claims"]
    assert READ[vector["purpose"]].read(claims).claims() == vector["claims"]


@pytest.mark.parametrize("vector", VECTORS["tokens"]["refuse"], ids=what)
def test_a_bad_token_is_refused_for_its_reason(ring, vector):
    with pytest.raises(Refused) as refused:
        READ[vector["purpose"]].read(ring.open(vector["token"].encode(), Purpose(vector["purpose"]), NOW))

    assert refused.value.reason == vector["reason"]


@pytest.mark.parametrize("vector", VECTORS["keys"]["refuse"], ids=what)
def test_a_bad_key_list_is_refused_and_changes_nothing(ring, vector):
    before = (ring.seq, dict(ring.vouched), set(ring.revoked))

    with pytest.raises(Refused) as refused:
        ring.learn(vector["list"].encode())

    assert refused.value.reason == vector["reason"]
    assert (ring.seq, ring.vouched, ring.revoked) == before


def test_a_newer_key_list_is_followed(ring):
    for token in VECTORS["keys"]["follow"]:
        ring.learn(token.encode())

    assert ring.seq == 6
    assert len(ring.vouched) == 1


def test_the_old_root_names_the_new_one(ring):
    ring.follow_root(VECTORS["keys"]["rotation"].encode())

    assert signing.key_id(ring.root) == VECTORS["keys"]["new_root"]
    assert ring.vouched == {}


def test_a_plan_has_one_digest_and_one_form():
    content = VECTORS["plan"]["content"].encode()

    assert canonical.sha256(content) == VECTORS["plan"]["sha256"]
    assert plan.encode(plan.decode(content)) == content


def test_a_plan_carries_how_loud_it_may_be_and_how_it_rises():
    content = VECTORS["plan"]["limited"]["content"].encode()

    assert canonical.sha256(content) == VECTORS["plan"]["limited"]["sha256"]
    assert plan.encode(plan.decode(content)) == content
    assert plan.decode(content).airings[0].fade_in_ms == 1_000
    assert [(one.most_pct, one.is_alert) for one in plan.decode(content).ceilings] == [(90, True), (30, False)]


@pytest.mark.parametrize("vector", VECTORS["plan"]["refuse"], ids=what)
def test_what_is_no_plan_is_refused(vector):
    with pytest.raises(Refused) as refused:
        plan.decode(vector["content"].encode())

    assert refused.value.reason == vector["reason"]


def test_a_configuration_has_one_digest_and_one_form():
    content = VECTORS["config"]["content"].encode()

    assert canonical.sha256(content) == VECTORS["config"]["sha256"]
    assert config.encode(config.decode(content)) == content
    assert config.decode(content).area == "25/08707"


@pytest.mark.parametrize("vector", VECTORS["config"]["refuse"], ids=what)
def test_what_is_no_configuration_is_refused(vector):
    with pytest.raises(Refused) as refused:
        config.decode(vector["content"].encode())

    assert refused.value.reason == vector["reason"]


def test_a_seal_is_made_and_opened():
    seal = VECTORS["seal"]
    shared = envelope.device_key(base64.urlsafe_b64decode(seal["secret"]), seal["device"])

    assert base64.urlsafe_b64encode(shared).rstrip(b"=").decode() == seal["device_key"]
    assert envelope.seal(seal["payload"].encode(), shared, seal["topic"]).decode() == seal["sealed"]
    assert envelope.unseal(seal["sealed"].encode(), shared, seal["topic"]).decode() == seal["payload"]


def test_an_acknowledgement_opens_to_its_ranges():
    seal = VECTORS["seal"]
    shared = envelope.device_key(base64.urlsafe_b64decode(seal["secret"]), seal["device"])
    ack = messages.Ack.decode(envelope.unseal(seal["ack"]["sealed"].encode(), shared, seal["ack"]["topic"]))

    assert [list(pair) for pair in ack.ranges] == seal["ack"]["ranges"]
    assert ack.at == NOW


@pytest.mark.parametrize("vector", VECTORS["seal"]["refuse"], ids=what)
def test_a_broken_seal_is_refused(vector):
    seal = VECTORS["seal"]
    shared = envelope.device_key(base64.urlsafe_b64decode(seal["secret"]), seal["device"])

    with pytest.raises(Refused) as refused:
        envelope.unseal(vector["sealed"].encode(), shared, vector["topic"])

    assert refused.value.reason == vector["reason"]


def test_a_chunk_of_live_speech_opens_to_its_packets_and_back():
    told = VECTORS["live"]
    chunk = live.open_chunk(base64.urlsafe_b64decode(told["chunk"]), OKPKey.import_key(told["jwk"]))

    assert (chunk.session, chunk.seq, canonical.to_wire(chunk.play_at)) == (told["session"], 1, told["play_at"])
    assert [base64.urlsafe_b64encode(packet).decode() for packet in chunk.packets] == told["packets"]


@pytest.mark.parametrize("vector", VECTORS["live"]["refuse"], ids=what)
def test_a_chunk_that_is_not_the_speakers_is_refused(vector):
    with pytest.raises(Refused) as refused:
        live.open_chunk(base64.urlsafe_b64decode(vector["chunk"]), OKPKey.import_key(VECTORS["live"]["jwk"]))

    assert refused.value.reason == vector["reason"]
