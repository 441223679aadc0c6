"""What the listener needs from the room around it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from loa_protocol.topics import Up


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What a caller claims to be. `common_name` is that of a verified client certificate, else empty."""

    client_id: str
    username: str
    password: str
    common_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a caller is: its device, the path of the unit it stands in, and former ones it may still listen to."""

    device: str
    area_path: str
    former_areas: tuple[str, ...] = ()


class Gate(Protocol):
    """Decides who may come in."""

    def admit(self, login: Login) -> Identity | Awaitable[Identity | None] | None:
        """Return the identity of a caller, None to refuse; at once, or later by an awaitable."""
        ...


class Inbox(Protocol):
    """Takes what devices say. Called in the event loop, one call after another; must not block."""

    def received(self, device: str, kind: Up, topic: str, payload: bytes, acknowledge: Callable[[], None]) -> None:
        """Take one message. `acknowledge` sends its receipt: call it, in the event loop, once the message is safe.

        A device whose messages are not acknowledged is soon no longer read from.
        """
        ...

    def appeared(self, device: str) -> None:
        """Hear that a device has logged in, also when it was thought to be here already."""
        ...

    def gone(self, device: str) -> None:
        """Hear that the connection of a device has ended and no newer one has taken its place."""
        ...
