"""What has happened, told to whoever listens: written in the same transaction, delivered after it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar, get_type_hints  # Any: an event's JSON form


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact of a room's `events.py`. Fields are str, int, bool, None, UUID or datetime only.

    `name` is `room.happening`; `key` says which thing it is about: events of one key are delivered in order.
    """

    name: ClassVar[str]

    @property
    def key(self) -> str:
        """Return the thing the event is about."""
        raise TypeError(f"{type(self).__name__} does not say what it is about")


_EventT = TypeVar("_EventT", bound=Event)
_TYPES: dict[str, type[Event]] = {}
_LISTENERS: dict[str, list[Callable[[Any], None]]] = {}


def subscribe(kind: type[_EventT]) -> Callable[[Callable[[_EventT], None]], Callable[[_EventT], None]]:
    """Register a listener. It may run more than once for one event, and must not mind."""

    def register(listener: Callable[[_EventT], None]) -> Callable[[_EventT], None]:
        _TYPES[kind.name] = kind
        _LISTENERS.setdefault(kind.name, []).append(listener)
        return listener

    return register


def listeners_of(name: str) -> list[Callable[[Any], None]]:
    """Return the listeners of an event's name, in order of registration."""
    return list(_LISTENERS.get(name, ()))


def to_json(event: Event) -> dict[str, Any]:
    """Return the event's fields as JSON values."""
    return {name: _plain(value) for name, value in asdict(event).items()}


def read(name: str, document: Mapping[str, Any]) -> Event:
    """Return the event of stored JSON."""
    kind = _TYPES[name]
    hints = get_type_hints(kind)
    return kind(**{field: _rich(value, str(hints[field])) for field, value in document.items()})


def known() -> Mapping[str, type[Event]]:
    """Return every kind of event somebody listens to, by name."""
    return dict(_TYPES)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    return value


def _rich(value: object, hint: str) -> object:
    if isinstance(value, str) and "UUID" in hint:
        return uuid.UUID(value)
    if isinstance(value, str) and "datetime" in hint:
        return datetime.fromisoformat(value)
    return value
