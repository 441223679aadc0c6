"""Where the core keeps what must outlive a power cut, as a port, and a store that lives in memory."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from loa_agent.mark import Mark


class Store(Protocol):
    """What a device remembers. The caller of the core commits after each call, before the effects."""

    def recall(self, name: str) -> bytes | None:
        """Return a named fact."""

    def remember(self, name: str, content: bytes | None) -> None:
        """Replace a named fact; None forgets it."""

    def marks(self) -> Mapping[str, Mark]:
        """Return what was noted about each airing, as it is after a power cut."""

    def mark(self, airing: str, mark: Mark | None) -> None:
        """Replace the note about an airing; None forgets it."""

    def last_seq(self) -> int:
        """Return the number of the last evidence ever added."""

    def evidence(self) -> Sequence[tuple[int, bytes]]:
        """Return the evidence the server has not committed yet, in order."""

    def add_evidence(self, seq: int, content: bytes) -> None:
        """Keep one piece of evidence."""

    def drop_evidence(self, seqs: Sequence[int]) -> None:
        """Forget evidence the server has committed."""


class MemoryStore:
    """A store that lasts as long as its process."""

    __slots__ = ("_evidence", "_facts", "_last_seq", "_marks")

    def __init__(self) -> None:
        """Begin with nothing."""
        self._facts: dict[str, bytes] = {}
        self._marks: dict[str, Mark] = {}
        self._evidence: dict[int, bytes] = {}
        self._last_seq = 0

    def recall(self, name: str) -> bytes | None:
        return self._facts.get(name)

    def remember(self, name: str, content: bytes | None) -> None:
        if content is None:
            self._facts.pop(name, None)
        else:
            self._facts[name] = content

    def marks(self) -> Mapping[str, Mark]:
        return {airing: Mark.decode(mark.encode()) for airing, mark in self._marks.items()}

    def mark(self, airing: str, mark: Mark | None) -> None:
        if mark is None:
            self._marks.pop(airing, None)
        else:
            self._marks[airing] = mark

    def last_seq(self) -> int:
        return self._last_seq

    def evidence(self) -> Sequence[tuple[int, bytes]]:
        return sorted(self._evidence.items())

    def add_evidence(self, seq: int, content: bytes) -> None:
        self._evidence[seq] = content
        self._last_seq = seq

    def drop_evidence(self, seqs: Sequence[int]) -> None:
        for seq in seqs:
            self._evidence.pop(seq, None)
