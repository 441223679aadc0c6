"""The wire of a box: our own listener in the same process."""

import ssl

from django.conf import settings

from loa.devices import certificates
from loa.devices.listener import Gate, Identity, Inbox, Listener
from loa.kernel import clock


class OwnWire:
    """Publishes through the listener: what is written to it is on its way."""

    def __init__(self, gate: Gate, inbox: Inbox) -> None:
        self._listener = Listener(gate, inbox)

    async def start(self) -> int:
        """Begin to listen and return the port."""
        await self._listener.start(settings.LOA_MQTT_BIND, settings.LOA_MQTT_PORT, tls_context())
        return self._listener.port

    async def send(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Write a message to everybody who hears the topic."""
        self._listener.publish(topic, payload, qos=1, retain=retain)

    def tell(self, topic: str, payload: bytes) -> None:
        """Write a message to one device."""
        self._listener.publish(topic, payload, qos=1)

    def cast(self, topic: str, payload: bytes) -> None:
        """Write a message to those who hear the topic and keep up."""
        self._listener.publish(topic, payload, qos=0)

    def dismiss(self, device: str) -> None:
        """End a device's connection."""
        self._listener.dismiss(device)

    def settle(self, identity: Identity) -> None:
        """Change what a connected device may hear."""
        self._listener.settle(identity)

    def connected(self) -> int:
        """Return how many devices are on line."""
        return len(self._listener.connected_ids())

    async def stop(self) -> None:
        """End all connections."""
        await self._listener.stop()


def tls_context() -> ssl.SSLContext | None:
    """Return the TLS context of the settings, None without a certificate; clients may show theirs, and need not."""
    if not settings.LOA_MQTT_TLS_CERT:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.num_tickets = 0  # devices do not resume: tickets for a fleet that comes back are work for nothing
    context.load_cert_chain(settings.LOA_MQTT_TLS_CERT, settings.LOA_MQTT_TLS_KEY or None)
    context.load_verify_locations(cadata=certificates.Authority(now=clock.now()).pem)
    if settings.LOA_MQTT_TLS_CA:
        context.load_verify_locations(settings.LOA_MQTT_TLS_CA)
    context.verify_mode = ssl.CERT_OPTIONAL
    return context
