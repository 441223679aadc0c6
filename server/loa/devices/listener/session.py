"""The one connection of a device that was let in."""

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING

from loa.devices.listener import rights
from loa.devices.listener.ports import Identity
from loa_protocol.limits import MESSAGE_MAX_BYTES
from loa_protocol.mqtt import codec, framing
from loa_protocol.mqtt.errors import Malformed, TooLong
from loa_protocol.mqtt.packets import (
    V5,
    Code,
    Connect,
    Disconnect,
    Packet,
    PingReq,
    Property,
    PubAck,
    SubAck,
    Subscribe,
    UnsubAck,
    Unsubscribe,
)
from loa_protocol.topics import Down

if TYPE_CHECKING:
    from loa.devices.listener.listener import Listener

logger = logging.getLogger("loa.devices.listener")

RECEIVE_MAXIMUM = 32
"""How many messages of one device may wait for their receipt before it is no longer read from."""

WINDOW_MAX = 1024
"""How many messages may be on their way to one device, whatever it allows."""

BACKLOG_MAX_BYTES = 4 * MESSAGE_MAX_BYTES
"""How much may wait for a device that does not read or does not acknowledge, before it is dropped."""

BEHIND_BYTES = 64 * 1024
"""A device that leaves so much unread does not keep up: what is of use only now is not written to it as well."""

SILENT_TICKS_MAX = 3
"""Half keepalives without a sound before a device counts as gone (MQTT 5, 3.1.2.10: one and a half keepalives)."""

UNTIMED_PERIOD_S = 300
"""How often a session without keepalive is looked at."""

_OWN_SHIFT = {kind.value: 2 * place for place, kind in enumerate(Down)}


class Receipt:
    """The duty to acknowledge one message. Called by the inbox; a second call has no effect."""

    __slots__ = ("_packet_id", "_session", "_size")

    def __init__(self, session: "Session", packet_id: int, size: int) -> None:
        self._session: Session | None = session
        self._packet_id = packet_id
        self._size = size

    def __call__(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.acknowledge(self._packet_id, self._size)


def no_receipt() -> None:
    """Acknowledge a message that asks for no receipt."""


class Session(asyncio.Protocol):
    """Reads and writes for one device; takes the connection over from the `Door`."""

    __slots__ = (
        "_backlog",
        "_backlog_bytes",
        "_framer",
        "_heard",
        "_is_paused",
        "_is_timed",
        "_listener",
        "_out",
        "_own",
        "_silent_ticks",
        "_transport",
        "_unacked",
        "_unanswered",
        "_unanswered_bytes",
        "_window",
        "identity",
        "period_s",
        "version",
        "will",
    )

    def __init__(
        self,
        listener: "Listener",
        transport: asyncio.Transport,
        *,
        identity: Identity,
        greeting: Connect,
        period_s: int,
    ) -> None:
        self.identity = identity
        self.version = greeting.version
        self.will = None if greeting.will is None else greeting.will.payload
        self._listener = listener
        self._transport: asyncio.Transport | None = transport
        self._framer = framing.Framer()
        self._heard = True
        self._silent_ticks = 0
        self._is_timed = period_s > 0
        self.period_s = period_s or UNTIMED_PERIOD_S
        self._out: list[bytes] | None = None
        self._own = 0
        self._unacked: set[int] = set()
        self._window = min(WINDOW_MAX, greeting.properties.get(Property.RECEIVE_MAXIMUM, WINDOW_MAX))
        self._backlog: deque[tuple[bytes, int]] | None = None
        self._backlog_bytes = 0
        self._unanswered = 0
        self._unanswered_bytes = 0
        self._is_paused = False
        transport.set_write_buffer_limits(high=BACKLOG_MAX_BYTES)
        transport.set_protocol(self)

    # What the event loop and the wheel call.

    def data_received(self, data: bytes) -> None:
        """Take in what the device sent."""
        self._heard = True
        try:
            frames = self._framer.feed(data)
        except Malformed as bad:
            self.end(Code.TOO_LARGE if isinstance(bad, TooLong) else Code.MALFORMED, reason=str(bad))
        else:
            self.take(frames)

    def pause_writing(self) -> None:
        """Drop a device that leaves a megabyte unread; later, for this is called from within `write`."""
        asyncio.get_running_loop().call_soon(self.drop, "reads too slowly")

    def connection_lost(self, _exc: Exception | None) -> None:
        """Take leave."""
        self._transport = None
        self._backlog = None
        self._listener.left(self, unanswered_bytes=self._unanswered_bytes)

    def tick(self) -> int:
        """Drop a device that fell silent, or does not take its farewell; called twice a keepalive."""
        transport = self._transport
        if transport is None:
            return 0
        if transport.is_closing():
            transport.abort()
            return 0
        if self._heard or self._is_paused or not self._is_timed:
            self._silent_ticks = 0
        else:
            self._silent_ticks += 1
            if self._silent_ticks >= SILENT_TICKS_MAX:
                self.end(Code.KEEPALIVE_TIMEOUT, reason="fell silent")
        self._heard = False
        return self.period_s

    # What the listener and the inbox call.

    def take(self, frames: list[framing.Frame]) -> None:
        """Carry out packets of the device."""
        try:
            for header, body in frames:
                if self._transport is None or self._transport.is_closing():
                    return
                if header & 0xF0 == 0x30:
                    self._published(header, body)
                elif header == 0x40 and len(body) == 2:
                    self._settled(body[0] << 8 | body[1])
                else:
                    self._handle(codec.decode(header, body, self.version))
        except Malformed as bad:
            self.end(Code.MALFORMED, reason=str(bad))
        except Exception:  # only the inbox can fail here: the device comes again with what was not acknowledged
            logger.exception("a message could not be taken", extra={"device": self.identity.device})
            self.end(Code.UNSPECIFIED, reason="its message could not be taken")

    def send(self, packet: bytes, packet_id: int) -> int:
        """Write a PUBLISH, or keep it until the device has room; return 1, or 0 when the connection has gone.

        `packet_id` is 0 at QoS 0: then nothing is kept for a device that does not keep up. The same bytes go to many
        devices; only where this one still owes a receipt for the same identifier they are copied with another.
        """
        transport = self._transport
        if transport is None:
            return 0
        if not packet_id and transport.get_write_buffer_size() > BEHIND_BYTES:
            return 0
        if packet_id:
            unacked = self._unacked
            if len(unacked) >= self._window:
                return self._keep(packet, packet_id)
            if packet_id in unacked:
                packet_id = next(number for number in range(1, 65_536) if number not in unacked)
                packet = codec.renumber(packet, packet_id)
            unacked.add(packet_id)
        if self._out is None:
            transport.write(packet)
        else:
            self._out.append(packet)
        return 1

    def reply(self, data: bytes) -> None:
        """Write bytes at the end of this turn of the loop, together with what else the device is answered."""
        if self._out is None:
            self._out = [data]
            asyncio.get_running_loop().call_soon(self._flush)
        else:
            self._out.append(data)

    def own_qos(self, kind: str) -> int | None:
        """Return the QoS at which the device hears one topic of its own branch; None when it does not."""
        shift = _OWN_SHIFT.get(kind)
        return None if shift is None else (None, 0, 1, 1)[self._own >> shift & 3]

    def acknowledge(self, packet_id: int, size: int) -> None:
        """Send the receipt of a message the inbox has made safe, and read on."""
        if self._transport is None:
            return
        self._unanswered -= 1
        self._unanswered_bytes -= size
        self.reply(codec.write_puback(packet_id))
        self._listener.answered(size)
        if self._is_paused and not self._listener.is_full:
            self.read_on()

    def read_on(self) -> None:
        """Read from a paused device again, unless it has too much unanswered itself."""
        if self._is_paused and self._transport is not None and self._unanswered <= RECEIVE_MAXIMUM:
            self._is_paused = False
            self._listener.resumed(self)
            self._transport.resume_reading()

    def end(self, code: Code, *, reason: str) -> None:
        """Close the connection, saying why where the version allows it; `reason` is for the log; empty for no line."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if reason:
            self._complain(reason)
        if self.version == V5:
            self.reply(codec.encode(Disconnect(code=code), V5))
        self._flush()
        transport.close()

    def drop(self, reason: str) -> None:
        """Cut the connection."""
        if self._transport is not None:
            self._complain(reason)
            self._transport.abort()

    # What the device says.

    def _published(self, header: int, body: bytes) -> None:
        topic, payload, qos, retain, packet_id = codec.read_publish(header, body, self.version)
        kind = rights.writable_kind(self.identity.device, topic)
        if kind is None:
            self.end(Code.NOT_AUTHORIZED, reason="wrote to a topic that is not its own")
        elif qos > 1:
            self.end(Code.QOS_NOT_SUPPORTED, reason="wrote at QoS 2")
        elif retain:
            self.end(Code.RETAIN_NOT_SUPPORTED, reason="wrote a retained message")
        elif len(payload) > MESSAGE_MAX_BYTES:
            self.end(Code.TOO_LARGE, reason="wrote too long a message")
        elif not qos:
            self._listener.inbox.received(self.identity.device, kind, topic, payload, no_receipt)
        else:
            size = len(payload)
            self._unanswered += 1
            self._unanswered_bytes += size
            self._listener.took(size)
            self._listener.inbox.received(self.identity.device, kind, topic, payload, Receipt(self, packet_id, size))
            is_over = self._unanswered > RECEIVE_MAXIMUM or self._listener.is_full
            if is_over and not self._is_paused and self._transport is not None:
                self._is_paused = True
                self._listener.paused(self)
                self._transport.pause_reading()

    def _settled(self, packet_id: int) -> None:
        self._unacked.discard(packet_id)
        while self._backlog and len(self._unacked) < self._window:
            packet, waiting_id = self._backlog.popleft()
            self._backlog_bytes -= len(packet)
            self.send(packet, waiting_id)

    def _handle(self, packet: Packet) -> None:
        match packet:
            case PubAck():
                self._settled(packet.packet_id)
            case PingReq():
                self.reply(codec.PINGRESP)
            case Subscribe():
                self._subscribe(packet)
            case Unsubscribe():
                for wanted in packet.filters:
                    self._unsubscribe(wanted)
                codes = [Code.SUCCESS] * len(packet.filters)
                self.reply(codec.encode(UnsubAck(packet_id=packet.packet_id, codes=codes), self.version))
            case Disconnect():
                if packet.code != Code.DISCONNECT_WITH_WILL:
                    self.will = None
                if self._transport is not None:
                    self._transport.close()
            case _:
                self.end(Code.PROTOCOL_ERROR, reason=f"sent an unexpected {type(packet).__name__}")

    def _subscribe(self, packet: Subscribe) -> None:
        listener, identity = self._listener, self.identity
        prefix = rights.own_prefix(self.identity.device)
        refusal = Code.NOT_AUTHORIZED if self.version == V5 else Code.UNSPECIFIED
        codes: list[int] = []
        heard: list[tuple[str, int]] = []
        for wanted, asked in packet.filters:
            qos = 1 if asked else 0
            granted = rights.audible(prefix, identity=identity, wanted=wanted)
            codes.append(qos if granted else refusal)
            if not granted:
                self._complain(f"wanted to hear {wanted[:80]}")
            for topic in granted:
                if topic.startswith(prefix):
                    shift = _OWN_SHIFT[topic[len(prefix) :]]
                    self._own = self._own & ~(3 << shift) | (qos + 1) << shift
                else:
                    listener.audience.join(topic, self, lane=(self.version, qos))
                if listener.retains(topic):
                    heard.append((topic, qos))
        self.reply(codec.encode(SubAck(packet_id=packet.packet_id, codes=codes), self.version))
        for topic, qos in heard:
            listener.remind(self, topic, qos=qos)

    def _unsubscribe(self, wanted: str) -> None:
        prefix = rights.own_prefix(self.identity.device)
        for topic in rights.audible(prefix, identity=self.identity, wanted=wanted):
            if topic.startswith(prefix):
                self._own &= ~(3 << _OWN_SHIFT[topic[len(prefix) :]])
            else:
                self._listener.audience.leave([topic], self)

    def _keep(self, packet: bytes, packet_id: int) -> int:
        if self._backlog is None:
            self._backlog = deque()
        self._backlog.append((packet, packet_id))
        self._backlog_bytes += len(packet)
        if self._backlog_bytes > BACKLOG_MAX_BYTES:
            self.drop("does not acknowledge")
            return 0
        return 1

    def _flush(self) -> None:
        out, self._out = self._out, None
        if out is not None and self._transport is not None and not self._transport.is_closing():
            self._transport.write(out[0] if len(out) == 1 else b"".join(out))

    def _complain(self, reason: str) -> None:
        peer = self._transport.get_extra_info("peername") if self._transport is not None else None
        self._listener.complaints.say(reason, device=self.identity.device, peer=str(peer[0]) if peer else "")
