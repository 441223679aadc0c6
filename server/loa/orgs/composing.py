"""Makes plans of change out of what a person says: these go together, this one is divided, that level ends. Pure."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction

from loa.orgs.changes import Altering, Edge, Opening, Plan
from loa.orgs.rules import Change


class Kind(StrEnum):
    """What a person may ask for at the desk."""

    MERGE = "merge"
    SPLIT = "split"
    TRANSFER = "transfer"
    RENAME = "rename"
    ABOLISH = "abolish"


def merge(heir: str, others: Collection[str], *, name: str = "") -> Plan:
    """Return the plan in which the others go into the heir, which goes on under its code, perhaps under a new name.

    Nobody knows here how large each was, so each is an equal part of the new one.
    """
    merged = sorted(set(others) - {heir})
    part = Fraction(1, len(merged) + 1)
    return Plan(
        alters=(Altering(code=heir, name=name),) if name else (),
        closes=tuple(merged),
        edges=(
            Edge(predecessor=heir, successor=heir, kind=Change.CONTINUE, share_back=part),
            *(Edge(predecessor=code, successor=heir, kind=Change.MERGE, share_back=part) for code in merged),
        ),
    )


def split(unit: str, new: Opening, *, share: Fraction, along: Sequence[str] = ()) -> Plan:
    """Return the plan in which a part of a unit becomes a new one; `along` are units below which go with it."""
    return Plan(
        opens=(new,),
        alters=tuple(Altering(code=code, parent=new.code) for code in along),
        edges=(
            Edge(predecessor=unit, successor=unit, kind=Change.CONTINUE, share=1 - share),
            Edge(predecessor=unit, successor=new.code, kind=Change.SPLIT, share=share),
        ),
    )


def transfer(units: Collection[str], parent: str) -> Plan:
    """Return the plan in which units come below another one."""
    return Plan(
        alters=tuple(Altering(code=code, parent=parent) for code in sorted(units)),
        edges=tuple(Edge(predecessor=code, successor=code, kind=Change.TRANSFER) for code in sorted(units)),
    )


def rename(unit: str, name: str) -> Plan:
    """Return the plan in which a unit is called otherwise."""
    return Plan(
        alters=(Altering(code=unit, name=name),),
        edges=(Edge(predecessor=unit, successor=unit, kind=Change.RENAME),),
    )


def abolish(units: Mapping[str, str]) -> Plan:
    """Return the plan in which units close into those above them, each given with its parent, and what was below rises.

    The unit above is no part larger by it: what a district was belongs to its province already.
    """
    above = sorted(set(units.values()))
    return Plan(
        closes=tuple(sorted(units)),
        edges=(
            *(Edge(predecessor=code, successor=code, kind=Change.CONTINUE) for code in above),
            *(
                Edge(predecessor=code, successor=parent, kind=Change.ABOLISH, share_back=Fraction(0))
                for code, parent in sorted(units.items())
            ),
        ),
    )
