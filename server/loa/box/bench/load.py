"""Devices that have much to tell: sends sealed evidence as fast as it is acknowledged, and some of it twice."""

import asyncio
import base64
import itertools
import json
import random
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any  # Any: figures are JSON values

import uvloop

from loa_protocol import canonical, envelope, messages, topics, uuid7
from loa_protocol.mqtt.client import Client, MqttError
from loa_protocol.topics import Down, Up

FLIGHTS = 4
"""How many messages of a device may be under way, as in the agent."""

RESEND_AFTER_S = 10.0
RESENT = 0.05
_LOOK_S = 0.5
_AGAIN_S = 0.3


@dataclass(slots=True)
class Teller:
    """One device. `batches` are sealed messages by the number of their first event."""

    device: str
    credential: str
    key: bytes
    batches: dict[int, bytes] = field(default_factory=dict)
    lasts: dict[int, int] = field(default_factory=dict)
    flying: dict[int, float] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)
    client: Client | None = None
    acked: int = 0


class Load:
    """All devices of one measurement."""

    def __init__(self, identities: Path, *, devices: int, events: int, batch: int) -> None:
        """Make all messages beforehand, so that making them does not slow the sending."""
        self.tellers = [_teller(json.loads(line)) for line in itertools.islice(identities.open(), devices)]
        self.batch = batch
        self.sent = self.sent_twice = 0
        self._dice = random.Random(26)  # noqa: S311 - nothing secret
        self._done = asyncio.Event()
        self._door = asyncio.Semaphore(200)
        self._tasks: set[asyncio.Task[None]] = set()
        self._host, self._port = "", 0
        each = events // len(self.tellers)
        for teller in self.tellers:
            _fill(teller, each, batch)
        self.events = each * len(self.tellers)
        self._unfinished = {teller.device for teller in self.tellers}

    async def connect(self, host: str, port: int) -> None:
        """Connect every device."""
        self._host, self._port = host, port
        await asyncio.gather(*(self._connect(teller) for teller in self.tellers))

    async def run(self, timeout_s: float) -> dict[str, Any]:
        """Send everything; return when all was acknowledged as committed, or the time is over."""
        begun = time.monotonic()
        watcher = asyncio.create_task(self._watch())
        for teller in self.tellers:
            self._push(teller)
        try:
            async with asyncio.timeout(timeout_s):
                await self._done.wait()
        except TimeoutError:
            pass  # what is missing shows in the figures
        took_s = time.monotonic() - begun
        watcher.cancel()
        acked = sum(teller.acked for teller in self.tellers)
        return {"sent": self.events, "acked": acked, "resent": self.sent_twice, "took_s": took_s}

    async def _connect(self, teller: Teller) -> None:
        async with self._door:
            client = await Client.connect(
                self._host, self._port, client_id=teller.device, username=teller.device, password=teller.credential,
                on_raw=lambda _client, _topic, payload, _number: self._heard(teller, payload),
                on_lost=lambda _why: self._lost(teller), keepalive_s=600,
            )  # fmt: skip
            await client.subscribe([(topics.down(teller.device, Down.ACK), 1)])
            teller.client = client

    def _lost(self, teller: Teller) -> None:
        teller.client = None
        task = asyncio.create_task(self._come_back(teller))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _come_back(self, teller: Teller) -> None:
        """Connect again and send again what was not acknowledged, as devices do."""
        while True:
            await asyncio.sleep(_AGAIN_S)
            try:
                await self._connect(teller)
            except (MqttError, OSError, TimeoutError):
                continue
            for first in list(teller.flying):
                self._send(teller, first)
                self.sent_twice += self.batch
            return

    def _push(self, teller: Teller) -> None:
        while teller.waiting and len(teller.flying) < FLIGHTS:
            first = teller.waiting.pop()
            self._send(teller, first)
            if self._dice.random() < RESENT:
                self._send(teller, first)
                self.sent_twice += self.batch

    def _send(self, teller: Teller, first: int) -> None:
        teller.flying[first] = time.monotonic()
        if teller.client is not None and teller.client.is_connected:
            teller.client.publish(topics.up(teller.device, Up.EVENT), teller.batches[first])

    def _heard(self, teller: Teller, payload: bytes) -> None:
        topic = topics.down(teller.device, Down.ACK)
        for first, last in messages.Ack.decode(envelope.unseal(payload, teller.key, topic)).ranges:
            for start in [start for start in teller.flying if first <= start and teller.lasts[start] <= last]:
                del teller.flying[start]
                teller.acked += teller.lasts[start] - start + 1
        self._push(teller)
        if not teller.flying and not teller.waiting:
            self._unfinished.discard(teller.device)
            if not self._unfinished:
                self._done.set()

    async def _watch(self) -> None:
        """Send again what was not acknowledged in time, as devices do."""
        while True:
            await asyncio.sleep(_LOOK_S)
            late = time.monotonic() - RESEND_AFTER_S
            for teller in self.tellers:
                for first in [first for first, at in teller.flying.items() if at < late]:
                    self._send(teller, first)
                    self.sent_twice += self.batch


def _teller(identity: dict[str, Any]) -> Teller:
    key = identity["device_key"]
    return Teller(identity["device"], identity["credential"], base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))


def _fill(teller: Teller, count: int, batch: int) -> None:
    topic = topics.up(teller.device, Up.EVENT)
    for first in range(1, count + 1, batch):
        last = min(first + batch, count + 1) - 1
        payload = messages.encode_events([_event(seq) for seq in range(first, last + 1)])
        teller.batches[first], teller.lasts[first] = envelope.seal(payload, teller.key, topic), last
        teller.waiting.append(first)
    teller.waiting.reverse()


_AIRING = str(uuid7.make())
_CLIP = canonical.sha256(b"bench")
_NOW = datetime.now(UTC)


def _event(seq: int) -> messages.Event:
    """Return a full piece of evidence, as a device tells it after a play."""
    return messages.Event(
        id=str(uuid7.make()), seq=seq, outcome=messages.Outcome.PLAYED, at=_NOW, airing=_AIRING, clip=_CLIP,
        started_at=_NOW, ended_at=_NOW, lateness_ms=12, volume_pct=80, level_dbfs=-21.5, clock_offset_ms=3,
    )  # fmt: skip


async def main(identities: str, port: int, devices: int, events: int, batch: int) -> None:
    """Make, connect, say `ready`, send at a line of input, report."""
    load = Load(Path(identities), devices=devices, events=events, batch=batch)
    await load.connect("127.0.0.1", port)
    _say({"what": "ready"})
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    _say({"what": "done", **await load.run(timeout_s=300.0)})


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], *(int(word) for word in sys.argv[2:6])))
