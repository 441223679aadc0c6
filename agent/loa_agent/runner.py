"""The real agent: the core between a socket, a disk, a web server and a loudspeaker."""

import asyncio
import contextlib
import functools
import logging
import os
import random
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any  # Any: the status is an open JSON object

import loa_agent
from loa_agent import certificate, fetch, machine
from loa_agent.core import Core
from loa_agent.deck import Deck
from loa_agent.effects import (
    Adjust,
    Arm,
    Effect,
    Fetch,
    FetchKeys,
    Halt,
    Install,
    Listen,
    Material,
    Restart,
    Send,
    Sound,
    Spurn,
    Tune,
)
from loa_agent.home import Home
from loa_agent.library import Library
from loa_agent.outputs.port import Output
from loa_agent.reserve import Reserve
from loa_agent.sqlite_store import SqliteStore
from loa_agent.steady import machine_clock
from loa_agent.updating import Updater
from loa_protocol import canonical, topics
from loa_protocol.mqtt.client import Client, MqttError, NotGranted, Rejected, Will
from loa_protocol.refusal import Reason
from loa_protocol.topics import Up

logger = logging.getLogger("loa_agent")

BEAT_S = 30.0
LOOK_MOST_S = 5.0
"""The core is asked at least so often: a clock may be set at any time."""

RECONNECT_FIRST_S = 0.5
RECONNECT_MOST_S = 10.0
KEEPALIVE_S = 60
LISTEN_AGAIN_S = 1.0
SESSION_EXPIRY_S = 3600
_WORKERS = 2
_KEYS_MOST_BYTES = 1_000_000


class Agent:
    """One device at work. Make it inside a running loop, then `await run()`."""

    def __init__(self, home: Home, *, outputs: Sequence[Output], probe: Sequence[str] = ()) -> None:
        """Open the folder. Raises `HomeUnusable`, `sqlite3.Error`. `probe`: see `Updater`."""
        self._home = home
        self._enrolled = home.enrolled()
        self._loop = asyncio.get_running_loop()
        self._ssl = certificate.client_context(self._enrolled, private_jwk=home.private_jwk())
        self._store = SqliteStore(home.store_file)
        self._reserve = Reserve(home.folder / "reserve")
        self._reserve.keep()
        self._clock = machine_clock()
        self._client: Client | None = None
        self._online_since: datetime | None = None
        self._why_offline = "not connected yet"
        self._lost = asyncio.Event()
        self._stopping = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._library = Library(
            home.media,
            self._enrolled.media_url,
            ssl=self._ssl if self._enrolled.media_url.startswith("https:") else None,
            brought=self._brought,
            bad=self._bad,
        )
        self._deck = Deck(outputs, place=self._library.place, listener=self, clock=self._clock)
        self._outputs = [output.name for output in outputs]
        self._updater = Updater(home, probe=probe)
        with self._store.transaction():
            self._core = Core(
                self._enrolled.identity,
                self._store,
                now=self._clock.now(),
                boot=uuid.uuid4().hex,
                version=loa_agent.VERSION,
                holds=self._library.has,
                software=self._updater.software,
            )
        self._updater.attach(self._core, self._library, do=self._do, now=self._clock.now, restart=self._begin_again)
        self.exit_code = 0
        self._told: tuple[object, ...] = ()

    async def run(self) -> int:
        """Work until `stop`; return the exit code."""
        for _ in range(_WORKERS):
            self._spawn(self._library.run())
        self._spawn(self._keep_connected())
        self._spawn(self._beat())
        self._spawn(self._updater.prove())
        self._spawn(self._updater.watch())
        self._do(lambda _now: None)
        await self._stopping.wait()
        self._deck.close()
        for task in self._tasks:
            task.cancel()
        if self._timer is not None:
            self._timer.cancel()
        if self._client is not None:
            self._client.disconnect()
        await asyncio.sleep(0.05)
        self._store.close()
        self._why_offline, self._online_since = "stopped", None
        self._tell()
        return self.exit_code

    def stop(self) -> None:
        """Ask `run` to end."""
        self._stopping.set()

    def started(self, airing: str, at: datetime) -> None:
        """Hear from the deck's thread that a sound set in."""
        self._from_thread(lambda _now: self._core.started(airing, at))

    def ended(self, airing: str, at: datetime, *, level_dbfs: float | None, chunks: int = 0) -> None:
        """Hear from the deck's thread that a sound ceased."""
        work = functools.partial(self._core.ended, airing, at, level_dbfs=level_dbfs, chunks=chunks)
        self._from_thread(lambda _now: work())

    def failed(self, airing: str, at: datetime, *, reason: str) -> None:
        """Hear from the deck's thread that there was no sound."""
        logger.warning("airing %s cannot be played: %s", airing, reason)
        self._from_thread(lambda _now: self._core.failed(airing, at, reason=reason))

    def _from_thread(self, work: Callable[[datetime], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended: the store says the rest after the next start
            self._loop.call_soon_threadsafe(self._do, work)

    def _do(self, work: Callable[[datetime], None]) -> None:
        """Let the core work, keep what it noted, and only then carry out what it asks for."""
        if self._stopping.is_set():
            return
        now = self._clock.now()
        try:
            with self._store.transaction():
                work(now)
                wake_at = self._core.tick(now)
        except sqlite3.Error as failed:
            self._begin_anew(failed)
            return
        for effect in self._core.drain():
            self._perform(effect)
        if self._core.stage.speeches.open:
            self._deck.expect_speech()
        left_s = LOOK_MOST_S if wake_at is None else (wake_at - self._clock.now()).total_seconds()
        wait_s = min(LOOK_MOST_S, max(0.0, left_s))
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(wait_s, self._do, _nothing)
        if self._told != self._shown():
            self._tell()

    def _begin_anew(self, failed: sqlite3.Error) -> None:
        """Stop before anything is done that was not kept: the next start goes on from what was.

        A full disk is the usual reason; the room set aside for it is given up, so that the next start can write.
        """
        freed = self._reserve.give_up()
        logger.error(
            "what happened cannot be kept: %s; beginning anew%s", failed, ", with the reserve" if freed else ""
        )
        self._core.drain()
        self.exit_code = os.EX_TEMPFAIL
        self.stop()

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Send():
                if self._client is not None:
                    with contextlib.suppress(MqttError):  # the core sends again what matters
                        self._client.publish(effect.topic, effect.payload, qos=effect.qos)
            case Arm() | Tune() | Sound() | Adjust() | Halt():
                self._deck.perform(effect)
            case Fetch():
                self._library.want(effect)
            case FetchKeys():
                self._spawn(self._fetch_keys())
            case Listen():
                self._spawn(self._listen(effect))
            case Install() | Spurn():
                self._loop.call_soon(self._updater.perform, effect)
            case Restart():
                logger.info("restart ordered")
                self._begin_again()

    def _begin_again(self) -> None:
        self.exit_code = os.EX_TEMPFAIL
        self.stop()

    def _brought(self, wanted: Fetch, path: os.PathLike[str]) -> None:
        if wanted.material is Material.CLIP:
            self._do(lambda _now: self._core.media_ready(wanted.sha256))
            return
        if wanted.material is Material.PACKAGE:
            self._spawn(self._updater.unpack(wanted.sha256))
            return
        content = self._library.place(wanted.sha256).read_bytes()
        logger.info("%s %s taken from %s", wanted.material.value, wanted.sha256[:12], path)
        self._do(lambda now: self._core.document(wanted.sha256, content, now))
        self._library.tidy({clip.sha256 for airing in self._core.stage.known() for clip in airing.clips})

    def _bad(self, wanted: Fetch, reason: Reason) -> None:
        logger.warning("file %s refused: %s", wanted.sha256[:12], reason.value)
        if wanted.material is Material.PACKAGE:
            self._updater.bad(wanted, reason)
        self._do(lambda now: self._core.file_refused(wanted.sha256, reason, now))

    async def _fetch_keys(self) -> None:
        url = f"{self._enrolled.device_url}/keys"
        context = self._ssl if url.startswith("https:") else None
        try:
            key_list = await asyncio.to_thread(fetch.read, url, most_bytes=_KEYS_MOST_BYTES, ssl=context)
        except fetch.FetchFailed:
            self._do(self._core.keys_answered)
        else:
            self._do(functools.partial(self._core.learn_keys, key_list.strip()))

    async def _listen(self, wanted: Listen) -> None:
        client, area = self._client, self._core.gate.area
        while client is not None and client is self._client and area == self._core.gate.area:
            try:
                await client.subscribe([(topic, _qos(topic)) for topic in wanted.hear])
                if wanted.leave:
                    await client.unsubscribe(wanted.leave)
            except Rejected as early:
                logger.warning("the new area cannot be heard yet: %s", early)
                await asyncio.sleep(LISTEN_AGAIN_S)
            except (MqttError, TimeoutError):
                return  # the next connection begins with the topics of the new area
            else:
                logger.info("listening to %s", self._core.gate.area)
                self._do(lambda now: self._core.listening(now, storage_free_bytes=self._free_bytes()))
                return

    async def _keep_connected(self) -> None:
        tries = 0
        while True:
            try:
                self._lost.clear()
                self._client = await self._connect()
            except (MqttError, OSError, TimeoutError) as failed:
                self._offline(str(failed) or type(failed).__name__)
                wait_s = min(RECONNECT_FIRST_S * 2**tries, RECONNECT_MOST_S)
                tries = min(tries + 1, 16)
                await asyncio.sleep(wait_s * random.uniform(0.3, 1.0))  # noqa: S311 - spreads a fleet, keeps no secret
                continue
            tries = 0
            self._online_since = self._clock.now()
            logger.info("connected to %s:%s", self._enrolled.host, self._enrolled.port)
            self._do(lambda now: self._core.link_up(now, storage_free_bytes=self._free_bytes()))
            self._tell()
            await self._lost.wait()
            await asyncio.sleep(RECONNECT_FIRST_S * random.random())  # noqa: S311 - as above

    async def _connect(self) -> Client:
        """Connect. Where the server has another idea of the area, connect all the same: it will say which."""
        try:
            return await self._dial(self._core.subscriptions())
        except NotGranted as foreign:
            logger.warning("the server does not let this device hear its area: %s", foreign)
        client = await self._dial(self._core.own_subscriptions())
        self._spawn(self._listen(Listen(hear=self._core.area_subscriptions(), leave=())))
        return client

    async def _dial(self, wanted: Sequence[str]) -> Client:
        enrolled, device = self._enrolled, self._enrolled.identity.device
        return await Client.connect(
            enrolled.host,
            enrolled.port,
            client_id=device,
            username=device,
            password=enrolled.credential,
            subscriptions=[(topic, _qos(topic)) for topic in wanted],
            will=Will(topic=topics.up(device, Up.GONE), payload=b"{}"),
            keepalive_s=KEEPALIVE_S,
            clean_start=False,
            session_expiry_s=SESSION_EXPIRY_S,
            ssl=self._ssl if enrolled.tls else None,
            on_raw=self._heard,
            on_lost=self._gone,
            manual_ack=True,
        )

    def _heard(self, client: Client, topic: bytes, payload: bytes, packet_id: int) -> None:
        try:
            name = topic.decode()
        except UnicodeDecodeError:
            name = ""
        self._do(lambda now: self._core.receive(name, payload, now))
        leap = self._clock.judge(self._core.clock.offset)
        if leap:
            logger.warning("the machine's clock was set, and the server agrees: going by it, %s away", leap)
            self._do(functools.partial(self._core.clock_set, leap))
        client.acknowledge_id(packet_id)

    def _gone(self, reason: str) -> None:
        self._client = None
        self._core.link_down()
        self._offline(reason)
        self._lost.set()

    def _offline(self, reason: str) -> None:
        if self._online_since is not None or self._why_offline == "not connected yet":
            logger.warning("no connection to %s:%s: %s", self._enrolled.host, self._enrolled.port, reason)
        self._online_since, self._why_offline = None, reason
        self._tell()

    async def _beat(self) -> None:
        while True:
            self._reserve.tend(self._free_bytes())
            self._do(
                lambda now: self._core.beat(now, storage_free_bytes=self._free_bytes(), condition=machine.condition())
            )
            self._tell()
            await asyncio.sleep(BEAT_S)

    def _free_bytes(self) -> int:
        return shutil.disk_usage(self._home.folder).free

    def _spawn(self, work: Any) -> None:  # Any: the coroutine's send and yield types are of no concern
        task: asyncio.Task[None] = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("the agent cannot go on", exc_info=task.exception())
            self.exit_code = 1
            self.stop()

    def _shown(self) -> tuple[object, ...]:
        core, stage = self._core, self._core.stage
        told = (core.gate.area, core.plan_digest, core.evidence.pending)
        return self._online_since, stage.playing, stage.volume.ordered_pct, *told

    def _tell(self) -> None:
        """Write what `loa-agent status` reads."""
        stage, now = self._core.stage, self._clock.now()
        self._told = self._shown()
        coming = [airing for airing in stage.open() if airing.start_at > now]
        self._home.keep_status(
            {
                "at": canonical.to_wire(now),
                "online_since": None if self._online_since is None else canonical.to_wire(self._online_since),
                "why_offline": "" if self._online_since is not None else self._why_offline,
                "playing": stage.playing,
                "area": self._core.gate.area,
                "plan": self._core.plan_digest,
                "coming": len(coming),
                "next_start_at": canonical.to_wire(coming[0].start_at) if coming else None,
                "media_missing": len(stage.unready),
                "pending_events": self._core.evidence.pending,
                "volume_pct": stage.volume.ordered_pct,
                "clock_offset_ms": self._core.clock.offset_ms,
                "storage_free_bytes": self._free_bytes(),
                "outputs": self._outputs,
            }
        )


def _qos(topic: str) -> int:
    return 0 if topic.endswith("/live") else 1


def _nothing(now: datetime) -> None:
    """Only let time pass."""
