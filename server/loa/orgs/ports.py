"""What rooms above tell and do when units change or people leave; this room does not know them."""

import uuid
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar  # Any: what a room names its rows by

from django.db.models import QuerySet
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Everything of one unit goes to another. A unit that goes on moves nothing, though its path may change."""

    from_unit: int
    to_unit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One thing that went along; `thing` names it for ever (`device:018f…`), `name` is for people."""

    thing: str
    name: str
    from_unit: int
    to_unit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two things that will not go together in the unit they come to. `sentence` is for people, in their language."""

    unit: int
    sentence: str | Promise
    things: Sequence[str] = ()


class Keeper(Protocol):
    """A room that keeps things at units: people's rights, devices, open bulletins, wishes to air.

    `holdings` and `clashes` only look. `hand_over` runs inside the transaction in which the change takes effect, with
    every unit's new path already in place; it moves what is open or lasting and leaves history where it happened.
    `take_back` moves things of an earlier change back to where they came from, as far as they are still there.
    """

    name: str
    words: str | Promise

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many things go along from each unit."""

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:
        """Return what will not go together."""

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:
        """Move everything that is open or lasting; return it."""

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:
        """Move these things back; return how many were still there."""

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Note that the paths of these units changed."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:
        """Give a leaver's open work to another person, or to nobody in particular; return how much it was."""

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many open things of these units nobody could take up: 0 the morning after."""


class AtUnit(Protocol):
    """A row that stands at a unit."""

    pk: Any  # Any: as above
    unit_id: int


_Row = TypeVar("_Row", bound=AtUnit)


def heirs(moves: Iterable[Move]) -> dict[int, int]:
    """Return which unit takes over from which."""
    return {move.from_unit: move.to_unit for move in moves}


def hand_along(kind: str, rows: Iterable[_Row], moves: Iterable[Move], *, name: Callable[[_Row], str]) -> list[Moved]:
    """Let each row stand at the unit that takes over, for its keeper to save; return what is told of it."""
    heir_of = heirs(moves)
    moved = []
    for row in rows:
        source, row.unit_id = row.unit_id, heir_of[row.unit_id]
        moved.append(Moved(thing=f"{kind}{row.pk}", name=name(row), from_unit=source, to_unit=row.unit_id))
    return moved


def came(moved: Iterable[Moved], kind: str) -> dict[uuid.UUID, Moved]:
    """Return what came along of one kind, by the key of its row."""
    return {uuid.UUID(one.thing.removeprefix(kind)): one for one in moved if one.thing.startswith(kind)}


def hand_back(kind: str, rows: Iterable[_Row], moved: Iterable[Moved]) -> list[_Row]:
    """Let those rows stand where they came from that are still where they came to, for their keeper to save."""
    former = came(moved, kind)
    there = [row for row in rows if row.pk in former and row.unit_id == former[row.pk].to_unit]
    for row in there:
        row.unit_id = former[row.pk].from_unit
    return there


class LastingKeeper(ABC):
    """A keeper of rows that belong to their unit alone: they go along as they are, clash with nothing, need nobody.

    `thing` begins what such a row is called for ever. What is told of people, or needs somebody, is overridden.
    """

    name: str
    words: str | Promise
    thing: str

    @abstractmethod
    def standing(self) -> QuerySet[Any]:  # Any: rows of a room above
        """Return the rows that go along, of whichever unit, by their keys."""

    def called(self, row: Any) -> str:  # Any: as above
        """Return what people call a row."""
        return str(row.name)

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many stand at each unit."""
        return Counter(self._at(unit_ids).values_list("unit_id", flat=True))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Return none."""
        return ()

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:  # noqa: ARG002 - as the port says
        """Give them to the units that take over."""
        rows = list(self._at(heirs(moves)).select_for_update(of=("self",)))
        moved = hand_along(self.thing, rows, moves, name=self.called)
        self._save(rows)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give back those that still stand where they came to."""
        rows = self.standing().filter(pk__in=came(moved, self.thing).keys())
        there = hand_back(self.thing, rows.select_for_update(of=("self",)), moved)
        self._save(there)
        return len(there)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:  # noqa: B027 - rarely anything is to do
        """Do nothing: they name their unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Return 0: none is a person's."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:  # noqa: ARG002 - as the port says
        """Return 0: they hold by themselves."""
        return 0

    def _at(self, unit_ids: Collection[int]) -> QuerySet[Any]:  # Any: as above
        return self.standing().filter(unit_id__in=list(unit_ids))

    def _save(self, rows: Sequence[Any]) -> None:  # Any: as above
        self.standing().bulk_update(rows, ["unit"], batch_size=1000)


_KEEPERS: list[Keeper] = []


def keep_with(keeper: Keeper) -> None:
    """Add a room's keeper; the rooms do so when the program starts. The same name again replaces."""
    _KEEPERS[:] = [one for one in _KEEPERS if one.name != keeper.name] + [keeper]


def keepers() -> Sequence[Keeper]:
    """Return every keeper, in the order in which they came: lower rooms first."""
    return tuple(_KEEPERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One device or station: a right may be given for it alone."""

    id: uuid.UUID
    name: str
    unit_id: int


class Things(Protocol):
    """The room that knows devices and stations."""

    def named(self, ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Thing]:
        """Return those of these that exist."""

    def at(self, unit_id: int) -> Sequence[Thing]:
        """Return what stands at a unit itself, by name."""


_things: list[Things] = []


def things_with(finder: Things) -> None:
    """Name the one who knows devices and stations; room devices takes this place."""
    _things[:] = [finder]


def things(ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Thing]:
    """Return those of these things that exist."""
    return _things[0].named(ids) if _things and ids else {}


def things_at(unit_id: int) -> Sequence[Thing]:
    """Return what stands at a unit itself, by name."""
    return _things[0].at(unit_id) if _things else ()


class DocumentFinder(Protocol):
    """Tells whether a document with this digest is kept where the scope may read it."""

    def __call__(self, sha256: str) -> bool:
        """Return whether it is there."""


_documents: list[DocumentFinder] = []


def find_documents_with(finder: DocumentFinder) -> None:
    """Name the one who knows documents; room media takes this place."""
    _documents[:] = [finder]


def has_document(sha256: str) -> bool:
    """Tell whether a document is kept."""
    return any(finder(sha256) for finder in _documents)
