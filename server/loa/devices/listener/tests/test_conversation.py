"""Devices that behave: login, state, urgent messages, evidence, farewell."""

import asyncio

import pytest

from loa.devices.listener import Identity
from loa.devices.listener.tests.world import AREA, event, in_world
from loa_protocol import topics
from loa_protocol.mqtt.client import Lost, Message, Rejected, Will
from loa_protocol.mqtt.packets import V5, V311, PubAck, Subscribe
from loa_protocol.topics import Down, Up

each_version = pytest.mark.parametrize("version", [V311, V5])


@each_version
def test_a_device_hears_its_state_its_orders_and_its_area(version):
    @in_world
    async def run(world):
        heard = asyncio.Queue()
        world.listener.publish(topics.down("d1", Down.STATE), b"state", retain=True)
        await world.device(version=version, on_message=heard.put_nowait)
        sent = [
            world.listener.publish(topics.area_now("26"), b"province"),
            world.listener.publish(topics.area_live(AREA), b"live", qos=0),
            world.listener.publish(topics.down("d1", Down.COMMAND), b"cmd"),
            world.listener.publish(topics.down("d2", Down.COMMAND), b"other"),
            world.listener.publish(topics.area_now("26/243/00001"), b"neighbor"),
        ]

        found = [await heard.get() for _ in range(4)]

        assert sent == [1, 1, 1, 0, 0]
        assert [(message.topic, message.payload, message.qos, message.retain) for message in found] == [
            (topics.down("d1", Down.STATE), b"state", 1, True),
            (topics.area_now("26"), b"province", 1, False),
            (topics.area_live(AREA), b"live", 0, False),
            (topics.down("d1", Down.COMMAND), b"cmd", 1, False),
        ]

    run()


@in_world
async def test_a_wildcard_covers_the_devices_own_branch(world):
    heard = asyncio.Queue()
    await world.device(hears=["loa/1/dev/d1/#"], on_message=heard.put_nowait)

    counts = [world.listener.publish(topics.down("d1", kind), kind.encode()) for kind in Down]

    assert counts == [1, 1, 1]
    assert [(await heard.get()).payload for _ in Down] == [kind.encode() for kind in Down]


@in_world
async def test_retained_state_ends_with_an_empty_payload(world):
    state = topics.down("d1", Down.STATE)
    world.listener.publish(state, b"old", retain=True)
    world.listener.publish(state, b"", retain=True)
    caller = await world.caller()
    await caller.log_in()

    caller.say(Subscribe(packet_id=1, filters=[(state, 1)]))

    assert (await caller.heard()).codes == (1,)
    world.listener.publish(state, b"new")
    assert (await caller.heard()).payload == b"new"


@in_world
async def test_subscribing_again_changes_the_quality_and_unsubscribing_ends_it(world):
    heard = asyncio.Queue()
    area, own = topics.area_now(AREA), topics.down("d1", Down.COMMAND)
    client = await world.device(hears=[area, own], on_message=heard.put_nowait)

    await client.subscribe([(area, 0), (own, 0)])
    counts = [world.listener.publish(topic, b"") for topic in (area, own)]
    qualities = [(await heard.get()).qos for _ in counts]
    await client.unsubscribe([area, own])

    assert counts == [1, 1]
    assert qualities == [0, 0]
    assert [world.listener.publish(topic, b"") for topic in (area, own)] == [0, 0]


@each_version
def test_evidence_is_acknowledged_when_the_inbox_says_so(version):
    @in_world
    async def run(world):
        world.inbox.acknowledges = False
        client = await world.device(version=version)
        first, second = client.publish(event(), b"one"), client.publish(event(), b"two")
        *facts, acknowledge_first = await world.inbox.messages.get()
        *_facts, acknowledge_second = await world.inbox.messages.get()

        acknowledge_second()
        acknowledge_second()
        await second

        assert facts == ["d1", Up.EVENT, event(), b"one"]
        assert not first.done()
        acknowledge_first()
        await first

    run()


@in_world
async def test_a_receipt_after_the_end_of_the_connection_does_nothing(world):
    world.inbox.acknowledges = False
    client = await world.device()
    done = client.publish(event(), b"one")
    *_facts, acknowledge = await world.inbox.messages.get()
    client.abort()
    while await world.inbox.happened.get() != ("gone", "d1"):
        pass

    acknowledge()

    with pytest.raises(Lost):
        await done


@in_world
async def test_a_beat_without_receipt_arrives(world):
    client = await world.device()

    client.publish(topics.up("d1", Up.BEAT), b"beat", qos=0)

    assert (await world.inbox.messages.get())[:4] == ("d1", Up.BEAT, topics.up("d1", Up.BEAT), b"beat")


@pytest.mark.parametrize("ending", ["disconnect", "abort"])
def test_the_will_speaks_for_a_broken_connection_only(ending):
    @in_world
    async def run(world):
        client = await world.device(will=Will(topic=topics.up("d1", Up.GONE), payload=b"will"))
        assert await world.inbox.happened.get() == ("appeared", "d1")
        assert world.listener.connected_ids() == ["d1"]

        getattr(client, ending)()

        assert await world.inbox.happened.get() == ("gone", "d1")
        assert world.listener.connected_ids() == []
        assert world.inbox.messages.qsize() == (1 if ending == "abort" else 0)

    run()


@in_world
async def test_a_second_login_takes_over_and_the_device_is_not_gone(world):
    lost = asyncio.Queue()
    will = Will(topic=topics.up("d1", Up.GONE), payload=b"will")
    first = await world.device(on_lost=lost.put_nowait, will=will)

    second = await world.device(will=will)
    await first.wait_closed()
    second.publish(event(), b"still here")

    assert "0x8e" in await lost.get()
    assert (await world.inbox.messages.get())[3] == b"still here"
    assert [await world.inbox.happened.get() for _ in range(2)] == [("appeared", "d1")] * 2
    assert world.inbox.happened.empty()
    assert world.listener.publish(topics.area_now(AREA), b"") == 1


@in_world
async def test_one_message_reaches_devices_of_both_versions_and_qualities(world):
    heard = asyncio.Queue()
    area = topics.area_now(AREA)
    for number in range(40):
        await world.device(
            f"d{number}",
            hears=[(area, number % 2)],
            version=V5 if number % 4 < 2 else V311,
            on_message=lambda message, number=number: heard.put_nowait((number, message)),
        )

    assert world.listener.publish(area, b"now" * 700) == 40

    found = dict([await heard.get() for _ in range(40)])
    assert sorted(found) == list(range(40))
    for number, message in found.items():
        assert (message.topic, message.payload, message.qos) == (area, b"now" * 700, number % 2)


@in_world
async def test_a_device_that_owes_a_receipt_gets_another_number_not_another_message(world):
    heard = asyncio.Queue()
    area = topics.area_now(AREA)
    client = await world.device(manual_ack=True, on_message=heard.put_nowait)
    world.listener.publish(area, b"first")
    first = await heard.get()
    for _ in range(65_534):
        world.listener.publish("loa/1/area/99/now", b"")

    world.listener.publish(area, b"second")
    second = await heard.get()

    assert second[:2] == Message(area, b"second")[:2]
    assert second.packet_id != first.packet_id
    client.acknowledge(second)
    client.acknowledge(first)


@in_world
async def test_a_device_gets_no_more_at_once_than_it_allows(world):
    caller = await world.caller()
    await caller.log_in(properties={0x21: 2})
    area = topics.area_now(AREA)
    caller.say(Subscribe(packet_id=1, filters=[(area, 1)]))
    await caller.heard()

    for number in range(5):
        world.listener.publish(area, bytes([number]))
    world.listener.publish(topics.area_live(AREA), b"", qos=0)
    found = [await caller.heard(), await caller.heard()]
    assert caller.frames == []
    while len(found) < 5:
        caller.say(PubAck(packet_id=found[-2].packet_id))
        found.append(await caller.heard())

    assert [message.payload for message in found] == [bytes([number]) for number in range(5)]


@in_world
async def test_a_dismissed_device_is_cut_off(world):
    lost = asyncio.Queue()
    await world.device(on_lost=lost.put_nowait)

    assert world.listener.dismiss("d1")

    assert "0x87" in await lost.get()
    assert not world.listener.dismiss("d2")


@in_world
async def test_stopping_says_farewell_and_tells_the_inbox_nothing(world):
    lost = asyncio.Queue()
    await world.device(on_lost=lost.put_nowait)
    assert await world.inbox.happened.get() == ("appeared", "d1")

    await world.listener.stop()

    assert "0x8b" in await lost.get()
    assert world.inbox.happened.empty()
    with pytest.raises(OSError, match="refused"):
        await world.device()


class LateGate:
    def __init__(self):
        self.asked = asyncio.Queue()

    def admit(self, login):
        answer = asyncio.get_running_loop().create_future()
        self.asked.put_nowait((login, answer))
        return answer


@in_world(gate=LateGate)
async def test_a_gate_may_take_its_time_and_nothing_said_meanwhile_is_lost(world):
    login = asyncio.ensure_future(world.device("d1"))
    claim, answer = await world.gate.asked.get()
    refused = asyncio.ensure_future(world.device("d2"))
    _claim, other_answer = await world.gate.asked.get()

    answer.set_result(Identity(device="d1", area_path=AREA))
    other_answer.set_result(None)

    client = await login
    await client.publish(event(), b"hello")
    assert (claim.client_id, claim.password, claim.common_name) == ("d1", "secret", "")
    assert world.listener.publish(topics.down("d1", Down.ACK), b"") == 1
    with pytest.raises(Rejected):
        await refused


class BrokenGate:
    def admit(self, login):
        if login.client_id == "d1":
            raise OSError("no database")
        failed = asyncio.get_running_loop().create_future()
        failed.set_exception(OSError("no database"))
        return failed


@pytest.mark.parametrize("name", ["d1", "d2"])
def test_a_gate_that_fails_sends_the_device_away_for_now(name, caplog):
    @in_world(gate=BrokenGate)
    async def run(world):
        with pytest.raises(Rejected) as refusal:
            await world.device(name)

        assert refusal.value.code == 0x88
        assert any("gate failed" in record.message and record.exc_info for record in caplog.records)

    run()
