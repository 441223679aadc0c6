"""The official tree of one day as a value, and what a plan makes of it. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from loa.orgs.changes import Altering, Edge, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A unit as it officially is on one day. `parent` is a code, empty for the top."""

    code: str
    name: str
    level: str
    parent: str = ""
    sort_order: int = 0
    latitude: float | None = None
    longitude: float | None = None


Tree = Mapping[str, Node]


class Flaw(Exception):
    """A tree or plan that cannot be: `code` says of which unit, `reason` why."""

    def __init__(self, reason: str, code: str) -> None:
        super().__init__(f"{reason}: {code}")
        self.reason = reason
        self.code = code


def paths(tree: Tree) -> dict[str, str]:
    """Return the path of each unit; raises `Flaw` where a parent is missing or stands below its child."""
    found: dict[str, str] = {}
    for code in tree:
        line: list[str] = []
        above = code
        while above and above not in found:
            if above in line:
                raise Flaw("circle", above)
            if above not in tree:
                raise Flaw("no_parent", line[-1] if line else code)
            line.append(above)
            above = tree[above].parent
        for one in reversed(line):
            parent = tree[one].parent
            found[one] = f"{found[parent]}/{one}" if parent else one
    return found


def after(tree: Tree, plan: Plan) -> dict[str, Node]:
    """Return the tree after a plan; raises `Flaw` where the plan does not fit the tree."""
    made = dict(tree)
    for altering in plan.alters:
        if altering.code not in made:
            raise Flaw("unknown", altering.code)
        made[altering.code] = _altered(made[altering.code], altering)
    for code in plan.closes:
        if made.pop(code, None) is None:
            raise Flaw("unknown", code)
    for opening in plan.opens:
        if opening.code in tree:
            raise Flaw("code_taken", opening.code)
        made[opening.code] = Node(
            code=opening.code,
            name=opening.name,
            level=opening.level,
            parent=opening.parent,
            sort_order=opening.sort_order,
            latitude=opening.latitude,
            longitude=opening.longitude,
        )
    paths(made)
    return made


def changed(before: Tree, plan: Plan) -> dict[str, Node]:
    """Return every unit that is officially another after a plan: renamed, moved, opened, or below one that moved."""
    now = after(before, plan)
    old_paths, new_paths = paths(before), paths(now)
    return {
        code: node
        for code, node in now.items()
        if code not in before
        or (node.name, node.level, new_paths[code]) != (before[code].name, before[code].level, old_paths[code])
    }


def check_edges(before: Tree, plan: Plan) -> None:
    """Raise `Flaw` unless everything that closes goes somewhere whole, and every edge leads between units that are."""
    now = after(before, plan)
    given: dict[str, Fraction] = defaultdict(Fraction)
    taken: dict[str, Fraction] = defaultdict(Fraction)
    for edge in plan.edges:
        if edge.predecessor not in before:
            raise Flaw("unknown", edge.predecessor)
        if edge.successor not in now:
            raise Flaw("no_successor", edge.predecessor)
        given[edge.predecessor] += edge.share
        taken[edge.successor] += edge.share_back
    for code in plan.closes:
        if code not in given:
            raise Flaw("no_successor", code)
    for shares in (given, taken):
        for code, total in shares.items():
            if total != 1:
                raise Flaw("shares", code)
    twice = [
        pair for pair, count in Counter((edge.predecessor, edge.successor) for edge in plan.edges).items() if count > 1
    ]
    if twice:
        raise Flaw("twice", twice[0][0])


def equal_back(edges: Iterable[Edge], *, levels: Mapping[str, str]) -> tuple[Edge, ...]:
    """Return the edges with `share_back` divided equally among the predecessors of the successor's own level.

    Predecessors of another level, such as the districts that went up into a province, give it nothing of its own: the
    province's total goes back to provinces only. Where there are only such, they share equally.
    """
    kept = tuple(edges)
    own: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for edge in kept:
        every[edge.successor] += 1
        own[edge.successor] += levels[edge.predecessor] == levels[edge.successor]
    return tuple(
        replace(edge, share_back=_equal_part(edge, own[edge.successor], every[edge.successor], levels)) for edge in kept
    )


def _equal_part(edge: Edge, own: int, every: int, levels: Mapping[str, str]) -> Fraction:
    if not own:
        return Fraction(1, every)
    return Fraction(1, own) if levels[edge.predecessor] == levels[edge.successor] else Fraction()


def _altered(node: Node, altering: Altering) -> Node:
    return replace(
        node,
        name=node.name if altering.name is None else altering.name,
        level=node.level if altering.level is None else altering.level,
        parent=node.parent if altering.parent is None else altering.parent,
    )
