"""A caller that is not yet let in: reads its CONNECT, asks the gate, answers."""

import asyncio
import logging
import socket
from collections.abc import Awaitable
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from loa.devices.listener import rights
from loa.devices.listener.ports import Identity, Login
from loa.devices.listener.session import RECEIVE_MAXIMUM, Session
from loa_protocol.mqtt import codec, framing
from loa_protocol.mqtt.errors import Malformed, UnsupportedVersion
from loa_protocol.mqtt.packets import V5, V311, Code, ConnAck, Connect, Property
from loa_protocol.topics import Up

if TYPE_CHECKING:
    from loa.devices.listener.listener import Listener

logger = logging.getLogger("loa.devices.listener")

LOGIN_TIMEOUT_S = 10
GREETING_MAX_BYTES = 16 * 1024
EARLY_MAX_BYTES = 64 * 1024
EARLY_MAX_PACKETS = 1000
"""How much a caller may say before it is known whether it may come in."""

KEEPALIVE_MAX_S = 600

# MQTT 3.1.1, table 3.1: the return codes that stand for reason codes of MQTT 5.
_OLD_CODES = {Code.UNSUPPORTED_VERSION: 1, Code.CLIENT_ID_NOT_VALID: 2, Code.UNAVAILABLE: 3, Code.BAD_CREDENTIALS: 4}
_OLD_NOT_AUTHORIZED = 5


class Door(asyncio.Protocol):
    """Holds little, for anybody may knock; hands the connection to a `Session` when the gate says yes."""

    __slots__ = ("_early", "_framer", "_greeting", "_listener", "_transport")

    def __init__(self, listener: "Listener") -> None:
        self._listener = listener
        self._transport: asyncio.Transport | None = None
        self._framer = framing.Framer(GREETING_MAX_BYTES)
        self._greeting: Connect | None = None
        self._early: list[framing.Frame] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the CONNECT."""
        stream = cast("asyncio.Transport", transport)  # cast: uvloop's transports are no subclass of it
        self._transport = stream
        self._listener.knocked(self, timeout_s=LOGIN_TIMEOUT_S)

    def data_received(self, data: bytes) -> None:
        """Take in what the caller sent."""
        try:
            self._read(data)
        except UnsupportedVersion as other:
            self.refuse(Code.UNSUPPORTED_VERSION, reason=str(other), version=V311)
        except Malformed as bad:
            self.drop(str(bad))

    def connection_lost(self, _exc: Exception | None) -> None:
        """Forget the caller."""
        self._transport = None
        self._listener.turned_away(self)

    def tick(self) -> int:
        """Drop a caller that took too long; called once by the wheel."""
        self.drop("did not log in in time")
        return 0

    def drop(self, reason: str) -> None:
        """Cut the connection, if it is still at the door."""
        if self._transport is not None:
            self._complain(reason)
            self._transport.abort()

    def refuse(self, code: Code, *, reason: str, version: int = V5) -> None:
        """Answer with a refusal and close."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        self._complain(reason)
        answer = code if version == V5 else _OLD_CODES.get(code, _OLD_NOT_AUTHORIZED)
        transport.write(codec.encode(ConnAck(code=answer), version))
        transport.close()

    def _read(self, data: bytes) -> None:
        if self._greeting is None and self._framer.is_empty and data[0] != 0x10:
            raise Malformed("the first packet is no CONNECT")
        self._early += self._framer.feed(data)
        if self._greeting is None and self._early:
            packet = codec.decode(*self._early.pop(0), V5)
            if not isinstance(packet, Connect):
                raise Malformed("the first packet is no CONNECT")
            self._greeting = packet
            self._ask(packet)
        if sum(len(body) for _header, body in self._early) > EARLY_MAX_BYTES or len(self._early) > EARLY_MAX_PACKETS:
            raise Malformed("said too much before it was let in")

    def _ask(self, greeting: Connect) -> None:
        if not greeting.client_id:
            self.refuse(Code.CLIENT_ID_NOT_VALID, reason="gave no client id", version=greeting.version)
            return
        try:
            password = (greeting.password or b"").decode()
        except UnicodeDecodeError as broken:
            raise Malformed("a password that is not text") from broken
        login = Login(
            client_id=greeting.client_id,
            username=greeting.username or "",
            password=password,
            common_name=self._common_name(),
        )
        try:
            answer = self._listener.gate.admit(login)
        except Exception:  # the gate is another's code: its bug shuts out this caller, not the listener
            logger.exception("the gate failed")
            self.refuse(Code.UNAVAILABLE, reason="the gate failed", version=greeting.version)
            return
        if isinstance(answer, Identity) or answer is None:
            self._answered(answer)
        else:
            self._listener.watch(asyncio.ensure_future(_awaited(answer)), self._settle)

    def _settle(self, done: "asyncio.Future[Identity | None]") -> None:
        if done.cancelled():
            self.drop("the gate was closed")
        elif done.exception() is not None:
            version = self._greeting.version if self._greeting is not None else V5
            self.refuse(Code.UNAVAILABLE, reason="the gate failed", version=version)
        else:
            self._answered(done.result())

    def _answered(self, identity: Identity | None) -> None:
        transport, greeting = self._transport, self._greeting
        if transport is None or greeting is None or transport.is_closing():
            return
        if identity is None:
            self.refuse(Code.BAD_CREDENTIALS, reason="unknown device or credential", version=greeting.version)
            return
        will = greeting.will
        if will is not None and rights.writable_kind(identity.device, will.topic) is not Up.GONE:
            self.refuse(Code.NOT_AUTHORIZED, reason="left a will that is not its own", version=greeting.version)
            return
        keepalive_s = greeting.keepalive_s
        if greeting.version == V5 and not 0 < keepalive_s <= KEEPALIVE_MAX_S:
            keepalive_s = KEEPALIVE_MAX_S
        if not keepalive_s:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        asked = Property.SESSION_EXPIRY in greeting.properties
        told_s = keepalive_s if keepalive_s != greeting.keepalive_s else 0
        welcome = _welcome(greeting.version, told_s, asked)
        early, self._early = self._early, []
        self._transport = self._greeting = None
        period_s = max(1, keepalive_s // 2) if keepalive_s else 0
        session = Session(self._listener, transport, identity=identity, greeting=greeting, period_s=period_s)
        session.reply(welcome)
        self._listener.admitted(self, session)
        session.take(early)

    def _common_name(self) -> str:
        certificate = self._transport.get_extra_info("peercert") if self._transport is not None else None
        for part in (certificate or {}).get("subject", ()):
            for name, value in part:
                if name == "commonName":
                    return str(value)
        return ""

    def _complain(self, reason: str) -> None:
        peer = self._transport.get_extra_info("peername") if self._transport is not None else None
        device = self._greeting.client_id[:64] if self._greeting is not None else ""
        self._listener.complaints.say(reason, device=device, peer=str(peer[0]) if peer else "")


async def _awaited(answer: Awaitable[Identity | None]) -> Identity | None:
    return await answer


@lru_cache(maxsize=64)
def _welcome(version: int, server_keepalive_s: int, names_expiry: bool) -> bytes:  # noqa: FBT001 - a key of the cache
    """Return the CONNACK that lets in. What we do not do is said in it (MQTT 5, 3.2.2.3)."""
    properties: dict[int, int] = {
        Property.RECEIVE_MAXIMUM: RECEIVE_MAXIMUM,
        Property.MAXIMUM_QOS: 1,
        Property.RETAIN_AVAILABLE: 0,
        Property.MAXIMUM_PACKET_SIZE: framing.PACKET_MAX_BYTES,
        Property.SUBSCRIPTION_IDS_AVAILABLE: 0,
        Property.SHARED_AVAILABLE: 0,
    }
    if names_expiry:
        properties[Property.SESSION_EXPIRY] = 0
    if server_keepalive_s:
        properties[Property.SERVER_KEEPALIVE] = server_keepalive_s
    return codec.encode(ConnAck(code=Code.SUCCESS, properties=properties), version)
