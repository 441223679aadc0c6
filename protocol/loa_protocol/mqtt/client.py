"""An MQTT client small enough that ten thousand live in one process."""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Sequence
from ssl import SSLContext
from typing import Self, cast

from loa_protocol.mqtt import codec, framing
from loa_protocol.mqtt.errors import Congested, Lost, Malformed, MqttError, NotGranted, Rejected
from loa_protocol.mqtt.packets import (
    V5,
    Code,
    ConnAck,
    Connect,
    Disconnect,
    Message,
    Packet,
    PingResp,
    Property,
    PubAck,
    SubAck,
    Subscribe,
    UnsubAck,
    Unsubscribe,
    Will,
)
from loa_protocol.mqtt.wheel import wheel_of_this_loop

__all__ = ["Client", "Congested", "Lost", "Message", "MqttError", "NotGranted", "Rejected", "Will"]

WAITING_MAX = 60_000
"""The most QoS 1 messages that may be on their way or queued; MQTT has 65,535 packet identifiers."""

OLD_WINDOW = 1_000
"""How many QoS 1 messages may be on their way to a server that speaks MQTT 3.1.1, which cannot say."""

_FIRST_ID = 1

RawHandler = Callable[["Client", bytes, bytes, int], None]
"""Called with client, topic, payload and packet identifier; topic neither checked nor decoded."""


class Client(asyncio.Protocol):
    """One connection, from CONNECT to its loss; a return is a new `Client`."""

    __slots__ = (
        "_asked",
        "_closed",
        "_framer",
        "_greeting",
        "_heard",
        "_is_ours",
        "_last_id",
        "_manual_ack",
        "_on_lost",
        "_on_message",
        "_on_raw",
        "_out",
        "_packet_max",
        "_pending",
        "_period_s",
        "_pinged",
        "_queue",
        "_reason",
        "_said",
        "_transport",
        "_waiter",
        "_window",
        "session_present",
        "version",
    )

    def __init__(
        self,
        greeting: Connect,
        wish: Subscribe | None,
        *,
        on_message: Callable[[Message], None] | None,
        on_raw: RawHandler | None,
        on_lost: Callable[[str], None] | None,
        manual_ack: bool,
    ) -> None:
        self.version = greeting.version
        self.session_present = False
        self._greeting: bytes | None = codec.encode(greeting, greeting.version)
        self._on_message = on_message
        self._on_raw = on_raw
        self._on_lost = on_lost
        self._manual_ack = manual_ack
        self._transport: asyncio.Transport | None = None
        self._framer = framing.Framer()
        self._out: list[bytes] | None = None
        self._packet_max = framing.PACKET_MAX_BYTES
        self._waiter: asyncio.Future[ConnAck] | None = asyncio.get_running_loop().create_future()
        self._pending: dict[int, asyncio.Future[None]] = {}
        self._asked: dict[int, asyncio.Future[Sequence[int]]] | None = None
        if wish is not None:
            self._greeting += codec.encode(wish, self.version)
            self._asked = {wish.packet_id: asyncio.get_running_loop().create_future()}
        self._queue: deque[bytes] | None = None
        self._closed: asyncio.Future[None] | None = None
        self._window = OLD_WINDOW
        self._last_id = _FIRST_ID
        self._period_s = 0
        self._heard = self._said = self._pinged = self._is_ours = False
        self._reason = ""

    @classmethod
    async def connect(
        cls,
        host: str,
        port: int,
        *,
        client_id: str,
        subscriptions: Sequence[tuple[str, int]] = (),
        on_message: Callable[[Message], None] | None = None,
        on_raw: RawHandler | None = None,
        on_lost: Callable[[str], None] | None = None,
        username: str = "",
        password: str = "",
        will: Will | None = None,
        keepalive_s: int = 60,
        clean_start: bool = True,
        session_expiry_s: int = 0,
        receive_maximum: int = 65_535,
        ssl: SSLContext | None = None,
        server_hostname: str | None = None,
        version: int = V5,
        timeout_s: float = 10,
        manual_ack: bool = False,
    ) -> Self:
        """Return a client that is logged in and hears `subscriptions`, asked for in the same breath.

        `on_lost` is called once, with the reason, when the connection ends other than by `disconnect` or `abort`.
        `on_raw` is called instead of `on_message`: the cheapest way to a payload. With `manual_ack` a message counts
        as received only when `acknowledge` is called. Raises `Rejected`, `Lost`, `OSError` or `TimeoutError`.
        """
        properties: dict[int, int] = {}
        if session_expiry_s:
            properties[Property.SESSION_EXPIRY] = session_expiry_s
        if receive_maximum != 65_535:
            properties[Property.RECEIVE_MAXIMUM] = receive_maximum
        greeting = Connect(
            client_id=client_id,
            username=username or None,
            password=password.encode() if password else None,
            will=will,
            keepalive_s=keepalive_s,
            clean_start=clean_start,
            version=version,
            properties=properties,
        )
        wish = Subscribe(packet_id=_FIRST_ID, filters=_checked(subscriptions)) if subscriptions else None
        client = cls(greeting, wish, on_message=on_message, on_raw=on_raw, on_lost=on_lost, manual_ack=manual_ack)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout_s):
                await loop.create_connection(
                    lambda: client,
                    host,
                    port,
                    ssl=ssl,
                    server_hostname=server_hostname,
                    ssl_handshake_timeout=timeout_s if ssl is not None else None,
                )
                await client._log_in(keepalive_s, subscriptions)
        except BaseException:
            client.abort()
            raise
        return client

    @property
    def is_connected(self) -> bool:
        """Whether the connection stands, as far as anyone knows."""
        return self._transport is not None and not self._transport.is_closing()

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> asyncio.Future[None]:
        """Send a message; the future is done when the server has acknowledged it (at once for QoS 0).

        The future fails with `Rejected` or `Lost`. More than the server's receive maximum waits its turn here;
        raises `Congested` when too much waits, `Lost` without a connection, `Malformed` for what cannot be sent.
        """
        if self._transport is None:
            raise Lost(self._reason or "not connected")
        packet_id = self._free_id() if qos else 0
        packet = codec.write_publish(
            topic, payload, version=self.version, qos=1 if qos else 0, retain=retain, packet_id=packet_id
        )
        if len(packet) > self._packet_max:
            raise Malformed(f"a message of {len(packet)} bytes; the server takes {self._packet_max}")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if not qos:
            done.set_result(None)
        else:
            self._pending[packet_id] = done
            if self._window <= 0:
                if self._queue is None:
                    self._queue = deque()
                self._queue.append(packet)
                return done
            self._window -= 1
        self._write(packet)
        return done

    async def subscribe(self, filters: Sequence[tuple[str, int]], *, timeout_s: float = 30) -> Sequence[int]:
        """Ask for topics, pairs of filter and QoS (0 or 1); return the granted QoS of each. Raises `Rejected`."""
        packet_id = self._free_id()
        codes = await self._ask(Subscribe(packet_id=packet_id, filters=_checked(filters)), packet_id, timeout_s)
        _check_granted(filters, codes)
        return codes

    async def unsubscribe(self, filters: Sequence[str], *, timeout_s: float = 30) -> None:
        """End subscriptions."""
        packet_id = self._free_id()
        await self._ask(Unsubscribe(packet_id=packet_id, filters=filters), packet_id, timeout_s)

    def acknowledge(self, message: Message) -> None:
        """Say that a message is safe here (with `manual_ack`). After a loss it has no effect: it will come again."""
        self.acknowledge_id(message.packet_id)

    def acknowledge_id(self, packet_id: int) -> None:
        """Say that the message with this identifier is safe; the form for `on_raw`."""
        if packet_id and self._transport is not None:
            self._write(codec.write_puback(packet_id))

    def disconnect(self) -> None:
        """End the connection in order; the will is not sent."""
        self._is_ours = True
        if self._transport is not None and not self._transport.is_closing():
            self._write(codec.encode(Disconnect(), self.version))
            self._flush()
            self._transport.close()

    def abort(self) -> None:
        """Cut the cable: nothing more is sent, and the server sends the will."""
        self._is_ours = True
        if self._transport is not None:
            self._transport.abort()

    async def wait_closed(self) -> None:
        """Return when the connection has ended."""
        if self._transport is None:
            return
        if self._closed is None:
            self._closed = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._closed)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the CONNECT; called by the event loop."""
        stream = cast("asyncio.Transport", transport)  # cast: uvloop's transports are no subclass of it
        self._transport = stream
        if self._is_ours:
            stream.abort()
        elif self._greeting is not None:
            stream.write(self._greeting)
            self._said = True
            self._greeting = None

    def data_received(self, data: bytes) -> None:
        """Take in what the server sent; called by the event loop."""
        self._heard = True
        try:
            for header, body in self._framer.feed(data):
                if header & 0xF0 == 0x30:
                    self._receive(header, body)
                elif header == 0x40 and len(body) == 2:
                    self._settle(body[0] << 8 | body[1], Code.SUCCESS)
                else:
                    self._handle(codec.decode(header, body, self.version))
                if self._reason or self._is_ours:
                    return
        except Malformed as bad:
            self._end(f"the server is not understood: {bad}")

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell everyone who waits; called by the event loop."""
        self._transport = None
        self._reason = self._reason or (str(exc) if exc else "the connection was closed")
        self._queue = None
        waiting: list[asyncio.Future[None] | asyncio.Future[Sequence[int]] | asyncio.Future[ConnAck]]
        waiting = [*self._pending.values(), *(self._asked or {}).values()]
        self._pending = {}
        self._asked = None
        is_logged_in = self._waiter is None
        if self._waiter is not None:
            waiting.append(self._waiter)
        for future in waiting:
            if not future.done():
                future.set_exception(Lost(self._reason))
                future.exception()  # nobody must be forced to look at each future of a lost connection
        if self._closed is not None and not self._closed.done():
            self._closed.set_result(None)
        if self._on_lost is not None and is_logged_in and not self._is_ours:
            self._on_lost(self._reason)

    def tick(self) -> int:
        """Ping when nothing moved, give up when a ping found no answer; called by the wheel twice a keepalive."""
        if self._transport is None:
            return 0
        if self._pinged and not self._heard:
            self._end("the server does not answer")
            return 0
        self._pinged = not (self._said and self._heard)
        if self._pinged:
            self._write(codec.PINGREQ)
        self._said = self._heard = False
        return self._period_s

    async def _log_in(self, keepalive_s: int, subscriptions: Sequence[tuple[str, int]]) -> None:
        assert self._waiter is not None  # noqa: S101 - for mypy
        wished = (self._asked or {}).get(_FIRST_ID)
        answer = await self._waiter
        if not answer.code and wished is not None:
            _check_granted(subscriptions, await wished)
        self._waiter = None
        if answer.code:
            raise Rejected("connection", answer.code)
        if self._transport is None:
            raise Lost(self._reason)
        found = answer.properties
        self.session_present = answer.session_present
        if self.version == V5:
            self._window = found.get(Property.RECEIVE_MAXIMUM, 65_535)
            self._packet_max = min(self._packet_max, found.get(Property.MAXIMUM_PACKET_SIZE, self._packet_max))
        keepalive_s = found.get(Property.SERVER_KEEPALIVE, keepalive_s)
        if keepalive_s:
            self._period_s = max(1, keepalive_s // 2)
            # Spread, so that a fleet that came back together does not ping together.
            wheel_of_this_loop().add(self, after_s=int(random.random() * self._period_s))  # noqa: S311

    def _receive(self, header: int, body: bytes) -> None:
        if header & 0x04:
            raise Malformed("a message at QoS 2, which was never asked for")
        if self._on_raw is not None:
            topic, payload, packet_id = codec.split_publish(header, body, self.version)
            self._on_raw(self, topic, payload, packet_id)
        else:
            message = codec.read_publish(header, body, self.version)
            packet_id = message.packet_id
            if self._on_message is not None:
                self._on_message(message)
        if packet_id and not self._manual_ack:
            self.acknowledge_id(packet_id)

    def _handle(self, packet: Packet) -> None:
        match packet:
            case ConnAck() if self._waiter is not None:
                if not self._waiter.done():
                    self._waiter.set_result(packet)
            case PubAck():
                self._settle(packet.packet_id, packet.code)
            case SubAck() | UnsubAck():
                asked = (self._asked or {}).pop(packet.packet_id, None)
                if asked is not None and not asked.done():
                    asked.set_result(packet.codes)
            case PingResp():
                pass
            case Disconnect():
                self._end(f"the server ended it: reason code 0x{packet.code:02x}")
            case _:
                raise Malformed(f"an unexpected {type(packet).__name__}")

    def _settle(self, packet_id: int, code: int) -> None:
        done = self._pending.pop(packet_id, None)
        if done is None:
            return
        if self._queue:
            self._write(self._queue.popleft())
        else:
            self._window += 1
        if done.done():
            return
        if code >= Code.UNSPECIFIED:
            done.set_exception(Rejected("message", code))
        else:
            done.set_result(None)

    async def _ask(self, packet: Subscribe | Unsubscribe, packet_id: int, timeout_s: float) -> Sequence[int]:
        if self._transport is None:
            raise Lost(self._reason or "not connected")
        if self._asked is None:
            self._asked = {}
        answer: asyncio.Future[Sequence[int]] = asyncio.get_running_loop().create_future()
        self._asked[packet_id] = answer
        self._write(codec.encode(packet, self.version))
        async with asyncio.timeout(timeout_s):
            return await answer

    def _free_id(self) -> int:
        if len(self._pending) >= WAITING_MAX:
            raise Congested(f"{WAITING_MAX} messages wait for the server")
        found = self._last_id
        while True:
            found = found % 65_535 + 1
            if found not in self._pending and (self._asked is None or found not in self._asked):
                self._last_id = found
                return found

    def _write(self, data: bytes) -> None:
        # Each write of a transport is a system call; what one turn of the loop says goes out together.
        if self._out is None:
            self._out = [data]
            self._said = True
            asyncio.get_running_loop().call_soon(self._flush)
        else:
            self._out.append(data)

    def _flush(self) -> None:
        out, self._out = self._out, None
        if out is not None and self._transport is not None and not self._transport.is_closing():
            self._transport.write(out[0] if len(out) == 1 else b"".join(out))

    def _end(self, reason: str) -> None:
        self._reason = reason
        if self._transport is not None:
            self._transport.abort()


def _checked(filters: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
    if any(qos not in {0, 1} for _name, qos in filters):
        raise Malformed("QoS 0 and 1 are spoken here")
    return filters


def _check_granted(filters: Sequence[tuple[str, int]], codes: Sequence[int]) -> None:
    if len(codes) != len(filters):
        raise Malformed("a SUBACK of another length")
    for (name, _qos), code in zip(filters, codes, strict=True):
        if code >= Code.UNSPECIFIED:
            raise NotGranted(f"subscription to {name}", code)
