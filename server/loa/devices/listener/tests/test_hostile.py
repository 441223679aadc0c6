"""Callers that do not behave."""

import asyncio
import resource
import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loa.devices.listener import door, session
from loa.devices.listener.tests.world import AREA, event, in_world, reasons, until
from loa_protocol import topics
from loa_protocol.limits import MESSAGE_MAX_BYTES
from loa_protocol.mqtt import codec, wire
from loa_protocol.mqtt.client import Rejected, Will
from loa_protocol.mqtt.framing import PACKET_MAX_BYTES
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
)

each_version = pytest.mark.parametrize("version", [V311, V5])


@pytest.mark.parametrize(
    "first",
    [
        b"GET / HTTP/1.1\r\nHost: loa\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        codec.encode(PingReq(), V5),
        codec.encode(Message(event(), b"forged", 1, False, 1), V5),
        b"\x10\x05\x00\x04MQTT",
        b"\x10\xff\xff\xff\xff",
        b"\x10" + wire.varint(door.GREETING_MAX_BYTES + 1),
    ],
)
def test_a_caller_that_does_not_say_connect_is_cut_off(first, caplog):
    @in_world
    async def run(world):
        caller = await world.caller()

        caller.say(first)

        assert await caller.heard() is None
        assert world.gate.logins == []
        assert sum(reasons(caplog).values()) == 1

    run()


@each_version
def test_a_wrong_password_is_refused_with_the_code_of_the_version(version, caplog):
    @in_world
    async def run(world):
        caller = await world.caller()

        caller.say(Connect(client_id="d1", username="d1", password=b"guess", version=version))

        assert await caller.heard(version) == ConnAck(code=0x86 if version == V5 else 4)
        assert await caller.heard(version) is None
        assert world.inbox.happened.empty()
        assert "guess" not in caplog.text

    run()


@in_world
async def test_an_unknown_protocol_level_is_answered_in_the_old_form(world):
    caller = await world.caller()

    caller.say(bytes.fromhex("10 0C 0006 4D5149736470 03 02 000A"))

    assert await caller.heard(V311) == ConnAck(code=1)
    assert await caller.heard(V311) is None


@in_world
async def test_a_caller_without_a_name_is_refused(world):
    caller = await world.caller()

    caller.say(Connect(client_id=""))

    assert await caller.heard() == ConnAck(code=0x85)


@pytest.mark.parametrize("topic", [topics.up("d2", "gone"), topics.up("d1", "event"), topics.area_now("26")])
def test_a_will_on_a_foreign_topic_is_refused(topic):
    @in_world
    async def run(world):
        with pytest.raises(Rejected) as refusal:
            await world.device(will=Will(topic=topic, payload=b"x"))

        assert refusal.value.code == 0x87
        assert world.listener.connected_ids() == []

    run()


@pytest.mark.parametrize(
    "topic",
    [
        topics.up("d2", "event"),
        topics.area_now("26"),
        topics.down("d1", "state"),
        topics.up("d1", "event") + "/more",
        "loa/1/dev/d1/up/",
        "$SYS/broker",
    ],
)
def test_writing_to_a_foreign_topic_ends_the_connection_and_reaches_nobody(topic, caplog):
    @in_world
    async def run(world):
        heard, lost = asyncio.Queue(), asyncio.Queue()
        await world.device("d2", on_message=heard.put_nowait)
        thief = await world.device("d1", on_lost=lost.put_nowait)

        thief.publish(topic, b"forged")

        assert "0x87" in await lost.get()
        world.listener.publish(topics.area_now("26"), b"genuine")
        assert (await heard.get()).payload == b"genuine"
        assert world.inbox.messages.empty()
        assert reasons(caplog)["wrote to a topic that is not its own"] == 1

    run()


@pytest.mark.parametrize(
    "wanted",
    [
        "#",
        "loa/#",
        "loa/1/dev/+/state",
        topics.down("d2", "state"),
        "loa/1/dev/d1/up/event",
        "loa/1/area/26/#",
        "loa/1/area/+/now",
        topics.area_now("26/243/00001"),
        topics.area_now("27"),
        "$share/x/loa/1/dev/d1/state",
        "$SYS/#",
    ],
)
@each_version
def test_hearing_a_foreign_topic_is_refused_and_the_rest_granted(wanted, version, caplog):
    @in_world
    async def run(world):
        caller = await world.caller()
        await caller.log_in(version=version)

        caller.say(Subscribe(packet_id=9, filters=[(wanted, 1), (topics.area_now("26"), 2)]), version=version)

        assert await caller.heard(version) == SubAck(packet_id=9, codes=(0x87 if version == V5 else 0x80, 1))
        assert world.listener.publish(topics.down("d2", "state"), b"x") == 0
        assert world.listener.publish(topics.area_now("26"), b"x") == 1
        assert len(reasons(caplog)) == 1

    run()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"\x00\x00", 0x81),
        (b"\x32\x04\x00\x01t\x00", 0x81),
        (b"\x30" + wire.varint(PACKET_MAX_BYTES + 1), 0x95),
        (codec.encode(Message(event(), b"x" * (MESSAGE_MAX_BYTES + 1), 1, False, 1), V5), 0x95),
        (codec.encode(Message(event(), b"", 1, True, 1), V5), 0x9A),
        (codec.encode(Message(event(), b"", 2, False, 1), V5), 0x9B),
        (codec.encode(Auth(code=0x19), V5), 0x82),
        (codec.encode(Connect(client_id="d1"), V5), 0x82),
        (codec.encode(PingResp(), V5), 0x82),
    ],
)
def test_a_device_that_breaks_the_rules_is_told_and_closed(said, code, caplog):
    @in_world
    async def run(world):
        caller = await world.caller()
        await caller.log_in()

        caller.say(said)

        assert await caller.heard() == Disconnect(code=code)
        assert await caller.heard() is None
        assert world.inbox.messages.empty()
        assert sum(reasons(caplog).values()) == 1

    run()


@in_world
async def test_a_caller_that_never_finishes_its_connect_is_cut_off(world):
    caller = await world.caller()
    caller.say(codec.encode(Connect(client_id="d1", password=b"secret"), V5)[:-1])
    await until(lambda: world.listener._doors)
    (knocking,) = world.listener._doors

    assert knocking.tick() == 0  # what the wheel does when the time to log in is over

    assert await caller.heard() is None
    assert world.listener._doors == {}


@in_world(max_knocking=3)
async def test_when_too_many_knock_the_oldest_goes_and_newcomers_get_in(world):
    slow = [await world.caller() for _ in range(3)]
    await until(lambda: len(world.listener._doors) == 3)

    await world.device()

    assert await slow[0].heard() is None
    assert len(world.listener._doors) == 2


@in_world(max_connections=2)
async def test_there_is_a_limit_of_connections(world):
    await world.device("d1")
    await world.device("d2")
    caller = await world.caller()

    assert await caller.heard() is None
    assert sorted(world.listener.connected_ids()) == ["d1", "d2"]


class SilentGate:
    def admit(self, _login):
        return asyncio.get_running_loop().create_future()


@in_world(gate=SilentGate)
async def test_a_caller_that_floods_before_it_is_let_in_is_cut_off(world):
    caller = await world.caller()
    caller.say(Connect(client_id="d1"))

    caller.say(*[codec.encode(Message(event(), b"x" * 10_000, 1, False, 1), V5)] * 8)

    assert await caller.heard() is None


@in_world
async def test_a_silent_device_is_dropped_after_one_and_a_half_keepalives(world):
    lost = asyncio.Queue()
    await world.device(on_lost=lost.put_nowait, keepalive_s=10)
    (device,) = world.listener._open

    periods = [device.tick() for _ in range(4)]  # the first was preceded by the login

    assert periods == [5, 5, 5, 5]
    assert "0x8d" in await lost.get()


@in_world
async def test_a_device_that_pings_stays(world):
    caller = await world.caller()
    await caller.log_in(keepalive_s=10)
    (device,) = world.listener._open

    for _ in range(10):
        device.tick()
        device.tick()
        caller.say(PingReq())
        assert await caller.heard() == PingResp()

    assert world.listener.connected_ids() == ["d1"]


@in_world
async def test_a_keepalive_that_is_too_long_is_shortened(world):
    caller = await world.caller()

    answer = await caller.log_in(keepalive_s=0)

    assert answer.properties[0x13] == door.KEEPALIVE_MAX_S


def test_a_device_that_does_not_read_misses_live_sound_and_stays(caplog):
    @in_world
    async def run(world):
        caller = await world.caller()
        await caller.log_in()
        caller.say(Subscribe(packet_id=1, filters=[(topics.area_live(AREA), 0)]))
        await caller.heard()
        caller.writer.transport.pause_reading()
        caller.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

        sent = 0
        while world.listener.publish(topics.area_live(AREA), b"x" * 100_000, qos=0):
            sent += 1
            await asyncio.sleep(0)

        assert sent < 200
        assert world.listener.connected_ids() == ["d1"]

    run()


def test_a_device_that_does_not_read_what_matters_is_dropped(caplog):
    @in_world
    async def run(world):
        caller = await world.caller()
        await caller.log_in()
        caller.say(Subscribe(packet_id=1, filters=[(topics.area_now(AREA), 1)]))
        await caller.heard()
        caller.writer.transport.pause_reading()
        caller.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

        sent = 0
        while world.listener.publish(topics.area_now(AREA), b"x" * MESSAGE_MAX_BYTES):
            sent += 1
            await asyncio.sleep(0)

        assert sent < 200
        assert world.listener.connected_ids() == []
        assert reasons(caplog)["reads too slowly"] == 1

    run()


def test_a_device_that_does_not_acknowledge_is_dropped(caplog):
    @in_world
    async def run(world):
        caller = await world.caller()
        await caller.log_in(properties={0x21: 1})
        caller.say(Subscribe(packet_id=1, filters=[(topics.area_now(AREA), 1)]))
        await caller.heard()

        await until(lambda: not world.listener.publish(topics.area_now(AREA), b"x" * 100_000))

        assert reasons(caplog)["does not acknowledge"] == 1

    run()


@each_version
def test_a_device_is_not_read_from_while_too_much_of_it_waits(version):
    @in_world
    async def run(world):
        world.inbox.acknowledges = False
        caller = await world.caller()
        await caller.log_in(version=version)
        total = 4 * session.RECEIVE_MAXIMUM
        caller.say(*(Message(event(), b"x" * 20_000, 1, False, number + 1) for number in range(total)), version=version)

        taken = []
        while len(taken) <= session.RECEIVE_MAXIMUM:
            taken.append(await world.inbox.messages.get())
        await asyncio.sleep(0)
        assert len(taken) + world.inbox.messages.qsize() < total
        (device,) = world.listener._open
        assert [device.tick() for _ in range(5)] == [30] * 5  # unread is not silent

        world.inbox.acknowledges = True
        for *_facts, acknowledge in taken:
            acknowledge()
        for _ in range(total - len(taken)):
            *_facts, acknowledge = await world.inbox.messages.get()
            acknowledge()
        assert {(await caller.heard(version)).packet_id for _ in range(total)} == set(range(1, total + 1))

    run()


def test_devices_are_not_read_from_while_too_much_of_all_waits(monkeypatch):
    monkeypatch.setattr("loa.devices.listener.listener.INBOX_MAX_BYTES", 100_000)

    @in_world
    async def run(world):
        world.inbox.acknowledges = False
        first, second = await world.device("d1"), await world.device("d2")
        done = [first.publish(event("d1"), b"x" * 60_000), second.publish(event("d2"), b"x" * 60_000)]
        waiting = [await world.inbox.messages.get() for _ in range(2)]
        assert world.listener.is_full
        assert len(world.listener._paused) == 1

        for *_facts, acknowledge in waiting:
            acknowledge()
        await asyncio.gather(*done)

        assert world.listener._paused == {}
        world.inbox.acknowledges = True
        await asyncio.gather(first.publish(event("d1"), b"y"), second.publish(event("d2"), b"y"))

    run()


def test_a_storm_of_bad_callers_does_not_become_a_storm_of_lines(caplog):
    @in_world
    async def run(world):
        callers = [await world.caller() for _ in range(100)]
        for caller in callers:
            caller.say(b"rubbish")
        for caller in callers:
            assert await caller.heard() is None

    run()

    assert len(caplog.records) < 100


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=80), min_size=1, max_size=6), st.booleans())
def test_whatever_a_caller_says_others_are_served(pieces, knows_the_password):
    @in_world
    async def run(world):
        good = await world.device("good")
        caller = await world.caller()
        if knows_the_password:
            await caller.log_in("bad")

        for piece in pieces:
            caller.say(piece)
            await good.publish(event("good"), b"served")

        assert world.inbox.messages.qsize() >= len(pieces)
        if not caller.writer.is_closing():
            caller.writer.write_eof()
        while await caller.heard() is not None:
            pass

    run()


@in_world
async def test_the_receipt_of_nothing_is_harmless(world):
    caller = await world.caller()
    await caller.log_in()

    caller.say(PubAck(packet_id=77), PubAck(packet_id=78, code=0x80), PingReq())

    assert await caller.heard() == PingResp()


def test_an_inbox_that_fails_costs_one_connection_and_is_logged(caplog):
    @in_world
    async def run(world):
        lost = asyncio.Queue()
        other = await world.device("d2")
        client = await world.device("d1", on_lost=lost.put_nowait)
        world.inbox.messages = None

        client.publish(event("d1"), b"poison")

        assert "0x80" in await lost.get()
        world.inbox.messages = asyncio.Queue()
        await other.publish(event("d2"), b"fine")
        assert [record.message for record in caplog.records if record.exc_info] == ["a message could not be taken"]

    run()


@in_world(max_connections=10**9)
async def test_connections_never_use_up_the_files_of_the_process(world):
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    assert world.listener._max_connections < soft
