"""One simulated device: a core, a connection, and an output that only keeps time."""

import asyncio
import functools
import math
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from loa_agent.core import Core
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
    Tune,
)
from loa_agent.identity import Enrolled
from loa_agent.sim.health import Health
from loa_agent.sim.output import Adjusted, level_dbfs, live_level_dbfs
from loa_agent.sim.shelf import Got
from loa_agent.software import Software
from loa_agent.speaking import AHEAD_S
from loa_agent.store import Store
from loa_protocol import topics
from loa_protocol.messages import Now
from loa_protocol.mqtt.client import Client, MqttError, NotGranted, Rejected, Will
from loa_protocol.release import Step
from loa_protocol.topics import Up

if TYPE_CHECKING:
    from loa_agent.sim.fleet import Fleet

RECONNECT_FIRST_S = 0.3
RECONNECT_MOST_S = 10.0
LISTEN_AGAIN_S = 1.0
TAKE_OVER_S = 5.0


class SimDevice:
    """A device of the fleet. Its clock is the machine's plus its own drift."""

    __slots__ = (
        "adjusted",
        "armed",
        "came_s",
        "chunks",
        "client",
        "confirmed",
        "core",
        "drift",
        "drift_s",
        "enrolled",
        "fleet",
        "health",
        "held",
        "is_on",
        "is_online",
        "name",
        "on_since",
        "software",
        "sounding",
        "starts_n",
        "store",
        "tries",
        "wake_at",
    )

    def __init__(self, fleet: "Fleet", enrolled: Enrolled, store: Store) -> None:
        """Switch it on; `connect` follows."""
        self.fleet, self.enrolled, self.store = fleet, enrolled, store
        self.name = enrolled.identity.device
        self.drift_s = fleet.troubles.drift_s()
        self.drift = timedelta(seconds=self.drift_s)
        self.held: set[str] = set()
        self.health = Health(self.name, faults=fleet.troubles.faults)
        self.client: Client | None = None
        self.is_online = True
        self.tries = self.starts_n = 0
        self.software = Software()
        self.boot()

    def boot(self) -> None:
        """Start as after a power cut: with what the store holds and nothing else."""
        self.starts_n += 1
        self.is_on = True
        self.on_since = time.monotonic()
        self.armed: Arm | Tune | None = None
        self.sounding: tuple[Arm | Tune, float] | None = None
        self.chunks = 0
        self.adjusted: tuple[Adjusted, ...] = ()
        self.came_s = 0.0
        self.wake_at = math.inf
        self.confirmed: tuple[Now, ...] = ()
        self.core = Core(
            self.enrolled.identity,
            self.store,
            now=self.now(),
            boot=f"{self.fleet.boot}-{self.starts_n}",
            version=self.fleet.version,
            holds=self.held.__contains__,
            trusts=self.fleet.trusts,
            software=self.software,
        )
        self.settle()

    def now(self) -> datetime:
        """Return the time by this device's clock."""
        return datetime.now(UTC) + self.drift

    def hand_out(self) -> None:
        """Hand out what the core wants where nothing about what plays can have changed."""
        effects = self.core.drain()
        if effects:
            self.fleet.post(self, effects)
        resend_at = self.core.next_resend_at()
        if resend_at is not None:
            at = (resend_at - self.drift).timestamp()
            if at < self.wake_at:
                self.wake_at = at
                self.fleet.timetable.add_about(at, ("wake", self, at))

    def settle(self) -> None:
        """Let the core look at the time, hand out what it wants, and see when it wants to look again."""
        if not self.is_on:
            return
        wake_at = self.core.tick(self.now())
        effects = self.core.drain()
        if effects:
            self.fleet.post(self, effects)
        self.wake_at = math.inf if wake_at is None else (wake_at - self.drift).timestamp()
        if wake_at is not None:
            self.fleet.timetable.add(self.wake_at, ("wake", self, self.wake_at))

    async def connect(self) -> None:
        """Connect once; on failure or loss the fleet calls again later."""
        if not (self.is_on and self.is_online) or self.client is not None:
            return
        foreign = False
        try:
            async with self.fleet.doorway:
                try:
                    client = await self._dial(self.core.subscriptions())
                except NotGranted:  # the server has another idea of the area, and will say which
                    client, foreign = await self._dial(self.core.own_subscriptions()), True
        except (MqttError, OSError, TimeoutError) as failed:
            self.fleet.report.count("connections_failed")
            self.fleet.complain(str(failed) or type(failed).__name__)
            self.come_back()
            return
        if not (self.is_on and self.is_online):
            client.abort()
            return
        self.client, self.tries = client, 0
        self.fleet.appeared()
        self.fleet.soon(self._greet)
        if foreign:
            self.fleet.spawn(self.listen(Listen(hear=self.core.area_subscriptions(), leave=())))

    async def _dial(self, wanted: Sequence[str]) -> Client:
        enrolled, device = self.enrolled, self.enrolled.identity.device
        return await Client.connect(
            self.fleet.host or enrolled.host,
            self.fleet.port or enrolled.port,
            client_id=device,
            username=device,
            password=enrolled.credential,
            subscriptions=[(topic, _qos(topic)) for topic in wanted],
            will=Will(topic=topics.up(device, Up.GONE), payload=b"{}"),
            keepalive_s=self.fleet.keepalive_s,
            ssl=self.fleet.ssl_of(enrolled),
            on_raw=self.heard,
            on_lost=self.lost,
            manual_ack=True,
            timeout_s=20,
        )

    def lost(self, reason: str) -> None:
        """Hear that the connection broke."""
        self.client = None
        self.core.link_down()
        self.fleet.disappeared(reason)
        self.come_back()

    def come_back(self) -> None:
        """Try again later, each time later, and not all together."""
        wait = min(RECONNECT_FIRST_S * 2**self.tries, RECONNECT_MOST_S) * self.fleet.troubles.dice.random()
        self.tries = min(self.tries + 1, 16)
        self.fleet.timetable.add(time.time() + wait, ("connect", self, None))

    def cut_line(self) -> None:
        """Lose the connection as if the cable were pulled."""
        client, self.client = self.client, None
        if client is not None:
            client.abort()
            self.core.link_down()
            self.fleet.disappeared("")

    def cut_power(self) -> None:
        """Forget everything that the store does not hold."""
        self._carry_out()
        self.cut_line()
        self.is_on = False
        self.core.drain()

    def heard(self, client: Client, topic: bytes, payload: bytes, packet_id: int) -> None:
        """Take a message from the connection. Urgent ones are judged here and now, and followed in their turn."""
        fleet = self.fleet
        if not fleet.line_is_perfect:
            delay = fleet.troubles.delay_s()
            if delay > 0:
                fleet.timetable.add(
                    time.time() + delay,
                    ("heard", self, functools.partial(self._judge, client, topic, payload, packet_id)),
                )
                return
        self._judge(client, topic, payload, packet_id)

    def _judge(self, client: Client, topic: bytes, payload: bytes, packet_id: int) -> None:
        if not self.is_on:
            return
        fleet = self.fleet
        if topic[-5:] == b"/live":
            fleet.soon(functools.partial(self._hear, topic, payload, time.time()))
            return
        if topic[-4:] != b"/now":
            fleet.soon(functools.partial(self._follow, client, topic.decode(), payload, packet_id))
            return
        message = self.core.admit_now("/now", payload, time.time() + self.drift_s)
        fleet.verified_at = verified_at = time.monotonic()
        fleet.heard_now.append((self, client, message, packet_id, verified_at))
        if not fleet.is_pacing:
            fleet.pace()

    def _hear(self, topic: bytes, payload: bytes, came_s: float) -> None:
        """Take live sound in, judged by when it came: a device of its own does not wait for the turn of thousands.

        The core looks at the time only when the output is still to be tuned.
        """
        if not self.is_on:
            return
        self.came_s = came_s
        self.core.receive(topic.decode(), payload, self.now())
        if self.core.stage.is_to_be_tuned:
            self.settle()
            return
        others: list[Effect] = []
        for effect in self.core.drain():
            if isinstance(effect, Sound) and not others and self._turn() is not None:
                self._count(effect)
            else:
                others.append(effect)
        if others:
            self.fleet.post(self, others)

    def _turn(self) -> Tune | None:
        """Return what the output is tuned to or is about to be; None until that is carried out."""
        turn = self.armed if isinstance(self.armed, Tune) else None if self.sounding is None else self.sounding[0]
        return turn if isinstance(turn, Tune) else None

    def _count(self, chunk: Sound) -> None:
        """Count a chunk that came early enough for an output."""
        turn = self._turn()
        if turn is not None and turn.id == chunk.session:
            moment_s = turn.base_at.timestamp() + chunk.seq * turn.opening.chunk_ms / 1000.0 - self.drift_s
            if self.came_s <= moment_s - AHEAD_S:
                self.chunks += 1

    def follow_now(self, client: Client, message: Now | None, packet_id: int, verified_at: float) -> None:
        """Answer an urgent message that was judged before, and have it carried out; None was refused or for others.

        Without a file to keep, the answers of all devices go first and the rest follows.
        """
        if message is None:
            self.hand_out()
        elif self.is_on:
            self.fleet.report.verified(self.name, message.id, verified_at)
            self.core.confirm_now(message, self.now())
            self.confirmed = (*self.confirmed, message)
            if self.fleet.is_persistent:
                self._carry_out()
            else:
                self.fleet.post(self, self.core.drain())
                self.fleet.todo.append(self._carry_out)
        self.fleet.after_commit(functools.partial(client.acknowledge_id, packet_id))

    def _carry_out(self) -> None:
        confirmed, self.confirmed = self.confirmed, ()
        for message in confirmed:
            self.core.carry_out_now(message, self.now())
        if confirmed:
            self.settle()

    def _follow(self, client: Client, topic: str, payload: bytes, packet_id: int) -> None:
        if not self.is_on:
            return
        was_calm = self.core.timing.is_calm
        self.core.receive(topic, payload, self.now())
        if topic.endswith("/ack") and was_calm and self.core.timing.is_calm:
            self.hand_out()
        else:
            self.settle()
        if packet_id:
            self.fleet.after_commit(functools.partial(client.acknowledge_id, packet_id))

    def _greet(self) -> None:
        if self.client is not None and self.is_on:
            self.core.link_up(self.now(), storage_free_bytes=self.fleet.storage_free_bytes)
            self.hand_out()

    def beat(self) -> None:
        """Give the sign of life."""
        if self.is_on:
            now = self.now()
            condition = self.health.condition(now, up_s=time.monotonic() - self.on_since)
            self.core.beat(now, storage_free_bytes=self.fleet.storage_free_bytes, condition=condition)
            self.hand_out()

    def perform(self, effect: Effect) -> None:
        """Carry out what the core asked for; it is committed."""
        if not self.is_on:
            return
        match effect:
            case Send():
                self._send(effect)
            case Arm() | Tune() | Sound() | Adjust() | Halt():
                self._play(effect)
            case Fetch():
                got = functools.partial(self._got_later, effect.material, effect.sha256)
                self.fleet.shelf.get(effect.sha256, size_bytes=effect.size_bytes, material=effect.material, then=got)
            case FetchKeys():
                self.fleet.ask_keys(self)
            case Listen():
                self.fleet.spawn(self.listen(effect))
            case Install():
                take_over = functools.partial(self._take_over, effect)
                self.fleet.timetable.add(time.time() + TAKE_OVER_S, ("got", self, take_over))
            case Restart():
                self.fleet.cut_power(self)

    def _take_over(self, effect: Install) -> None:
        """Say that a release runs, once nothing sounds or is about to: here only its name is another."""
        if not (self.is_on and self.core.changing.is_still_wanted(effect.statement)):
            return
        if not self.core.changing.is_at_rest(self.now()):
            self.perform(effect)
            return
        statement = effect.statement
        self.software = Software(release=statement, tried=statement, step=Step.PROVED, version=effect.release.version)
        self.core.tell_software(self.software, self.now())
        self.core.changing.proved()
        self.settle()

    def _play(self, effect: Arm | Tune | Sound | Adjust | Halt) -> None:
        if isinstance(effect, Sound):
            self._count(effect)
        elif isinstance(effect, Halt):
            self._halt(effect.airing)
        elif isinstance(effect, Adjust):
            self.adjusted = (*self.adjusted, (effect.airing, self.now(), effect.volume_pct))
        else:
            if isinstance(effect, Tune):
                self.chunks = 0
            self.armed = effect
            self.fleet.timetable.add((effect.at - self.drift).timestamp(), ("start", self, effect))

    async def listen(self, wanted: Listen) -> None:
        """Hear the topics of a new area, and leave those of the former one."""
        client, area = self.client, self.core.gate.area
        while client is not None and client is self.client and area == self.core.gate.area:
            try:
                await client.subscribe([(topic, _qos(topic)) for topic in wanted.hear])
                if wanted.leave:
                    await client.unsubscribe(wanted.leave)
            except Rejected:
                await asyncio.sleep(LISTEN_AGAIN_S)
            except (MqttError, TimeoutError):
                return
            else:
                self.fleet.soon(functools.partial(self._listening, client))
                return

    def _listening(self, client: Client) -> None:
        if client is self.client and self.is_on:
            self.core.listening(self.now(), storage_free_bytes=self.fleet.storage_free_bytes)
            self.hand_out()

    def _send(self, effect: Send) -> None:
        client = self.client
        delay = 0.0 if self.fleet.line_is_perfect else self.fleet.troubles.delay_s()
        if client is None:
            return
        if delay > 0:
            self.fleet.timetable.add(
                time.time() + delay, ("say", self, functools.partial(self._publish, client, effect))
            )
        else:
            self._publish(client, effect)

    def _publish(self, client: Client, effect: Send) -> None:
        if client is not self.client:
            return
        try:
            client.publish(effect.topic, effect.payload, qos=effect.qos)
        except MqttError:
            self.fleet.report.count("unsent")

    def _got_later(self, material: Material, sha256: str, got: Got) -> None:
        if got.path is None and got.refused is None:
            return
        delay = 0.0 if self.fleet.line_is_perfect else self.fleet.troubles.delay_s()
        take = functools.partial(self._got, material, sha256, got)
        if delay > 0:
            self.fleet.timetable.add(time.time() + delay, ("got", self, take))
        else:
            self.fleet.soon(take)

    def _got(self, material: Material, sha256: str, got: Got) -> None:
        if not self.is_on:
            return
        if got.refused is not None:
            self.core.file_refused(sha256, got.refused, self.now())
        elif material is Material.CLIP:
            self.held.add(sha256)
            self.core.media_ready(sha256)
        elif got.path is not None:
            self.core.document(sha256, self.fleet.content(got.path), self.now())
            if sha256 == self.core.plan_digest:
                self.fleet.report.follows(sha256)
        self.settle()

    def began(self, arm: Arm | Tune, at: float) -> None:
        """Do the bookkeeping of a start that happened at `at`."""
        if self.armed is not arm or not self.is_on:
            return
        self.armed = None
        at_device = datetime.fromtimestamp(at, UTC) + self.drift
        if isinstance(arm, Tune):
            self._replace(arm, at, at_device)
            self.fleet.report.started(self.name, arm.id, at_s=at, planned_s=arm.at.timestamp())
            self.settle()
            return
        clips = arm.airing.clips
        if any(self.fleet.shelf.mean_square(clip.sha256) is None for clip in clips):
            self.core.failed(arm.airing.id, at_device, reason="undecodable")
            self.settle()
            return
        self._replace(arm, at, at_device)
        self.fleet.report.started(self.name, arm.airing.id, at_s=at, planned_s=arm.airing.start_at.timestamp())
        ends_at = at + (arm.airing.duration - arm.position).total_seconds()
        self.fleet.timetable.add(ends_at, ("end", self, arm))
        self.settle()

    def _replace(self, turn: Arm | Tune, at: float, at_device: datetime) -> None:
        before, self.sounding = self.sounding, (turn, at)
        self.core.started(turn.id, at_device)
        if before is not None:
            self._tell_end(before[0], at_device)
        self.adjusted = tuple(one for one in self.adjusted if one[0] == turn.id)

    def _tell_end(self, turn: Arm | Tune, at_device: datetime) -> None:
        if isinstance(turn, Tune):
            self.core.ended(turn.id, at_device, level_dbfs=live_level_dbfs(self.chunks), chunks=self.chunks)
        else:
            self.core.ended(turn.id, at_device, level_dbfs=self._level(turn))

    def finish(self, arm: Arm) -> None:
        """End a sound whose time is over."""
        if self.sounding is None or self.sounding[0] is not arm or not self.is_on:
            return
        self.sounding = None
        level = self._level(arm)
        self.core.ended(arm.airing.id, self.now(), level_dbfs=level)
        self.fleet.report.ended(self.name, arm.airing.id, at_s=time.time(), level_dbfs=level)
        self.settle()

    def _halt(self, airing: str) -> None:
        if self.armed is not None and self.armed.id == airing:
            self.armed = None
        if self.sounding is not None and self.sounding[0].id == airing:
            turn, _ = self.sounding
            self.sounding = None
            self._tell_end(turn, self.now())
        self.settle()

    def _level(self, arm: Arm) -> float:
        return level_dbfs(arm, self.adjusted, until=self.now(), mean_square=self.fleet.shelf.mean_square)


def _qos(topic: str) -> int:
    return 0 if topic.endswith("/live") else 1
