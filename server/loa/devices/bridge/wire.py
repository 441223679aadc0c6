"""What the bridge needs of whoever carries its messages down: its own listener, or a broker."""

from typing import Protocol

from loa.devices.listener import Identity


class Unsent(Exception):
    """A message did not get to the broker; it waits and is tried again."""


class Wire(Protocol):
    """Carries messages down."""

    async def send(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send a message that must arrive at the broker; raises `Unsent`."""

    def tell(self, topic: str, payload: bytes) -> None:
        """Send a message whose loss the protocol heals: the device says again what was not answered."""

    def cast(self, topic: str, payload: bytes) -> None:
        """Send a message at QoS 0: sound that is of no use later."""

    def dismiss(self, device: str) -> None:
        """End the connection of a device that was shut out, if that is in our hands."""

    def settle(self, identity: Identity) -> None:
        """Let a device hear the areas it may hear now and no others, if that is in our hands."""

    async def stop(self) -> None:
        """End all connections."""
