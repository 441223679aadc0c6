"""What a plan does to the tree of its day, and what is wrong with it. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from loa.orgs import rules
from loa.orgs.changes import Edge, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A unit as it officially stands on the eve of the change. `parent` is a code, empty for the top.

    `until` is the day on which it changes anyway, None when nothing is planned.
    """

    code: str
    name: str
    level: str
    parent: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRule:
    """A level as the deployment has it; the highest has the lowest `rank`. `exists` is about the day of the change."""

    rank: int
    below: frozenset[str]
    exists: bool


Tree = Mapping[str, Standing]
"""Every open unit by its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The tree when the plan is carried out. `heirs` says who keeps the history of each closed unit, itself open."""

    units: Mapping[str, Standing]
    heirs: Mapping[str, str] = field(default_factory=dict)

    def path(self, code: str) -> str:
        """Return where a unit stands, a closed one below its heir; `KeyError` when nowhere."""
        return self._path(code, frozenset())

    def _path(self, code: str, below: frozenset[str]) -> str:
        if code in below:
            raise KeyError(code)
        above = self.heirs[code] if code in self.heirs else self.units[code].parent
        return rules.path_below(self._path(above, below | {code}), code) if above else code


def heirs(plan: Plan) -> dict[str, str]:
    """Return who keeps the history of each unit that closes: its largest successor, the lowest code of equals."""
    closes = frozenset(plan.closes)
    parts: dict[str, list[Edge]] = {}
    for edge in plan.edges:
        if edge.predecessor in closes and edge.successor != edge.predecessor:
            parts.setdefault(edge.predecessor, []).append(edge)
    largest = {code: min(edges, key=lambda edge: (-edge.share, edge.successor)) for code, edges in parts.items()}
    return {code: edge.successor for code, edge in largest.items()}


def after(plan: Plan, tree: Tree) -> After:
    """Return the tree after the plan. What stands below a closed unit and is not named goes to its heir."""
    units = dict(tree)
    for opening in plan.opens:
        units[opening.code] = Standing(code=opening.code, name=opening.name, level=opening.level, parent=opening.parent)
    named = {altering.code for altering in plan.alters if altering.parent is not None}
    for altering in plan.alters:
        if altering.code in units:
            units[altering.code] = _altered(units[altering.code], altering.name, altering.level, altering.parent)
    inherit = heirs(plan)
    for code in plan.closes:
        units.pop(code, None)
    for code, unit in tree.items():
        if code in units and code not in named and unit.parent in inherit:
            units[code] = replace(units[code], parent=inherit[unit.parent])
    return After(units=units, heirs={code: heir for code, heir in inherit.items() if code in tree})


def touched(plan: Plan) -> set[str]:
    """Return the codes of all units that open, close, change or give a part away."""
    return (
        {opening.code for opening in plan.opens}
        | {altering.code for altering in plan.alters}
        | set(plan.closes)
        | {code for edge in plan.edges for code in (edge.predecessor, edge.successor)}
    )


def changed(tree: Tree, outcome: After) -> set[str]:
    """Return the codes of all open units of which something is new: also those that only stand somewhere else now."""
    own = {code for code, unit in outcome.units.items() if code not in tree or _differs(tree[code], unit)}
    reached = set(own)
    children = _children(outcome.units.values())
    waiting = list(own)
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in reached:
                reached.add(child)
                waiting.append(child)
    return reached & (own | _moved(tree, outcome, reached))


def _moved(tree: Tree, outcome: After, codes: Iterable[str]) -> set[str]:
    """Return those of the codes whose path is another one."""
    before = After(units=tree)
    return {code for code in codes if code in tree and before.path(code) != outcome.path(code)}


def _differs(one: Standing, other: Standing) -> bool:
    return (one.name, one.level, one.parent) != (other.name, other.level, other.parent)


def _altered(unit: Standing, name: str | None, level: str | None, parent: str | None) -> Standing:
    return replace(
        unit,
        name=unit.name if name is None else name,
        level=unit.level if level is None else level,
        parent=unit.parent if parent is None else parent,
    )


def _children(units: Iterable[Standing]) -> dict[str, list[str]]:
    below: dict[str, list[str]] = {}
    for unit in units:
        below.setdefault(unit.parent, []).append(unit.code)
    return below


def circles(units: Mapping[str, Standing], codes: Collection[str]) -> Iterator[str]:
    """Yield those of the codes from which the way up never ends, or ends at a unit nobody knows."""
    for code in codes:
        seen: set[str] = set()
        at = code
        while at and at in units and at not in seen:
            seen.add(at)
            at = units[at].parent
        if at in seen:
            yield code
