"""What plays at one place when items come from above and from the commune itself, and why: pure.

Circular 39/2020/TT-BTTTT names three classes. A normal item waits for the commune to choose whether and when. A
priority item comes first in the programme; where it meets another priority item, the commune decides the order. An
emergency plays at once and nothing below its sender moves it. What the circular leaves open is ours: until the
commune has decided, the item of the higher unit comes first, then the one sent earlier.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from loa.bulletins.rules import Urgency

GAP = timedelta(seconds=2)
"""Silence between two items that are put one after the other."""


class Why(StrEnum):
    """Why an item plays when it does, or not yet."""

    EMERGENCY = "emergency"
    ON_TIME = "on_time"
    DECIDED = "decided"
    HIGHER_FIRST = "higher_first"
    EARLIER_FIRST = "earlier_first"
    FOLLOWS = "follows"
    FIXED = "fixed"
    GIVES_WAY = "gives_way"
    WAITS_FOR_THE_UNIT = "waits_for_the_unit"


class ClashState(StrEnum):
    """Where the question of the order stands: open, decided by a person, decided by the default, settled by itself."""

    OPEN = "open"
    DECIDED = "decided"
    DEFAULTED = "defaulted"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that may play at a place.

    `height` is how far down its sender stands in the tree: 1 is the top. `start_at` None is not on the plan yet.
    `devices` are those it is meant for; None is all of the place. `is_fixed` is too close to be moved.
    """

    id: UUID
    urgency: Urgency
    height: int
    sent_at: datetime
    start_at: datetime | None
    length: timedelta
    devices: Collection[UUID] | None = None
    is_fixed: bool = False

    @property
    def end_at(self) -> datetime | None:
        """Return when its sound ends; None when it is not on the plan."""
        return None if self.start_at is None else self.start_at + self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """When an item plays and why. `start_at` None: not before somebody puts it on the plan."""

    id: UUID
    start_at: datetime | None
    why: Why


def programme(
    plan: Sequence[Item], inbox: Sequence[Item], *, decided: Sequence[UUID] = (), now: datetime
) -> list[Turn]:
    """Return what plays at a place from now on and why, in the order of time; what waits for the unit comes last.

    `decided` is the order the unit has chosen among priority items that meet, as far as it has.
    """
    alarms = [item for item in (*inbox, *plan) if item.urgency is Urgency.EMERGENCY]
    turns = [Turn(id=item.id, start_at=max(now, item.start_at or now), why=Why.EMERGENCY) for item in alarms]
    first = [item for item in plan if item.urgency is Urgency.PRIORITY and item.start_at is not None]
    placed = [turn for group in _meeting(first) for turn in laid(group, decided=decided)]
    turns += placed
    lengths = {item.id: item.length for item in first}
    spans = [(turn.start_at, turn.start_at + lengths[turn.id]) for turn in placed if turn.start_at is not None]
    for item in plan:
        if item.urgency is Urgency.NORMAL and item.start_at is not None:
            meets = any(start < item.start_at + item.length and item.start_at < end for start, end in spans)
            turns.append(Turn(id=item.id, start_at=item.start_at, why=Why.GIVES_WAY if meets else Why.ON_TIME))
    planned = {turn.id for turn in turns}
    ahead = sorted(turns, key=lambda turn: (turn.start_at or now, str(turn.id)))
    return ahead + [
        Turn(id=item.id, start_at=None, why=Why.WAITS_FOR_THE_UNIT)
        for item in sorted(inbox, key=_rank)
        if item.id not in planned
    ]


def in_order(items: Iterable[Item], *, decided: Sequence[UUID] = ()) -> list[Item]:
    """Return priority items as they follow each other: what is fixed, then as decided, then the default.

    The default: the item of the higher unit first, then the one sent earlier, then by id.
    """
    chosen = {name: place for place, name in enumerate(decided)}

    def rank(item: Item) -> tuple[bool, bool, int, int, datetime, str]:
        return (not item.is_fixed, item.id not in chosen, chosen.get(item.id, 0), *_default(item))

    return sorted(items, key=rank)


def laid(items: Sequence[Item], *, decided: Sequence[UUID] = ()) -> list[Turn]:
    """Return when each of some items that meet begins: the first at the earliest time of all, each after the other."""
    order = in_order(items, decided=decided)
    cursor = min(item.start_at for item in items if item.start_at is not None)
    turns: list[Turn] = []
    for item in order:
        start = item.start_at if item.is_fixed and item.start_at is not None else cursor
        turns.append(Turn(id=item.id, start_at=start, why=_why(item, order, decided, is_first=not turns)))
        cursor = max(cursor, start + item.length + GAP)
    return turns


def is_clash(one: Item, other: Item) -> bool:
    """Tell whether two priority items want the same time at the same devices."""
    if one.start_at is None or other.start_at is None or one.id == other.id:
        return False
    if {one.urgency, other.urgency} != {Urgency.PRIORITY}:
        return False
    apart = one.devices is not None and other.devices is not None and not set(one.devices) & set(other.devices)
    return not apart and one.start_at < other.start_at + other.length and other.start_at < one.start_at + one.length


def _meeting(items: Sequence[Item]) -> list[list[Item]]:
    """Return the items in groups of which each member meets another; alone is a group too."""
    groups: list[list[Item]] = []
    for item in sorted(items, key=_default):
        met = [group for group in groups if any(is_clash(item, other) for other in group)]
        groups = [group for group in groups if group not in met]
        groups.append([item, *(other for group in met for other in group)])
    return groups


def _why(item: Item, order: Sequence[Item], decided: Sequence[UUID], *, is_first: bool) -> Why:
    if len(order) == 1:
        return Why.ON_TIME
    if item.is_fixed:
        return Why.FIXED
    if item.id in decided:
        return Why.DECIDED
    if not is_first:
        return Why.FOLLOWS
    return Why.HIGHER_FIRST if order[1].height > item.height else Why.EARLIER_FIRST


def _default(item: Item) -> tuple[int, datetime, str]:
    return item.height, item.sent_at, str(item.id)


def _rank(item: Item) -> tuple[bool, int, datetime, str]:
    return item.urgency is not Urgency.PRIORITY, *_default(item)
