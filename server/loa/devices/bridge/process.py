"""The bridge as a process: its parts, how they start, and how they end."""

import asyncio
import gc
import logging
import resource
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack

import uvloop
from django.conf import settings

from loa.devices import rules
from loa.devices.bridge.broker import BrokerWire
from loa.devices.bridge.database import Line
from loa.devices.bridge.gate import FULL_LOOK_S, Gate
from loa.devices.bridge.ingest import STAGE, Ingest
from loa.devices.bridge.listening import listen
from loa.devices.bridge.live import LiveLane
from loa.devices.bridge.office import SigningOffice
from loa.devices.bridge.outlet import Outlet
from loa.devices.bridge.own import OwnWire
from loa.devices.bridge.record import Record
from loa.devices.bridge.states import StateLane
from loa.devices.bridge.telemetry import Telemetry
from loa.devices.bridge.wire import Unsent, Wire
from loa.devices.notify import EVERYONE, Channel
from loa.kernel import clock
from loa_protocol import topics, uuid7
from loa_protocol.topics import Down, Up

logger = logging.getLogger(__name__)

_WRITE_EVERY_S = 1.0
_STATUS_EVERY_S = 2.0
_LAST_WORDS_S = 5.0
_MANY = 50
"""So many devices whose rights changed are looked at together."""

_STATUS = """
INSERT INTO devices_bridge (id, started_at, seen_at, signing_problem, connected, unwritten)
VALUES (%(id)s, %(now)s, %(now)s, %(problem)s, %(connected)s, %(unwritten)s)
ON CONFLICT (id) DO UPDATE SET seen_at = EXCLUDED.seen_at, signing_problem = EXCLUDED.signing_problem,
    connected = EXCLUDED.connected, unwritten = EXCLUDED.unwritten
"""
_FORGET = "DELETE FROM devices_bridge WHERE id = %(id)s OR seen_at - %(now)s NOT BETWEEN interval '-1 h' AND '1 h'"
_NOBODY_HERE = "UPDATE devices_device SET connected = false WHERE connected"


class Bridge:
    """Everything wired together. Is itself the inbox of the listener."""

    def __init__(self) -> None:
        self._id = uuid7.make()
        self._is_ours = not settings.LOA_MQTT_URL
        self._listening = Line("listen")
        self._side = Line("side", durable=False)
        self._interruptible = [self._side]
        self._gate = Gate(self._line("gate"))
        self._record = Record(self._side)
        self._own: OwnWire | None = None
        self._broker: BrokerWire | None = None
        self._wire: Wire
        if self._is_ours:
            self._wire = self._own = OwnWire(self._gate, self)
        else:
            self._wire = self._broker = BrokerWire(self, back=self._broker_is_back)
        self._telemetry = Telemetry(self._side, gate=self._gate, record=self._record, wire=self._wire)
        self._office = SigningOffice()
        self._urgent = self._outlet(rules.Lane.NOW)
        self._orders = self._outlet(rules.Lane.COMMAND)
        self._states = StateLane(
            self._line("states", durable=False),
            office=self._office, wire=self._wire, urgent=self._urgent,
        )  # fmt: skip
        self._live = LiveLane(self._line("live", durable=False), office=self._office, wire=self._wire)
        self._ingest = Ingest(
            self._line("ingest", prepare=STAGE), gate=self._gate, record=self._record, wire=self._wire
        )

    def received(self, device: str, kind: Up, topic: str, payload: bytes, acknowledge: Callable[[], None]) -> None:
        """Take a message; evidence is acknowledged after its commit, the rest at once."""
        if kind is Up.EVENT:
            self._ingest.take(device, topic, payload, acknowledge)
            return
        self._telemetry.take(device, kind, topic, payload)
        acknowledge()

    def _broker_is_back(self) -> None:
        self._states.send_all_again()

    def appeared(self, device: str) -> None:
        """Note that a device connected."""
        self._telemetry.appeared(device)

    def gone(self, device: str) -> None:
        """Note that a device's connection ended."""
        self._telemetry.gone(device)

    async def run(self, stop: asyncio.Event, ready: Callable[[int], None] | None = None) -> None:
        """Work until `stop`, then write what was taken in and go. `ready` is told the port (0 with a broker)."""
        await self._gate.reload_all()
        if self._own is not None:
            await self._side.rows(_NOBODY_HERE)
        work = [self._urgent.run(), self._orders.run(), self._states.run(), self._write(), self._look(), self._tell()]
        work += [self._live.run(), listen(self._listening, self._heard)]
        if self._broker is not None:
            work.append(self._broker.run())
        tasks = [asyncio.create_task(part) for part in (*work, self._ingest.run())]
        port = 0 if self._own is None else await self._own.start()
        logger.info("bridge is up", extra={"port": port, "devices": len(self._gate)})
        if ready is not None:
            ready(port)
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
        try:
            await self._end(tasks)
        finally:
            stopping.cancel()
            for line in (*self._interruptible, self._listening):
                await line.close()

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        """Stop the sources, write what is held, and pass on a part's failure."""
        failed = [task for task in tasks if task.done()]
        await self._wire.stop()
        self._ingest.close()
        try:
            async with asyncio.timeout(_LAST_WORDS_S):
                async with AsyncExitStack() as rest:
                    for line in self._interruptible:
                        await rest.enter_async_context(line.at_rest())
                    for task in tasks[:-1]:
                        task.cancel()
                await asyncio.gather(*tasks[:-1], return_exceptions=True)
                await tasks[-1]
                await self._telemetry.flush()
                await self._record.flush()
                if self._is_ours:
                    await self._side.rows(_NOBODY_HERE)
                await self._side.rows(_FORGET, {"id": self._id, "now": clock.now()})
        except TimeoutError:
            for task in tasks:
                task.cancel()
            logger.warning(
                "stopped with work undone: devices send it again", extra={"unwritten": self._ingest.unwritten}
            )
        for task in failed:
            if not task.cancelled() and (failure := task.exception()) is not None:
                raise failure

    def _outlet(self, lane: rules.Lane) -> Outlet:
        return Outlet(lane, self._line(lane.value, durable=False), office=self._office, wire=self._wire)

    def _line(self, name: str, *, prepare: str = "", durable: bool = True) -> Line:
        line = Line(name, prepare=prepare, durable=durable)
        self._interruptible.append(line)
        return line

    async def _heard(self, channel: str, payload: str) -> None:
        """Wake whoever has work; an empty channel means that notifications may have been missed."""
        if channel in {Channel.NOW, ""}:
            self._urgent.wake.set()
        if channel in {Channel.COMMAND, ""}:
            self._orders.wake.set()
        if channel in {Channel.LIVE, ""}:
            self._live.wake.set()
        if channel in {Channel.STATE, ""}:
            self._states.wake.set()
        if channel == "" or (channel == Channel.GATE and payload == EVERYONE):
            change = await self._gate.reload_all()
            for identity in change.moved:
                self._wire.settle(identity)
            for device in change.gone:
                await self._shut_out(device)
        elif channel == Channel.GATE:
            await self._look_at(payload)

    async def _look_at(self, device: str) -> None:
        identity = await self._gate.reload(device)
        if identity is None:
            await self._shut_out(device)
        else:
            self._wire.settle(identity)

    async def _shut_out(self, device: str) -> None:
        self._wire.dismiss(device)
        try:
            await self._wire.send(topics.down(device, Down.STATE), b"", retain=True)
        except Unsent as unsent:
            logger.warning("state not withdrawn", extra={"device": device, "why": str(unsent)})

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(FULL_LOOK_S)
            await self._heard("", "")

    async def _write(self) -> None:
        while True:
            await asyncio.sleep(_WRITE_EVERY_S)
            await self._record.flush()
            written = await self._telemetry.flush()
            if written.has_orders:
                self._orders.wake.set()
            if len(written.settled) > _MANY:
                await self._heard(Channel.GATE, EVERYONE)
            else:
                for device in written.settled:
                    await self._look_at(device)

    async def _tell(self) -> None:
        while True:
            now = clock.now()
            self._office.signer(now=now)
            await self._side.rows(
                _STATUS,
                {
                    "id": self._id,
                    "now": now,
                    "problem": self._office.problem[:64],
                    "connected": 0 if self._own is None else self._own.connected(),
                    "unwritten": self._ingest.unwritten,
                },
            )
            await asyncio.sleep(_STATUS_EVERY_S)


def run() -> None:
    """Run the bridge until SIGTERM or Ctrl-C."""
    raise_file_limit()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)  # ten thousand connections are no garbage; looking through them costs a pause
    uvloop.run(_until_signal())


def raise_file_limit() -> None:
    """Allow as many connections as the system lets this process have."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _until_signal() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await Bridge().run(stop)
