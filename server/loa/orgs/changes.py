"""A change of units as a value: what opens, changes, closes, and what becomes of what. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any  # Any: JSON as it was kept

from loa.orgs.rules import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A unit with a code nobody had before. `parent` is a code, empty for the top."""

    code: str
    name: str
    level: str
    parent: str = ""
    sort_order: int = 0
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Altering:
    """A unit that goes on, with what is new about it; None is as before. `parent` is a code, empty for the top."""

    code: str
    name: str | None = None
    level: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A part of a unit that goes to another, or stays with itself. Shares are fractions, `1/3`, perhaps guessed."""

    predecessor: str
    successor: str
    kind: Change
    share: Fraction = Fraction(1)
    share_back: Fraction = Fraction(1)
    is_estimate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Where a person of a unit goes whose level vanishes: a unit's code, empty for none. `user` None is all others."""

    user: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that changes at one midnight. `closes` are codes; what a closed unit had goes to its largest successor.

    People go along with it, except where a level vanishes: they would rise to the level above. `people` places them.
    """

    opens: Sequence[Opening] = ()
    alters: Sequence[Altering] = ()
    closes: Sequence[str] = ()
    edges: Sequence[Edge] = field(default_factory=tuple)
    people: Sequence[Placing] = ()


def to_json(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON that reads back as it was written."""
    kept = asdict(plan)
    for edge in kept["edges"]:
        edge["kind"] = str(edge["kind"])
        edge["share"], edge["share_back"] = str(edge["share"]), str(edge["share_back"])
    return {name: list(value) for name, value in kept.items()}


def from_json(kept: Mapping[str, Any]) -> Plan:
    """Return the plan that was kept; raises `KeyError`, `TypeError` or `ValueError` when it is none."""
    return Plan(
        opens=tuple(Opening(**one) for one in kept["opens"]),
        alters=tuple(Altering(**one) for one in kept["alters"]),
        closes=tuple(kept["closes"]),
        edges=tuple(
            Edge(
                predecessor=one["predecessor"],
                successor=one["successor"],
                kind=Change(one["kind"]),
                share=Fraction(one["share"]),
                share_back=Fraction(one["share_back"]),
                is_estimate=one.get("is_estimate", False),
            )
            for one in kept["edges"]
        ),
        people=tuple(Placing(**one) for one in kept["people"]),
    )


def sha256(plan: Plan) -> str:
    """Return the digest of a plan: what an approver approves."""
    body = json.dumps(to_json(plan), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()
