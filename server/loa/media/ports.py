"""What others may implement for this room: a search for malware, texts, papers sent along, an engine that reads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import UUID

from loa.kernel.scope import Scope
from loa.media.rules import Voice
from loa.media.speakable import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a search found: `name` is empty when it found nothing. `engine` is the program and its signatures."""

    name: str
    engine: str


class ScannerFailed(Exception):
    """Nobody answered, or the answer made no sense."""


class ScannerGaveUp(Exception):
    """The scanner answered that it did not look through everything."""


class Scanner(Protocol):
    """Searches files. Every call has a timeout and raises `ScannerFailed` rather than wait for ever."""

    def engine(self) -> str:
        """Return the program's version and that of its signatures; it changes with every new set."""

    def search(self, file: Path) -> Finding:
        """Search a file. Raises `ScannerFailed` and `ScannerGaveUp`."""


@dataclass(slots=True, kw_only=True)
class FakeScanner:
    """A scanner for tests: finds the marks it was given and can go away."""

    marks: dict[bytes, str] = field(default_factory=dict)
    version: str = "fake/1"
    is_away: bool = False
    gives_up: bool = False
    searched: int = 0

    def engine(self) -> str:
        """Return the version that was set."""
        if self.is_away:
            raise ScannerFailed("away")
        return self.version

    def search(self, file: Path) -> Finding:
        """Look for the marks in the plain bytes."""
        self.searched += 1
        if self.gives_up:
            raise ScannerGaveUp("limits")
        content = file.read_bytes()
        found = next((name for mark, name in self.marks.items() if mark in content), "")
        return Finding(name=found, engine=self.engine())


_given: list[Callable[[], Scanner | None]] = []


def scan_with(make: Callable[[], Scanner | None] | None) -> None:
    """Let another scanner take the place of the configured one; None gives it back."""
    _given[:] = [make] if make is not None else []


def given() -> Callable[[], Scanner | None] | None:
    """Return what took the place of the configured scanner."""
    return _given[0] if _given else None


class RecentTexts(Protocol):
    """Tells what a unit wrote lately, as far as the scope may read it; the newest first."""

    def __call__(self, scope: Scope, unit_id: int, *, most: int) -> Sequence[str]:
        """Return the texts."""


_texts: list[RecentTexts] = []


def find_texts_with(finder: RecentTexts) -> None:
    """Name the one who knows texts; room bulletins takes this place."""
    _texts[:] = [finder]


def recent_texts(scope: Scope, unit_id: int, *, most: int) -> Sequence[str]:
    """Return what a unit wrote lately."""
    return _texts[0](scope, unit_id, most=most) if _texts else ()


class SentAlong(Protocol):
    """Tells whether another unit has sent a document to a unit somebody works for, together with something else."""

    def __call__(self, scope: Scope, document_id: UUID) -> bool:
        """Return whether they may read it for that."""


_sent_along: list[SentAlong] = []


def let_read_with(finder: SentAlong) -> None:
    """Name the one who knows what documents go along with; room bulletins takes this place."""
    _sent_along[:] = [finder]


def is_sent_along(scope: Scope, document_id: UUID) -> bool:
    """Tell whether a document of another unit was sent to somebody's own."""
    return bool(_sent_along) and _sent_along[0](scope, document_id)


class Engine(Protocol):
    """Reads text out. What it needs of foreign code or foreign files happens in the caged child, never here.

    `id` is what its voices' ids begin with.
    """

    id: str

    def voices(self) -> Sequence[Voice]:
        """Return the voices it has now, each with the version of what makes its sound."""

    def told(self, voice: Voice, phrases: Sequence[Phrase], *, speed: float, folder: Path) -> Mapping[str, object]:
        """Return what the child is told, besides the phrases: `engine`, a reader of `worker.speaking`, and its facts.

        May take seconds where the sound is fetched from elsewhere into `folder`. Raises a refusal.
        """
