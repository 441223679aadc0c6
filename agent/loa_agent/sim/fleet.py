"""The fleet: thousands of devices on one loop, paced so that verifying is never behind the paperwork of others."""

import asyncio
import functools
import shutil
import ssl
import time
import uuid
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any  # Any: what an entry is about depends on its kind

import loa_agent
from loa_agent import certificate
from loa_agent.effects import Effect
from loa_agent.identity import Enrolled
from loa_agent.sim.device import SimDevice
from loa_agent.sim.fleet_store import DeviceStore, FleetDatabase
from loa_agent.sim.report import Report
from loa_agent.sim.shelf import Shelf
from loa_agent.sim.timetable import Timetable
from loa_agent.sim.troubles import Troubles
from loa_agent.store import MemoryStore
from loa_agent.trust import Trusts
from loa_protocol.messages import Now
from loa_protocol.mqtt.client import Client

BEAT_S = 60.0
SLICE_S = 0.004
"""So long paperwork runs before the loop looks at the sockets again."""

KEPT_SLICE_S = 0.02
"""The same where each slice ends in a commit to the disk."""

QUIET_S = 0.003
"""Paperwork waits until no message was verified for so long …"""

WAIT_MOST_S = 0.4
"""… but not longer than this."""

CONNECTING_AT_ONCE = 400
_KEYS_MOST_BYTES = 1_000_000

Due = tuple[str, SimDevice, Any]
"""What is due: its kind, whose it is, and what it is about."""


class Fleet:
    """All devices of one simulator. Make it inside a running loop."""

    def __init__(
        self,
        enrolments: Sequence[Enrolled],
        *,
        folder: Path,
        report: Report,
        troubles: Troubles | None = None,
        persistent: bool = False,
        host: str = "",
        port: int = 0,
        media_url: str = "",
        device_url: str = "",
        keepalive_s: int = 120,
        beat_s: float = BEAT_S,
    ) -> None:
        """Switch every device on. `host`, `port` and the addresses replace what the enrolments say."""
        self.report, self.troubles = report, troubles or Troubles()
        self.line_is_perfect = self.troubles.line_is_perfect
        self.host, self.port, self.keepalive_s, self.beat_s = host, port, keepalive_s, beat_s
        self.boot, self.version = uuid.uuid4().hex[:12], f"sim {loa_agent.VERSION}"
        self.trusts = Trusts()
        self.doorway = asyncio.Semaphore(CONNECTING_AT_ONCE)
        self.storage_free_bytes = shutil.disk_usage(folder).free
        self.todo: deque[Callable[[], None]] = deque()
        self.heard_now: deque[tuple[SimDevice, Client, Now | None, int, float]] = deque()
        self.is_pacing = False
        self.is_persistent = persistent
        self.verified_at = 0.0
        self._paced_since = 0.0
        self._outbox: list[tuple[SimDevice, list[Effect]]] = []
        self._after: list[Callable[[], object]] = []
        self._contents: dict[Path, bytes] = {}
        self._complained = ""
        self._asking: set[SimDevice] = set()
        self._tasks: set[asyncio.Task[object]] = set()
        self.connected = 0
        self.shelf = Shelf(folder / "media", media_url or enrolments[0].media_url)
        self._device_url = device_url or enrolments[0].device_url
        self.timetable: Timetable[Due] = Timetable(self._perform)
        self._database = FleetDatabase(folder / "fleet.sqlite") if persistent else None
        self.devices = [SimDevice(self, enrolled, self._store(enrolled)) for enrolled in enrolments]

    async def start(self) -> float:
        """Connect every device; return how many seconds that took."""
        begun = time.monotonic()
        await asyncio.gather(*(device.connect() for device in self.devices))
        took = time.monotonic() - begun
        now = time.time()
        for number, device in enumerate(self.devices):
            first_beat_s = self.beat_s * number / len(self.devices)  # so that they come evenly
            self.timetable.add_about(now + first_beat_s, ("beat", device, None))
            cut_s, online_s = self.troubles.next_cut_s(), self.troubles.online_s()
            if cut_s is not None:
                self.timetable.add(now + cut_s, ("dark", device, None))
            if online_s is not None:
                self.timetable.add(now + online_s, ("offline", device, None))
        return took

    async def stop(self) -> None:
        """Disconnect in order and keep what is to be kept."""
        self.timetable.close()
        while self.todo or self.heard_now or self._outbox:
            self._work(until=time.monotonic() + 5.0)
        for device in self.devices:
            device.is_on = False
            if device.client is not None:
                device.client.disconnect()
        for task in self._tasks:
            task.cancel()
        self.shelf.close()
        await asyncio.sleep(0)
        if self._database is not None:
            self._database.close()

    def soon(self, work: Callable[[], None]) -> None:
        """Have paperwork done in its turn."""
        self.todo.append(work)
        if not self.is_pacing:
            self.pace()

    def post(self, device: SimDevice, effects: list[Effect]) -> None:
        """Have effects carried out after the next commit."""
        self._outbox.append((device, effects))
        if not self.is_pacing:
            self.pace()

    def after_commit(self, work: Callable[[], object]) -> None:
        """Have this done after the next commit."""
        self._after.append(work)

    def pace(self) -> None:
        """Begin the paperwork on the next turn of the loop."""
        self.is_pacing = True
        self._paced_since = time.monotonic()
        asyncio.get_running_loop().call_soon(self._turn)

    def content(self, path: Path) -> bytes:
        """Return a small file, read once for all devices."""
        if path not in self._contents:
            self._contents[path] = path.read_bytes()
        return self._contents[path]

    def appeared(self) -> None:
        """Count a connection."""
        self.connected += 1
        if self._complained and self.connected == len(self.devices):
            self._complained = ""
            self.report.say("all back", connected=self.connected)

    def disappeared(self, reason: str) -> None:
        """Count a connection less."""
        self.connected -= 1
        self.report.count("connections_lost")
        if reason:
            self.complain(reason)

    def complain(self, reason: str) -> None:
        """Say once that the line is gone."""
        if not self._complained:
            self._complained = reason
            self.report.say("line lost", reason=reason)

    def ssl_of(self, enrolled: Enrolled) -> ssl.SSLContext | None:
        """Return what a device connects with."""
        return certificate.client_context(enrolled, private_jwk=enrolled.private_jwk) if enrolled.tls else None

    def cut_power(self, device: SimDevice) -> None:
        """Switch a device off and, a while later, on."""
        device.cut_power()
        self.report.count("power_cuts")
        self.timetable.add(time.time() + self.troubles.dark_s(), ("light", device, None))

    def ask_keys(self, device: SimDevice) -> None:
        """Fetch the key list for a device; those who ask meanwhile get the same answer."""
        first = not self._asking
        self._asking.add(device)
        if first:
            self.spawn(self._fetch_keys())

    async def _fetch_keys(self) -> None:
        key_list = await self.shelf.ask(f"{self._device_url}/keys", most_bytes=_KEYS_MOST_BYTES)
        asking, self._asking = self._asking, set()
        for device in asking:
            self.soon(functools.partial(self._tell_keys, device, key_list))

    def _tell_keys(self, device: SimDevice, key_list: bytes | None) -> None:
        if device.is_on:
            if key_list is None:
                device.core.keys_answered(device.now())
            else:
                device.core.learn_keys(key_list.strip(), device.now())
            device.settle()

    def _store(self, enrolled: Enrolled) -> MemoryStore:
        if self._database is None:
            return MemoryStore()
        return DeviceStore(self._database, enrolled.identity.device)

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Let something go on beside the rest."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _turn(self) -> None:
        loop, now = asyncio.get_running_loop(), time.monotonic()
        if now - self.verified_at < QUIET_S and now - self._paced_since < WAIT_MOST_S:
            loop.call_later(QUIET_S / 2, self._turn)
            return
        self._work(until=now + (KEPT_SLICE_S if self.is_persistent else SLICE_S))
        if self.todo or self.heard_now or self._outbox:
            loop.call_soon(self._turn)
        else:
            self.is_pacing = False

    def _work(self, *, until: float) -> None:
        heard, todo, clock = self.heard_now, self.todo, time.monotonic
        while heard or todo:
            if heard:
                device, client, message, packet_id, verified_at = heard.popleft()
                device.follow_now(client, message, packet_id, verified_at)
            else:
                todo.popleft()()
            if clock() >= until:
                break
        if self._database is not None:
            self._database.commit()
        outbox, self._outbox = self._outbox, []
        after, self._after = self._after, []
        for device, effects in outbox:
            for effect in effects:
                device.perform(effect)
        for work in after:
            work()

    def _perform(self, due: Sequence[tuple[float, Due]]) -> None:
        """Note the moment of each start first; everything else about it can wait."""
        for _at, entry in due:
            kind, device, matter = entry
            if kind == "start":
                if device.armed is matter and device.is_on:
                    self.todo.append(functools.partial(device.began, entry[2], time.time()))
            elif kind == "wake":
                if device.wake_at == matter:
                    self.todo.append(device.settle)
            elif kind == "end":
                self.todo.append(functools.partial(device.finish, matter))
            elif kind in {"heard", "say", "got"}:
                self.todo.append(matter)
            else:
                self._happen(kind, device)
        if self.todo and not self.is_pacing:
            self.pace()

    def _happen(self, kind: str, device: SimDevice) -> None:
        now = time.time()
        if kind == "beat":
            self.todo.append(device.beat)
            self.timetable.add_about(now + self.beat_s, ("beat", device, None))
        elif kind == "connect":
            self.spawn(device.connect())
        elif kind == "dark":
            self.cut_power(device)
        elif kind == "light":
            device.boot()
            self.spawn(device.connect())
            cut_s = self.troubles.next_cut_s()
            if cut_s is not None:
                self.timetable.add(now + cut_s, ("dark", device, None))
        elif kind == "offline":
            device.is_online = False
            device.cut_line()
            self.timetable.add(now + self.troubles.offline_s(), ("online", device, None))
        elif kind == "online":
            device.is_online = True
            self.spawn(device.connect())
            online_s = self.troubles.online_s()
            if online_s is not None:
                self.timetable.add(now + online_s, ("offline", device, None))
