"""Who hears which topic."""

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

Member = TypeVar("Member")
Lane = tuple[int, int]
"""Protocol version and granted QoS: members of one lane of a topic are sent the same bytes."""


class Audience(Generic[Member]):
    """Members by topic and lane."""

    def __init__(self) -> None:
        self._lanes: dict[str, dict[Lane, set[Member]]] = {}

    def join(self, topic: str, member: Member, *, lane: Lane) -> None:
        """Let a member hear a topic, by this lane only."""
        lanes = self._lanes.get(topic)
        if lanes is None:
            lanes = self._lanes[topic] = {}
        members = lanes.get(lane)
        if members is None:
            members = lanes[lane] = set()
        members.add(member)
        if len(lanes) > 1:
            for other in lanes.values():
                if other is not members:
                    other.discard(member)

    def leave(self, topics: Iterable[str], member: Member) -> None:
        """Let a member hear these topics no more."""
        for topic in topics:
            lanes = self._lanes.get(topic)
            if lanes is None:
                continue
            for members in lanes.values():
                members.discard(member)
            if not any(lanes.values()):
                del self._lanes[topic]

    def lanes(self, topic: str) -> Mapping[Lane, set[Member]]:
        """Return the members of a topic by lane."""
        return self._lanes.get(topic, {})
