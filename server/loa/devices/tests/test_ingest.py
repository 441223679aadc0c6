import asyncio
import json
import uuid

import pytest
import uvloop

from loa.devices import commands, queries
from loa.devices.bridge.database import Line
from loa.devices.bridge.gate import Gate
from loa.devices.bridge.ingest import STAGE, Ingest
from loa.devices.bridge.record import Record
from loa.devices.models import PlayEvent, Refusal
from loa.devices.tests import fleet
from loa.kernel import clock
from loa_protocol import envelope, messages, topics, uuid7
from loa_protocol.topics import Up

pytestmark = pytest.mark.django_db(transaction=True)

AIRING = "0193b5c0-0000-7000-8000-000000000001"


@pytest.fixture
def world(request, transactional_db, settings):
    settings.LOA_MQTT_PORT = 0
    fleet.forget_evidence()
    return request.getfixturevalue("world")


def test_evidence_is_committed_before_it_is_acknowledged(world, now):
    devices, identities = world.enrolled()
    told = fleet.event(
        7, now, airing=AIRING, started_at=now, ended_at=now, level_dbfs=-21.5, lateness_ms=12, volume_pct=80
    )

    async def journey():
        async with fleet.running_bridge() as port:
            device = await fleet.FakeDevice(identities[0]).connect(port)
            receipt = device.tell(told)
            ranges = await device.acked()
            await asyncio.wait_for(receipt, fleet.WAIT_S)
            return ranges, await asyncio.to_thread(fleet._asked, lambda: queries.evidence_of([AIRING]))

    ranges, rows = uvloop.run(journey())
    assert ranges == ((7, 7),)
    assert [(row.device_id, row.outcome, row.level_dbfs, row.lateness_ms, row.started_at) for row in rows] == [
        (devices[0].pk, "played", -21.5, 12, now)
    ]


def test_what_is_sent_again_counts_once(world, now):
    _devices, identities = world.enrolled()
    events = [fleet.event(seq, now) for seq in range(1, 51)]

    async def journey():
        async with fleet.running_bridge() as port:
            device = await fleet.FakeDevice(identities[0]).connect(port)
            for _time in range(3):
                device.tell(*events)
                assert await device.acked()
            device.tell(*events[10:20], fleet.event(51, now))
            return await device.acked()

    assert uvloop.run(journey()) == ((11, 20), (51, 51))
    assert fleet.seqs() == list(range(1, 52))


class LostWire:
    """The wire of a bridge that dies between commit and acknowledgement: nothing said arrives."""

    def __init__(self):
        self.lost = []

    def tell(self, topic, payload):  # noqa: ARG002 - the shape of a wire
        self.lost.append(topic)


def test_a_bridge_killed_between_commit_and_acknowledgement_leaves_each_event_once(world, now):
    _devices, identities = world.enrolled()
    events = [fleet.event(seq, now) for seq in range(1, 11)]
    wire = LostWire()

    async def first_life():
        device = fleet.FakeDevice(identities[0])
        lines = [Line("gate"), Line("side"), Line("ingest", prepare=STAGE)]
        gate = Gate(lines[0])
        await gate.reload_all()
        ingest = Ingest(lines[2], gate=gate, record=Record(lines[1]), wire=wire)
        topic = topics.up(device.id, Up.EVENT)
        ingest.take(device.id, topic, envelope.seal(messages.encode_events(events), device.key, topic), lambda: None)
        ingest.close()
        await asyncio.wait_for(ingest.run(), fleet.WAIT_S)
        for line in lines:
            await line.close()

    async def second_life():
        async with fleet.running_bridge() as port:
            device = await fleet.FakeDevice(identities[0]).connect(port)
            device.tell(*events)
            return await device.acked()

    uvloop.run(first_life())
    assert len(wire.lost) == 1
    assert fleet.seqs() == list(range(1, 11))
    assert uvloop.run(second_life()) == ((1, 10),)
    assert fleet.seqs() == list(range(1, 11))


def test_a_forged_seal_is_refused_and_on_record(world, now):
    devices, identities = world.enrolled(count=2)

    async def journey():
        async with fleet.running_bridge() as port:
            device, other = [await fleet.FakeDevice(identity).connect(port) for identity in identities]
            await device.say(Up.EVENT, messages.encode_events([fleet.event(1, now)]), key=other.key)
            await device.say(Up.HELLO, messages.encode(messages.Hello(version="9", boot="b", at=now)), key=b"0" * 32)
            device.tell(fleet.event(2, now))
            await device.acked()
            await fleet.until(lambda: Refusal.objects.count() == 2)

    uvloop.run(journey())
    assert fleet.seqs() == [2]
    refused = Refusal.objects.order_by("pk")
    assert {(row.device_id, row.reason) for row in refused} == {(devices[0].pk, "bad_signature")}
    assert [row.pk for row in queries.refusals(world.technician, devices[0])] == sorted(
        (row.pk for row in refused), reverse=True
    )


def test_one_odd_event_does_not_break_its_batch(world, now):
    _devices, identities = world.enrolled()
    broken = {**fleet.event(2, now).to_json(), "outcome": "sung"}

    async def journey():
        async with fleet.running_bridge() as port:
            device = await fleet.FakeDevice(identities[0]).connect(port)
            batch = [fleet.event(1, now).to_json(), broken, fleet.event(3, now).to_json()]
            device.say(Up.EVENT, json.dumps({"events": batch}).encode())
            ranges = await device.acked()
            await fleet.until(Refusal.objects.exists)
            return ranges

    assert uvloop.run(journey()) == ((1, 3),)
    assert fleet.seqs() == [1, 3]
    assert Refusal.objects.get().detail == "outcome"


def test_payloads_that_are_no_batch_are_refused_and_the_bridge_goes_on(world, now):
    _devices, identities = world.enrolled()
    hostile = [b"", b"[]", b"{}", b'{"events":5}', b"\xff\xfe", b"[" * 100_000, b'{"events":[1,null,"x",{}]}', b"1e999"]
    hostile.append(json.dumps({"events": [{}] * 201}).encode())

    async def journey():
        async with fleet.running_bridge() as port:
            device = await fleet.FakeDevice(identities[0]).connect(port)
            for payload in hostile:
                await device.say(Up.EVENT, payload)
                await device.say(Up.HELLO, payload)
                await device.say(Up.REPLY, payload)
            text = fleet.event(1, now).to_json() | {"reason": "tab\there \\N \ud800 nul\x00 end"}
            device.say(Up.EVENT, json.dumps({"events": [text]}).encode())
            await device.acked()
            await fleet.until(Refusal.objects.exists)

    uvloop.run(journey())
    assert PlayEvent.objects.get().reason == "tab here  N   nul  end"
    assert set(Refusal.objects.values_list("reason", flat=True)) == {"malformed"}
    assert Refusal.objects.count() <= 20


def test_an_event_of_any_month_finds_a_place(world, now):
    _devices, identities = world.enrolled()
    ages = [0, 1_000_000_000_000, 2**48 - 1]

    async def journey():
        async with fleet.running_bridge() as port:
            device = await fleet.FakeDevice(identities[0]).connect(port)
            device.tell(*[fleet.event(seq, now, id=str(uuid7.make(age))) for seq, age in enumerate(ages)])
            return await device.acked()

    assert uvloop.run(journey()) == ((0, 2),)
    assert fleet.seqs() == [0, 1, 2]


def test_a_revoked_devices_evidence_does_not_count(world, now):
    devices, identities = world.enrolled()
    commands.revoke(world.technician, devices[0], now=now)

    async def life():
        device = fleet.FakeDevice(identities[0])
        lines = [Line("gate"), Line("side"), Line("ingest", prepare=STAGE)]
        gate = Gate(lines[0])
        await gate.reload_all()
        record = Record(lines[1])
        ingest = Ingest(lines[2], gate=gate, record=record, wire=LostWire())
        topic = topics.up(device.id, Up.EVENT)
        payload = envelope.seal(messages.encode_events([fleet.event(1, clock.now())]), device.key, topic)
        ingest.take(device.id, topic, payload, lambda: None)
        ingest.close()
        await asyncio.wait_for(ingest.run(), fleet.WAIT_S)
        await record.flush()
        for line in lines:
            await line.close()

    uvloop.run(life())
    assert fleet.seqs() == []
    assert Refusal.objects.get().reason == "wrong_device"


@pytest.mark.parametrize("owner_is_first", [True, False])
def test_an_event_under_another_devices_id_swallows_nothing_and_is_on_record(world, now, owner_is_first):
    devices, identities = world.enrolled(count=2)
    told = fleet.event(1, now, airing=AIRING)
    copied = fleet.event(5, now, id=told.id, reason="copied")

    async def journey():
        async with fleet.running_bridge() as port:
            owner, thief = [await fleet.FakeDevice(identity).connect(port) for identity in identities]
            turns = [(owner, told), (thief, copied)] if owner_is_first else [(thief, copied), (owner, told)]
            for device, event in turns * 3:
                device.tell(event)
                assert await device.acked()
            await fleet.until(Refusal.objects.exists)

    uvloop.run(journey())
    kept = {(row.device_id, row.seq): row for row in PlayEvent.objects.all()}
    assert set(kept) == {(devices[0].pk, 1), (devices[1].pk, 5)}
    second, number = (devices[1].pk, 5) if owner_is_first else (devices[0].pk, 1)
    assert kept[second, number].id != kept[devices[0 if owner_is_first else 1].pk, 1 if owner_is_first else 5].id
    refused = Refusal.objects.get()
    assert (refused.device_id, refused.reason) == (second, "replayed")
    assert str(kept[second, number].id) in refused.detail
    assert kept[devices[0].pk, 1].airing_id == uuid.UUID(AIRING)


def test_two_devices_with_one_id_in_the_same_batch_both_count(world, now):
    devices, identities = world.enrolled(count=2)
    told = [fleet.event(seq, now) for seq in range(1, 51)]
    wire = LostWire()

    async def life():
        lines = [Line("gate"), Line("side"), Line("ingest", prepare=STAGE)]
        gate = Gate(lines[0])
        await gate.reload_all()
        record = Record(lines[1])
        ingest = Ingest(lines[2], gate=gate, record=record, wire=wire)
        for identity in identities:
            device = fleet.FakeDevice(identity)
            topic = topics.up(device.id, Up.EVENT)
            ingest.take(device.id, topic, envelope.seal(messages.encode_events(told), device.key, topic), lambda: None)
        ingest.close()
        await asyncio.wait_for(ingest.run(), fleet.WAIT_S)
        await record.flush()
        for line in lines:
            await line.close()

    uvloop.run(life())
    kept = PlayEvent.objects.values_list("device_id", "seq")
    assert sorted(kept) == sorted((device.pk, seq) for device in devices for seq in range(1, 51))
    assert set(Refusal.objects.values_list("device_id", "reason")) == {(devices[1].pk, "replayed")}
    ids = [event.id for event in PlayEvent.objects.all()]
    assert {(one.hex[:12], one.version) for one in ids} == {(event.id.replace("-", "")[:12], 7) for event in told}
