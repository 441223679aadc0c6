"""What becomes of amounts and units as units merge, split and go on: walking the graph of changes. Pure."""

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from loa.orgs.changes import Edge
from loa.orgs.rules import Change

Amounts = Mapping[str, Fraction | int]
"""What was counted, by the code of the unit where it was counted."""

_LARGEST_DENOMINATOR = 10**4
"""A third is kept as 0.3333333333; up to this denominator ten decimal places say which fraction was meant."""
_NEAR = Fraction(1, 10**10)


class Step(NamedTuple):
    """A part of a unit that went to another on a day, or stayed with itself."""

    predecessor: str
    successor: str
    on: date
    kind: Change
    share: Fraction
    share_back: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A unit that took over a part of another, however many changes lay between."""

    code: str
    share: Fraction


@functools.lru_cache(maxsize=10_000)
def fraction(kept: str | Decimal) -> Fraction:
    """Return the fraction that was meant by a share as the database keeps it, or writes it out.

    Equal shares give the same object. Written out they are found sooner: the hash of a decimal costs as much as a sum.
    """
    exact = Fraction(kept)
    simple = exact.limit_denominator(_LARGEST_DENOMINATOR)
    return simple if abs(simple - exact) <= _NEAR else exact


def restated(amounts: Amounts, steps: Sequence[Step], *, from_day: date, to_day: date) -> dict[str, Fraction]:
    """Return amounts counted on the map of one day as they read on the map of another, earlier or later.

    The total stays the same to the last unit. A unit without a step goes on as it is. `steps` may hold more than is
    needed, but all parts of each change.
    """
    if to_day >= from_day:
        ahead = [
            (step.on, step.predecessor, step.successor, step.share) for step in steps if from_day < step.on <= to_day
        ]
        return _carried(amounts, ahead, is_backwards=False)
    back = [
        (step.on, step.successor, step.predecessor, step.share_back) for step in steps if to_day < step.on <= from_day
    ]
    return _carried(amounts, back, is_backwards=True)


def parts(code: str, steps: Sequence[Step], *, from_day: date, to_day: date) -> list[Part]:
    """Return what became of a unit, or what it was made of when `to_day` is the earlier: largest part first."""
    found = restated({code: 1}, steps, from_day=from_day, to_day=to_day)
    return sorted(
        (Part(code=unit, share=share) for unit, share in found.items()), key=lambda part: (-part.share, part.code)
    )


def whole(amounts: Mapping[str, Fraction], *, total: int | None = None) -> dict[str, int]:
    """Return whole numbers with the same total: what is left goes to the largest remainders, then by code."""
    wanted = round(sum(amounts.values())) if total is None else total
    floors = {code: amount.__floor__() for code, amount in amounts.items()}
    by_remainder = sorted(amounts, key=lambda code: (floors[code] - amounts[code], code))
    left = wanted - sum(floors.values())
    for place, code in enumerate(by_remainder):
        floors[code] += left // len(by_remainder) + (place < left % len(by_remainder))
    return floors


def with_share_back(
    edges: Iterable[Edge], *, levels: Mapping[str, str], sizes: Mapping[str, int] | None = None
) -> list[Edge]:
    """Return the edges with `share_back` set: a predecessor counts by the part it gave, and by `sizes` when known.

    Sizes are people or area; without them all predecessors count alike. Predecessors of another level than the
    successor's, such as the districts that went up into a province, give it nothing of its own: the province's total
    goes back to provinces only. A successor that has only such is divided among them. `levels` are those before the
    change; a unit that opens may be missing.
    """
    kept = list(edges)
    weights = [_weight(edge, levels, sizes or {}) for edge in kept]
    own: dict[str, Fraction] = defaultdict(Fraction)
    every: dict[str, Fraction] = defaultdict(Fraction)
    for edge, weight in zip(kept, weights, strict=True):
        own[edge.successor] += weight
        every[edge.successor] += edge.share
    return [
        replace(
            edge, share_back=weight / own[edge.successor] if own[edge.successor] else edge.share / every[edge.successor]
        )
        for edge, weight in zip(kept, weights, strict=True)
    ]


def _weight(edge: Edge, levels: Mapping[str, str], sizes: Mapping[str, int]) -> Fraction:
    if levels[edge.predecessor] != levels.get(edge.successor, levels[edge.predecessor]):
        return Fraction()
    return edge.share * sizes.get(edge.predecessor, 1)


def _carried(
    amounts: Amounts, steps: Sequence[tuple[date, str, str, Fraction]], *, is_backwards: bool
) -> dict[str, Fraction]:
    held = {code: Fraction(amount) for code, amount in amounts.items()}
    by_day: dict[date, dict[str, list[tuple[str, Fraction]]]] = defaultdict(lambda: defaultdict(list))
    for on, giver, taker, share in steps:
        by_day[on][giver].append((taker, share))
    for on in sorted(by_day, reverse=is_backwards):
        givers = by_day[on].keys() & held.keys()
        given = {code: held.pop(code) for code in givers}  # all leave before any arrives
        for code, amount in given.items():
            for taker, part in _divided(amount, by_day[on][code]):
                held[taker] = held[taker] + part if taker in held else part
    return held


def _divided(amount: Fraction, takers: Sequence[tuple[str, Fraction]]) -> Iterator[tuple[str, Fraction]]:
    """Yield what each gets, all together exactly the amount, though shares may miss the whole by a rounding."""
    if len(takers) == 1:
        yield takers[0][0], amount
        return
    first = takers[0][1]
    if all(share is first or share == first for _taker, share in takers):
        part = amount / len(takers)
        yield from ((taker, part) for taker, _share in takers)
        return
    full = sum((share for _taker, share in takers), Fraction())
    unit = amount if full == 1 else amount / full
    yield from ((taker, unit * share) for taker, share in takers if share)
