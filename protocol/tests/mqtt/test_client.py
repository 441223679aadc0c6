"""The client against a server that follows a script of bytes."""

import asyncio
import contextlib
from collections import deque

import pytest
import uvloop

from loa_protocol.mqtt import codec
from loa_protocol.mqtt.client import Client, Lost, Message, Rejected, Will
from loa_protocol.mqtt.errors import Malformed
from loa_protocol.mqtt.framing import Framer
from loa_protocol.mqtt.packets import (
    V5,
    V311,
    ConnAck,
    Connect,
    Disconnect,
    PingReq,
    PingResp,
    PubAck,
    SubAck,
    Subscribe,
    UnsubAck,
    Unsubscribe,
)

PATIENCE_S = 10


class Scripted:
    """A server that hears one client and says only what the test says."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.framer, self.frames, self.version = Framer(), deque(), V5

    async def heard(self):
        while not self.frames:
            data = await self.reader.read(65_536)
            if not data:
                return None
            self.frames += self.framer.feed(data)
        packet = codec.decode(*self.frames.popleft(), self.version)
        if isinstance(packet, Connect):
            self.version = packet.version
        return packet

    def say(self, *packets):
        self.writer.write(b"".join(codec.encode(packet, self.version) for packet in packets))


def in_loop(test):
    """Run an async test against a scripted server, in uvloop as in earnest."""

    def run():
        async def main():
            callers, all_callers = asyncio.Queue(), []

            def welcome(reader, writer):
                all_callers.append(Scripted(reader, writer))
                callers.put_nowait(all_callers[-1])

            server = await asyncio.start_server(welcome, "127.0.0.1", 0)
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await test(server.sockets[0].getsockname()[1], callers)
            finally:
                server.close()
                for caller in all_callers:
                    caller.writer.transport.abort()
                    with contextlib.suppress(OSError):
                        await caller.writer.wait_closed()

        uvloop.run(main())

    run.__name__ = test.__name__
    return run


async def logged_in(port, callers, *, answer=None, **options):
    """Return a client and its server, after a login that went well."""
    task = asyncio.ensure_future(Client.connect("127.0.0.1", port, client_id="c", **options))
    server = await callers.get()
    connect = await server.heard()
    server.say(answer or ConnAck(code=0))
    return await task, server, connect


@in_loop
async def test_the_login_says_who_it_is_and_leaves_a_will(port, callers):
    will = Will(topic="w", payload=b"gone")

    client, server, connect = await logged_in(
        port, callers, username="u", password="p", will=will, keepalive_s=30, clean_start=False, session_expiry_s=9
    )

    assert connect == Connect(
        client_id="c",
        username="u",
        password=b"p",
        will=will,
        keepalive_s=30,
        clean_start=False,
        properties={0x11: 9},
    )
    assert client.is_connected
    client.disconnect()
    assert await server.heard() == Disconnect()
    assert await server.heard() is None


@in_loop
async def test_a_refused_login_raises_its_code(port, callers):
    with pytest.raises(Rejected) as refusal:
        await logged_in(port, callers, answer=ConnAck(code=0x86))

    assert refusal.value.code == 0x86


@in_loop
async def test_a_server_that_hangs_up_in_the_login_is_a_loss(port, callers):
    task = asyncio.ensure_future(Client.connect("127.0.0.1", port, client_id="c"))
    (await callers.get()).writer.close()

    with pytest.raises(Lost):
        await task


@in_loop
async def test_a_server_that_never_answers_is_a_timeout(port, callers):
    with pytest.raises(TimeoutError):
        await Client.connect("127.0.0.1", port, client_id="c", timeout_s=0.05)


@in_loop
async def test_subscriptions_go_out_with_the_login(port, callers):
    task = asyncio.ensure_future(Client.connect("127.0.0.1", port, client_id="c", subscriptions=[("a", 1), ("b", 0)]))
    server = await callers.get()

    assert isinstance(await server.heard(), Connect)
    assert await server.heard() == Subscribe(packet_id=1, filters=[("a", 1), ("b", 0)])
    server.say(ConnAck(code=0), SubAck(packet_id=1, codes=(1, 0)))
    (await task).abort()


@in_loop
async def test_a_refused_subscription_raises_and_hangs_up(port, callers):
    task = asyncio.ensure_future(Client.connect("127.0.0.1", port, client_id="c", subscriptions=[("a", 1)]))
    server = await callers.get()
    await server.heard()
    server.say(ConnAck(code=0), SubAck(packet_id=1, codes=(0x87,)))

    with pytest.raises(Rejected):
        await task
    assert isinstance(await server.heard(), Subscribe)
    assert await server.heard() is None


@in_loop
async def test_subscribing_later_returns_what_was_granted_and_can_end(port, callers):
    client, server, _connect = await logged_in(port, callers)

    wish = asyncio.ensure_future(client.subscribe([("a", 1)]))
    asked = await server.heard()
    server.say(SubAck(packet_id=asked.packet_id, codes=(0,)))
    granted = await wish
    end = asyncio.ensure_future(client.unsubscribe(["a"]))
    ended = await server.heard()
    server.say(UnsubAck(packet_id=ended.packet_id, codes=(0,)))
    await end

    assert granted == (0,)
    assert isinstance(ended, Unsubscribe)
    client.abort()


@pytest.mark.parametrize("version", [V311, V5])
def test_a_publication_is_done_when_it_is_acknowledged(version):
    @in_loop
    async def run(port, callers):
        client, server, _connect = await logged_in(port, callers, version=version)
        first = client.publish("t", b"1")
        second = client.publish("t", b"2")
        passing = client.publish("t", b"0", qos=0)
        heard = [await server.heard() for _ in range(3)]

        server.say(PubAck(packet_id=heard[1].packet_id))
        await second

        assert [message.payload for message in heard] == [b"1", b"2", b"0"]
        assert passing.done()
        assert not first.done()
        client.abort()
        with pytest.raises(Lost):
            await first

    run()


@in_loop
async def test_a_refused_publication_raises_its_code(port, callers):
    client, server, _connect = await logged_in(port, callers)
    done = client.publish("t", b"1")
    message = await server.heard()

    server.say(PubAck(packet_id=message.packet_id, code=0x87))

    with pytest.raises(Rejected) as refusal:
        await done
    assert refusal.value.code == 0x87
    client.abort()


@in_loop
async def test_no_more_is_on_its_way_than_the_server_allows(port, callers):
    client, server, _connect = await logged_in(port, callers, answer=ConnAck(code=0, properties={0x21: 2}))
    done = [client.publish("t", bytes([number])) for number in range(5)]
    heard = [await server.heard(), await server.heard()]
    server.say(PingResp())
    client.publish("t", b"passes", qos=0)

    between = await server.heard()
    for _ in range(3):
        server.say(PubAck(packet_id=heard[-2].packet_id))
        heard.append(await server.heard())
    server.say(*(PubAck(packet_id=message.packet_id) for message in heard[-2:]))
    await asyncio.gather(*done)

    assert between.payload == b"passes"
    assert [message.payload for message in heard] == [bytes([number]) for number in range(5)]
    client.abort()


@in_loop
async def test_a_message_over_the_servers_limit_is_not_sent(port, callers):
    client, _server, _connect = await logged_in(port, callers, answer=ConnAck(code=0, properties={0x27: 100}))

    with pytest.raises(Malformed):
        client.publish("t", b"x" * 100)
    client.abort()


@in_loop
async def test_a_message_is_acknowledged_when_it_was_taken(port, callers):
    taken = []
    client, server, _connect = await logged_in(port, callers, on_message=taken.append)

    server.say(Message("t", b"0", 0), Message("t", b"1", 1, True, 77))

    assert await server.heard() == PubAck(packet_id=77)
    assert taken == [Message("t", b"0", 0), Message("t", b"1", 1, True, 77)]
    client.abort()


@in_loop
async def test_with_manual_ack_nothing_is_acknowledged_before_its_time(port, callers):
    taken = asyncio.Queue()
    client, server, _connect = await logged_in(port, callers, on_message=taken.put_nowait, manual_ack=True)
    server.say(Message("t", b"1", 1, False, 7), Message("t", b"2", 1, False, 8))
    await taken.get()
    second = await taken.get()

    client.acknowledge(second)

    assert await server.heard() == PubAck(packet_id=8)
    client.abort()
    client.acknowledge(second)


@in_loop
async def test_the_raw_hook_gets_bytes_and_the_client(port, callers):
    taken = asyncio.Queue()
    client, server, _connect = await logged_in(port, callers, on_raw=lambda *found: taken.put_nowait(found))

    server.say(Message("tên", b"payload", 1, False, 7))

    assert await taken.get() == (client, "tên".encode(), b"payload", 7)
    assert await server.heard() == PubAck(packet_id=7)
    client.abort()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\x00\x00", "not understood"),
        (codec.encode(PingReq(), V5), "unexpected PingReq"),
        (b"\x34\x06\x00\x01t\x00\x07\x00", "QoS 2"),
        (codec.encode(Disconnect(code=0x8B), V5), "0x8b"),
    ],
)
def test_a_loss_is_told_once_with_its_reason(raw, reason):
    @in_loop
    async def run(port, callers):
        lost = asyncio.Queue()
        client, server, _connect = await logged_in(port, callers, on_lost=lost.put_nowait)
        waiting = client.publish("t", b"1")

        server.writer.write(raw + raw)

        assert reason in await lost.get()
        await client.wait_closed()
        with pytest.raises(Lost):
            await waiting
        with pytest.raises(Lost):
            client.publish("t", b"2")
        with pytest.raises(Lost):
            await client.subscribe([("t", 1)])
        assert lost.empty()

    run()


@pytest.mark.parametrize("end", ["disconnect", "abort"])
def test_an_end_of_ones_own_is_no_loss(end):
    @in_loop
    async def run(port, callers):
        lost = []
        client, _server, _connect = await logged_in(port, callers, on_lost=lost.append)

        getattr(client, end)()
        await client.wait_closed()

        assert lost == []
        assert not client.is_connected

    run()


@in_loop
async def test_a_cut_cable_says_no_farewell(port, callers):
    client, server, _connect = await logged_in(port, callers)

    client.abort()

    with contextlib.suppress(ConnectionResetError):
        assert await server.heard() is None


@in_loop
async def test_silence_is_broken_by_a_ping_and_talk_needs_none(port, callers):
    client, server, _connect = await logged_in(port, callers, keepalive_s=10)
    client.tick()  # the login was heard and said: nothing to do

    assert client.tick() == 5
    assert await server.heard() == PingReq()
    server.say(PingResp(), Message("t", b"", 1, False, 7))
    assert await server.heard() == PubAck(packet_id=7)
    client.tick()
    client.publish("t", b"", qos=0)
    heard = await server.heard()

    assert heard == Message("t", b"", 0)
    client.abort()


@in_loop
async def test_a_half_open_connection_is_found_out(port, callers):
    lost = asyncio.Queue()
    client, server, _connect = await logged_in(port, callers, keepalive_s=10, on_lost=lost.put_nowait)
    client.tick()
    client.tick()
    assert await server.heard() == PingReq()

    assert client.tick() == 0

    assert await lost.get() == "the server does not answer"
    assert client.tick() == 0


@in_loop
async def test_the_server_decides_the_keepalive(port, callers):
    client, _server, _connect = await logged_in(
        port, callers, keepalive_s=600, answer=ConnAck(code=0, properties={0x13: 8})
    )

    assert client.tick() == 4
    client.abort()
