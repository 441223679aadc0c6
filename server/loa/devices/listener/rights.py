"""Which topics a device may write and hear."""

from collections.abc import Sequence
from functools import lru_cache

from loa.devices.listener.ports import Identity
from loa_protocol import topics
from loa_protocol.topics import Down, Up

_KINDS = {kind.value: kind for kind in Up}
_DOWN = tuple(kind.value for kind in Down)


def own_prefix(device: str) -> str:
    """Return how every topic of a device's own branch begins."""
    return f"{topics.ROOT}/dev/{device}/"


def writable_kind(device: str, topic: str) -> Up | None:
    """Return what a device says by writing to `topic`; None when the topic is not its own."""
    prefix = own_prefix(device) + "up/"
    return _KINDS.get(topic[len(prefix) :]) if topic.startswith(prefix) else None


@lru_cache(maxsize=8192)
def area_topics(area_path: str) -> frozenset[str]:
    """Return the topics of a unit and of every unit above it."""
    return frozenset(topics.area_topics(area_path))


def topics_of(identity: Identity) -> frozenset[str]:
    """Return the topics of every area a device may listen to."""
    present = area_topics(identity.area_path)
    return present.union(*map(area_topics, identity.former_areas)) if identity.former_areas else present


def audible(prefix: str, *, identity: Identity, wanted: str) -> Sequence[str]:
    """Return the topics a device hears by the filter `wanted`: none when any part of it is not for this device.

    `prefix` is the device's `own_prefix`.
    """
    if wanted in topics_of(identity):
        return (wanted,)
    if not wanted.startswith(prefix):
        return ()
    rest = wanted[len(prefix) :]
    if rest in _DOWN:
        return (wanted,)
    return [prefix + kind for kind in _DOWN] if rest in {"#", "+"} else ()
