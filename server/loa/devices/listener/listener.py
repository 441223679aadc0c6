"""The listener: who is connected, and what is said to whom."""

import asyncio
import contextlib
import logging
import random
import resource
from collections.abc import Callable
from ssl import SSLContext

from loa.devices.listener import rights
from loa.devices.listener.audience import Audience
from loa.devices.listener.complaints import Complaints
from loa.devices.listener.door import Door
from loa.devices.listener.ports import Gate, Identity, Inbox
from loa.devices.listener.session import Session, no_receipt
from loa_protocol import topics
from loa_protocol.mqtt import codec
from loa_protocol.mqtt.packets import Code
from loa_protocol.mqtt.wheel import wheel_of_this_loop
from loa_protocol.topics import Up

logger = logging.getLogger("loa.devices.listener")

INBOX_MAX_BYTES = 64 * 1024 * 1024
"""How much of all devices may wait for receipts; beyond it, those who send are not read from until half is answered."""

HANDSHAKE_TIMEOUT_S = 30
STOP_TIMEOUT_S = 3
FILES_MAX = 1024 * 1024
FILES_OF_OTHERS = 200
"""Open files left to the rest of the process: a listener without free files could not even refuse."""

_DEVICES = f"{topics.ROOT}/dev/"


class Listener:
    """Accepts devices and passes messages. Lives in one event loop; nothing here may be called from another thread."""

    def __init__(self, gate: Gate, inbox: Inbox, *, max_connections: int = 60_000, max_knocking: int = 20_000) -> None:
        self.gate = gate
        self.inbox = inbox
        self.audience: Audience[Session] = Audience()
        self.complaints = Complaints()
        self._max_connections = max_connections
        self._max_knocking = max_knocking
        self._server: asyncio.Server | None = None
        self.port = 0
        self._doors: dict[Door, None] = {}
        self._sessions: dict[str, Session] = {}
        self._open: set[Session] = set()
        self._paused: dict[Session, None] = {}
        self._retained: dict[str, bytes] = {}
        self._asked: set[asyncio.Future[Identity | None]] = set()
        self._unanswered_bytes = 0
        self._last_id = 0
        self._is_stopping = False
        self._all_left: asyncio.Event = asyncio.Event()

    async def start(self, host: str, port: int, ssl: SSLContext | None = None) -> None:
        """Begin to listen; port 0 takes a free one. A context that asks for certificates gives mutual TLS."""
        self._max_connections = min(self._max_connections, _free_files())
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Door(self),
            host,
            port,
            ssl=ssl,
            backlog=4096,
            ssl_handshake_timeout=HANDSHAKE_TIMEOUT_S if ssl is not None else None,
        )
        self.port = int(self._server.sockets[0].getsockname()[1])

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> int:
        """Send a message to those who hear `topic` now; return to how many connections it was written.

        With `retain` it is also kept, in memory, for those who come later; an empty payload ends that.
        """
        if retain:
            if payload:
                self._retained[topic] = payload
            else:
                self._retained.pop(topic, None)
        if topic.startswith(_DEVICES):
            device, _slash, kind = topic[len(_DEVICES) :].partition("/")
            session = self._sessions.get(device)
            granted = None if session is None else session.own_qos(kind)
            if session is None or granted is None:
                return 0
            return self._send(session, topic, payload, qos=min(qos, granted))
        count = 0
        packet_id = self._next_id() if qos else 0
        for (version, granted), sessions in self.audience.lanes(topic).items():
            number = packet_id if granted else 0
            packet = codec.write_publish(
                topic, payload, version=version, qos=min(qos, granted), retain=False, packet_id=number
            )
            for session in list(sessions):
                count += session.send(packet, number)
        return count

    def connected_ids(self) -> list[str]:
        """Return the devices that are connected."""
        return list(self._sessions)

    def dismiss(self, device: str) -> bool:
        """End the connection of a device (it was revoked); return whether there was one."""
        session = self._sessions.get(device)
        if session is not None:
            session.end(Code.NOT_AUTHORIZED, reason="dismissed")
        return session is not None

    def settle(self, identity: Identity) -> bool:
        """Let a device that is here hear what it may hear now, and no more; return whether it is here."""
        session = self._sessions.get(identity.device)
        if session is None:
            return False
        self.audience.leave(rights.topics_of(session.identity) - rights.topics_of(identity), session)
        session.identity = identity
        return True

    async def stop(self) -> None:
        """Stop listening and close every connection in order. The inbox is not told of each."""
        self._is_stopping = True
        if self._server is not None:
            self._server.close()
        for door in list(self._doors):
            door.drop("shutting down")
        for question in list(self._asked):
            question.cancel()
        for session in list(self._open):
            session.end(Code.SHUTTING_DOWN, reason="")
        if self._open:
            try:
                async with asyncio.timeout(STOP_TIMEOUT_S):
                    await self._all_left.wait()
            except TimeoutError:
                for session in list(self._open):
                    session.drop("did not close")
        if self._server is not None:
            with contextlib.suppress(TimeoutError):  # a caller in the middle of its TLS handshake is not waited for
                await asyncio.wait_for(self._server.wait_closed(), STOP_TIMEOUT_S)

    # What doors call.

    def knocked(self, door: Door, *, timeout_s: int) -> None:
        """Note a caller; when there are too many of them the oldest has to go, so that newcomers still get in."""
        self._doors[door] = None
        wheel_of_this_loop().add(door, after_s=timeout_s)
        if self._is_stopping or len(self._open) + len(self._doors) > self._max_connections:
            door.drop("too many connections")
        elif len(self._doors) > self._max_knocking:
            next(iter(self._doors)).drop("too many callers at once")

    def turned_away(self, door: Door) -> None:
        """Forget a caller that has gone."""
        self._doors.pop(door, None)

    def watch(
        self, question: "asyncio.Future[Identity | None]", answered: Callable[["asyncio.Future[Identity | None]"], None]
    ) -> None:
        """Keep a question to the gate alive until it is answered, and log a gate that fails."""
        self._asked.add(question)
        question.add_done_callback(self._asked.discard)
        question.add_done_callback(answered)
        question.add_done_callback(_log_failure)

    def admitted(self, door: Door, session: Session) -> None:
        """Take in the session that a caller has become; an older one of the same device ends."""
        identity = session.identity
        self._doors.pop(door, None)
        older = self._sessions.get(identity.device)
        self._sessions[identity.device] = session
        self._open.add(session)
        if older is not None:
            older.end(Code.TAKEN_OVER, reason="connected again")
        # Spread, so that a fleet that came together is not looked at together.
        wheel_of_this_loop().add(session, after_s=int(random.random() * session.period_s))  # noqa: S311
        self.inbox.appeared(identity.device)

    # What sessions call.

    def left(self, session: Session, *, unanswered_bytes: int) -> None:
        """Forget a session; tell the will and the end of the device, unless it has come again."""
        device = session.identity.device
        self._open.discard(session)
        self._paused.pop(session, None)
        self.audience.leave(rights.topics_of(session.identity), session)
        if unanswered_bytes:
            self.answered(unanswered_bytes)
        is_current = self._sessions.get(device) is session
        if is_current:
            del self._sessions[device]
        if self._is_stopping:
            if not self._open:
                self._all_left.set()
        elif is_current:
            if session.will is not None:
                self.inbox.received(device, Up.GONE, topics.up(device, Up.GONE), session.will, no_receipt)
            self.inbox.gone(device)

    def retains(self, topic: str) -> bool:
        """Whether a topic has a retained message."""
        return topic in self._retained

    def remind(self, session: Session, topic: str, *, qos: int) -> None:
        """Send the retained message of a topic to a session that has just subscribed."""
        self._send(session, topic, self._retained[topic], qos=qos, retain=True)

    @property
    def is_full(self) -> bool:
        """Whether too much waits for receipts."""
        return self._unanswered_bytes > INBOX_MAX_BYTES

    def took(self, size: int) -> None:
        """Count a message that waits for its receipt."""
        self._unanswered_bytes += size

    def answered(self, size: int) -> None:
        """Count messages that wait no more; read on from everybody when half is free."""
        was_over = self._unanswered_bytes > INBOX_MAX_BYTES // 2
        self._unanswered_bytes -= size
        if was_over and self._unanswered_bytes <= INBOX_MAX_BYTES // 2:
            for session in list(self._paused):
                session.read_on()

    def paused(self, session: Session) -> None:
        """Note a session that is not read from."""
        self._paused[session] = None

    def resumed(self, session: Session) -> None:
        """Note that it is read from again."""
        self._paused.pop(session, None)

    def _send(self, session: Session, topic: str, payload: bytes, *, qos: int, retain: bool = False) -> int:
        packet_id = self._next_id() if qos else 0
        packet = codec.write_publish(
            topic, payload, version=session.version, qos=qos, retain=retain, packet_id=packet_id
        )
        return session.send(packet, packet_id)

    def _next_id(self) -> int:
        self._last_id = self._last_id % 65_535 + 1
        return self._last_id


def _free_files() -> int:
    """Return how many connections this process may hold, after asking for as many as it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_MAX if hard == resource.RLIM_INFINITY else min(hard, FILES_MAX)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(1, wanted - FILES_OF_OTHERS)


def _log_failure(question: "asyncio.Future[Identity | None]") -> None:
    if not question.cancelled() and (failure := question.exception()) is not None:
        logger.error("the gate failed", exc_info=failure)
