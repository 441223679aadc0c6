"""A listener with a gate and an inbox of its own, and a loop to run in."""

import asyncio
import functools
from collections import Counter

import uvloop

from loa.devices.listener import Identity, Listener
from loa_protocol import topics
from loa_protocol.mqtt import codec
from loa_protocol.mqtt.client import Client
from loa_protocol.mqtt.framing import Framer
from loa_protocol.mqtt.packets import V5, Connect
from loa_protocol.topics import Up

AREA = "26/243/08707"
PATIENCE_S = 20


class Gate:
    """Admits whoever brings the password `secret`, into the commune."""

    def __init__(self):
        self.logins = []

    def admit(self, login):
        self.logins.append(login)
        if login.password != "secret":
            return None
        return Identity(device=login.client_id, area_path=AREA)


class Inbox:
    """Keeps what it hears; acknowledges at once unless told to wait."""

    def __init__(self):
        self.acknowledges = True
        self.messages = asyncio.Queue()
        self.happened = asyncio.Queue()

    def received(self, device, kind, topic, payload, acknowledge):
        self.messages.put_nowait((device, kind, topic, payload, acknowledge))
        if self.acknowledges:
            acknowledge()

    def appeared(self, device):
        self.happened.put_nowait(("appeared", device))

    def gone(self, device):
        self.happened.put_nowait(("gone", device))


class World:
    def __init__(self, gate, inbox, listener):
        self.gate, self.inbox, self.listener = gate, inbox, listener
        self.clients, self.writers = [], []

    async def device(self, name="d1", *, hears=None, **options):
        """Return a logged-in device that hears everything it may."""
        wanted = topics.subscriptions(name, AREA) if hears is None else hears
        client = await Client.connect(
            "127.0.0.1",
            self.listener.port,
            client_id=name,
            username=name,
            password="secret",
            subscriptions=[(topic, 1) if isinstance(topic, str) else topic for topic in wanted],
            **options,
        )
        self.clients.append(client)
        return client

    async def caller(self):
        """Return a caller that says bytes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.listener.port)
        self.writers.append(writer)
        return Caller(reader, writer)


class Caller:
    """A connection spoken byte by byte."""

    def __init__(self, reader, writer):
        self.reader, self.writer, self.framer, self.frames = reader, writer, Framer(), []

    def say(self, *packets, version=V5):
        for packet in packets:
            if self.writer.is_closing():
                return
            self.writer.write(packet if isinstance(packet, bytes) else codec.encode(packet, version))

    async def log_in(self, name="d1", *, version=V5, **options):
        self.say(Connect(client_id=name, password=b"secret", username=name, version=version, **options))
        return await self.heard(version)

    async def heard(self, version=V5):
        """Return the next packet, None at the end of the connection."""
        while not self.frames:
            try:
                data = await self.reader.read(65_536)
            except ConnectionError:
                return None
            if not data:
                return None
            self.frames += self.framer.feed(data)
        return codec.decode(*self.frames.pop(0), version)


def in_world(test=None, *, gate=None, **options):
    """Run an async test with a world, in uvloop, and close everything behind it."""
    if test is None:
        return functools.partial(in_world, gate=gate, **options)

    @functools.wraps(test)
    def run(**arguments):
        async def main():
            own_gate, inbox = gate() if gate else Gate(), Inbox()
            listener = Listener(own_gate, inbox, **options)
            await listener.start("127.0.0.1", 0)
            world = World(own_gate, inbox, listener)
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await test(world, **arguments)
            finally:
                for writer in world.writers:
                    writer.transport.abort()
                for client in world.clients:
                    client.abort()
                    await client.wait_closed()
                await listener.stop()

        uvloop.run(main())

    del run.__wrapped__  # pytest must not take the world for a fixture
    return run


def reasons(caplog):
    """Return how often each reason was logged."""
    return Counter(record.reason for record in caplog.records if hasattr(record, "reason"))


def event(name="d1"):
    """Return the topic of a device's evidence."""
    return topics.up(name, Up.EVENT)


async def until(condition):
    """Let the loop turn until a condition holds; the world's patience is the limit."""
    while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
        await asyncio.sleep(0)
