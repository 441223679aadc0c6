"""A bridge that runs for one test, and devices that speak to it as real ones do."""

import asyncio
import base64
from contextlib import asynccontextmanager

from django.db import connection, transaction
from joserfc.jwk import OKPKey

from loa.devices.bridge.process import Bridge
from loa.devices.models import PlayEvent
from loa_protocol import envelope, messages, topics, uuid7
from loa_protocol import keys as trust
from loa_protocol.mqtt.client import Client
from loa_protocol.topics import Down, Up

WAIT_S = 20


@asynccontextmanager
async def running_bridge():
    """A bridge on a free port, stopped in order at the end."""
    stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    task = asyncio.create_task(Bridge().run(stop, port.set_result))
    await asyncio.wait([task, port], return_when=asyncio.FIRST_COMPLETED, timeout=WAIT_S)
    if task.done():
        await task
    try:
        yield port.result()
    finally:
        stop.set()
        await asyncio.wait_for(task, WAIT_S)


class FakeDevice:
    """A device as small as can be: it verifies what comes and seals what it says."""

    def __init__(self, enrolment):
        self.id = enrolment.device
        self.area = enrolment.area_path
        self.credential = enrolment.credential
        self.key = base64.urlsafe_b64decode(enrolment.device_key + "=")
        self.ring = trust.KeyRing(root=OKPKey.import_key(dict(enrolment.root_jwk)))
        self.ring.learn(enrolment.key_list.encode())
        self.inbox = asyncio.Queue()
        self.lost = asyncio.Event()
        self.client = None

    async def connect(self, port, **changes):
        wanted = {"client_id": self.id, "username": self.id, "password": self.credential, **changes}
        self.client = await Client.connect(
            "127.0.0.1", port, on_message=self.inbox.put_nowait, on_lost=lambda _why: self.lost.set(), **wanted
        )
        await self.client.subscribe([(topic, 1) for topic in topics.subscriptions(self.id, self.area)])
        return self

    async def heard(self, topic):
        """Return the payload of the next message on this topic; others are passed over."""
        async with asyncio.timeout(WAIT_S):
            while True:
                message = await self.inbox.get()
                if message.topic == topic:
                    return message.payload

    async def acked(self):
        """Return the ranges of the next ack."""
        topic = topics.down(self.id, Down.ACK)
        return messages.Ack.decode(envelope.unseal(await self.heard(topic), self.key, topic)).ranges

    def say(self, kind, payload, key=None):
        topic = topics.up(self.id, kind)
        return self.client.publish(topic, envelope.seal(payload, key or self.key, topic))

    def tell(self, *events):
        return self.say(Up.EVENT, messages.encode_events(events))


def event(seq, now, **changes):
    facts = {"id": str(uuid7.make()), "seq": seq, "outcome": messages.Outcome.PLAYED, "at": now, **changes}
    return messages.Event(**facts)


async def until(question):
    """Wait until a question to the database is answered with something true."""
    async with asyncio.timeout(WAIT_S):
        while not (answer := await asyncio.to_thread(_asked, question)):  # noqa: ASYNC110 - the database does not call
            await asyncio.sleep(0.02)
    return answer


def _asked(question):
    try:
        return question()
    finally:
        connection.close()


def forget_evidence():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")  # past the guards, as a superuser only may
        cursor.execute("TRUNCATE devices_event")


def seqs():
    return sorted(PlayEvent.objects.values_list("seq", flat=True))
