"""The wire of a larger house: a broker between us and the devices; several bridges share what comes up."""

import asyncio
import functools
import logging
import ssl
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from django.conf import settings

from loa.devices import certificates
from loa.devices.bridge.wire import Unsent
from loa.devices.listener import Identity, Inbox
from loa.kernel import clock
from loa_protocol import topics, uuid7
from loa_protocol.mqtt.client import Client, MqttError
from loa_protocol.topics import Up

logger = logging.getLogger(__name__)

GROUP = "loa"
RECEIVE_MAXIMUM = 20_000
"""How much evidence may lie with us unacknowledged: what one batch in the database and the next can hold."""

_SEND_TIMEOUT_S = 5.0
_BACKOFF_MOST_S = 5.0
_UP_PREFIX = f"{topics.ROOT}/dev/".encode()


class BrokerWire:
    """Two connections: what goes down never waits behind what comes up."""

    def __init__(self, inbox: Inbox, *, back: Callable[[], None]) -> None:
        self._inbox = inbox
        self._back = back
        self._down: Client | None = None
        self._lost = asyncio.Event()
        self._name = f"loa-bridge-{uuid7.make()}"
        self._is_stopping = False

    async def run(self) -> None:
        """Keep both connections, for ever."""
        pause_s, was_lost, was_here = 0.1, False, False
        while not self._is_stopping:
            self._lost.clear()
            clients: list[Client] = []
            try:
                clients.append(await self._connect("down"))
                clients.append(await self._connect("up"))
                await clients[1].subscribe([(f"$share/{GROUP}/{topics.up_filter(kind)}", 1) for kind in Up])
                self._down = clients[0]
                if was_lost:
                    logger.warning("broker back")
                if was_here:
                    self._back()
                pause_s, was_lost, was_here = 0.1, False, True
                await self._lost.wait()
            except (MqttError, OSError, TimeoutError) as failure:
                if not was_lost:
                    logger.warning("broker lost", extra={"why": str(failure) or type(failure).__name__})
                was_lost = True
            finally:
                self._down = None
                for client in clients:
                    client.disconnect()
            await asyncio.sleep(pause_s)
            pause_s = min(_BACKOFF_MOST_S, pause_s * 2)

    async def send(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send and wait until the broker has it."""
        if self._down is None:
            raise Unsent("no broker")
        try:
            async with asyncio.timeout(_SEND_TIMEOUT_S):
                await self._down.publish(topic, payload, qos=1, retain=retain)
        except (MqttError, TimeoutError) as failure:
            raise Unsent(str(failure) or type(failure).__name__) from failure

    def tell(self, topic: str, payload: bytes) -> None:
        """Send at QoS 1 without waiting; lost when there is no broker, and healed by the device that asks again."""
        if self._down is None:
            return
        try:
            self._down.publish(topic, payload, qos=1)
        except MqttError as failure:
            logger.warning("not told", extra={"topic": topic, "why": str(failure)})

    def cast(self, topic: str, payload: bytes) -> None:
        """Send at QoS 0; lost when there is no broker, as live sound is."""
        if self._down is None:
            return
        try:
            self._down.publish(topic, payload, qos=0)
        except MqttError as failure:
            logger.warning("live sound not sent", extra={"topic": topic, "why": str(failure)})

    def dismiss(self, device: str) -> None:
        """Leave the connection to the broker: what a device that was shut out says is refused here."""
        logger.warning("shut out; its broker session ends by the broker's own means", extra={"device": device})

    def settle(self, identity: Identity) -> None:
        """Do nothing: a broker lets every device read what is said to areas, and a device obeys its own only."""

    async def stop(self) -> None:
        """End both connections."""
        self._is_stopping = True
        self._lost.set()

    async def _connect(self, part: str) -> Client:
        parts = urlsplit(settings.LOA_MQTT_URL)
        is_tls = parts.scheme == "mqtts"
        return await Client.connect(
            parts.hostname or "127.0.0.1",
            parts.port or (8883 if is_tls else 1883),
            client_id=f"{self._name}-{part}",
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            ssl=_tls() if is_tls else None,
            receive_maximum=RECEIVE_MAXIMUM,
            on_raw=self._received,
            on_lost=self._connection_lost,
            manual_ack=True,
        )

    def _connection_lost(self, reason: str) -> None:
        logger.warning("broker lost", extra={"why": reason})
        self._lost.set()

    def _received(self, client: Client, topic: bytes, payload: bytes, packet_id: int) -> None:
        acknowledge = functools.partial(client.acknowledge_id, packet_id)
        parsed = topics.parse_up(topic.decode("utf-8", "replace")) if topic.startswith(_UP_PREFIX) else None
        if parsed is None:
            acknowledge()
            return
        self._inbox.received(parsed.device, parsed.kind, topic.decode(), payload, acknowledge)


def _tls() -> ssl.SSLContext:
    """Return what we show a broker: the certificate of the settings, else one of our own authority."""
    authority = certificates.Authority(now=clock.now())
    if settings.LOA_MQTT_TLS_CA:
        context = ssl.create_default_context(cafile=settings.LOA_MQTT_TLS_CA)
    else:
        context = ssl.create_default_context(cadata=authority.pem)
    if settings.LOA_MQTT_TLS_CERT:
        context.load_cert_chain(settings.LOA_MQTT_TLS_CERT, settings.LOA_MQTT_TLS_KEY or None)
    else:
        context.load_cert_chain(*authority.issue_bridge(now=clock.now()))
    return context
