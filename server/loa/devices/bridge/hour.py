"""Telling a device that asks what time it is here."""

from loa.devices.bridge.wire import Wire
from loa.kernel import clock
from loa_protocol import envelope, fields, messages, topics
from loa_protocol.topics import Down


def tell(wire: Wire, device: str, beat: fields.Document, *, key: bytes) -> None:
    """Answer a beat that asks, under the word it asks by: no old answer passes for that. Raises `Refused`."""
    word = fields.optional_text(beat, "ask", longest=messages.ASK_LONGEST)
    if word is not None:
        topic = topics.down(device, Down.ACK)
        wire.tell(topic, envelope.seal(messages.Ack(at=clock.now(), asked=word).encode(), key, topic))
