"""The difference between a dated list of units and the tree there is, as a plan and as words. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from loa.orgs import lineage
from loa.orgs.changes import Altering, Edge, Opening, Plan
from loa.orgs.importing import Row
from loa.orgs.planning import LevelRule, Standing
from loa.orgs.rules import Change

Tree = Mapping[str, Standing]
_STEP = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Merger:
    """A unit with all that goes into it, itself included when it goes on."""

    code: str
    name: str
    parts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What was, and what comes instead."""

    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a list changes, in words; `unexplained` are units that vanish without anybody taking over."""

    opened: Sequence[Row]
    closed: Sequence[tuple[str, str, str]]
    renamed: Sequence[Changed]
    moved: Sequence[Changed]
    merged: Sequence[Merger]
    unexplained: Sequence[Standing]
    unknown: Sequence[tuple[int, str]]
    plan: Plan

    @property
    def is_empty(self) -> bool:
        """Tell whether the list says what is already so."""
        return not (self.plan.opens or self.plan.alters or self.plan.closes or self.plan.edges)

    @property
    def is_explained(self) -> bool:
        """Tell whether it can be proposed."""
        return not (self.unexplained or self.unknown)


def difference(
    rows: Sequence[Row],
    tree: Tree,
    *,
    levels: Mapping[str, LevelRule],
    top: str = "",
    heirs: Mapping[str, str] | None = None,
) -> Difference:
    """Return what a list changes in the tree, or in the part of it below `top`.

    Levels below the lowest the list names stay as they are: a list of communes says nothing of hamlets. `heirs` names
    successors of units that vanish and that no line claims.
    """
    listed = {row.code: row for row in rows}
    here = _below(tree, top)
    lowest = max((levels[row.level].rank for row in rows), default=0)
    vanished = sorted(
        code for code in here if code not in listed and levels[tree[code].level].rank <= lowest and code != top
    )
    claims = _claims(rows, tree, heirs or {}, vanished)
    lasting = set(listed) & set(tree)
    edges = _edges(claims, lasting=lasting, listed=listed, tree=tree)
    taken = {edge.predecessor for edge in edges}
    opens = [row for row in rows if row.code not in tree]
    alters = [row for row in rows if row.code in tree and _is_new(row, tree[row.code])]
    plan = Plan(
        opens=tuple(
            Opening(code=row.code, name=row.name, level=row.level, parent=row.parent, sort_order=place * _STEP)
            for place, row in enumerate(opens, start=1)
        ),
        alters=tuple(_altering(row, tree[row.code]) for row in alters),
        closes=tuple(vanished),
        edges=tuple(lineage.with_share_back(edges, levels=_levels(tree, listed))),
    )
    return Difference(
        opened=opens,
        closed=[(code, tree[code].name, _names(edges, code, listed)) for code in vanished if code in taken],
        renamed=[
            Changed(code=row.code, before=tree[row.code].name, after=row.name)
            for row in alters
            if row.name != tree[row.code].name
        ],
        moved=[
            Changed(code=row.code, before=_name(tree[row.code].parent, tree), after=_name_in(row.parent, listed, tree))
            for row in alters
            if row.parent != tree[row.code].parent
        ],
        merged=_mergers(edges, listed, tree),
        unexplained=[tree[code] for code in vanished if code not in taken],
        unknown=[(row.line, code) for row in rows for code, _share in row.predecessors if code not in tree],
        plan=plan,
    )


def _below(tree: Tree, top: str) -> set[str]:
    """Return the codes of the top and everything below it; all without a top."""
    if not top:
        return set(tree)
    children: dict[str, list[str]] = defaultdict(list)
    for unit in tree.values():
        children[unit.parent].append(unit.code)
    found, waiting = {top} & set(tree), [top]
    while waiting:
        below = children[waiting.pop()]
        found.update(below)
        waiting += below
    return found


def _claims(
    rows: Sequence[Row], tree: Tree, heirs: Mapping[str, str], vanished: Sequence[str]
) -> dict[str, dict[str, Fraction | None]]:
    """Return who claims which unit of old: predecessor, successor, share if it was named."""
    claims: dict[str, dict[str, Fraction | None]] = defaultdict(dict)
    listed = {row.code for row in rows}
    for row in rows:
        for code, share in row.predecessors:
            if code in tree:
                claims[code][row.code] = share
    for code in vanished:
        if code not in claims and heirs.get(code, "") in listed:
            claims[code][heirs[code]] = None
    return claims


def _edges(
    claims: Mapping[str, Mapping[str, Fraction | None]], *, lasting: set[str], listed: Mapping[str, Row], tree: Tree
) -> list[Edge]:
    """Return every part that goes somewhere. Who goes on and gives or takes keeps what nobody else claims."""
    takers = {successor for mine in claims.values() for successor in mine}
    edges: list[Edge] = []
    for code in sorted({*claims, *(takers & lasting)}):
        goals = dict(claims.get(code, {}))
        if code in lasting:
            goals.setdefault(code, None)
        if set(goals) == {code} and code not in {
            one for other, mine in claims.items() if other != code for one in mine
        }:
            continue  # it only names itself
        shares = _shares(goals)
        guessed = len(goals) > 1 and None in goals.values()
        edges += [
            Edge(
                predecessor=code,
                successor=successor,
                kind=_kind(code, successor, goals, listed, tree),
                share=share,
                is_estimate=guessed,
            )
            for successor, share in shares.items()
            if share
        ]
    return edges


def _shares(goals: Mapping[str, Fraction | None]) -> dict[str, Fraction]:
    """Return the parts: those named, and what is left in equal parts. Too much named stays so, and is refused later."""
    named = sum((share for share in goals.values() if share is not None), Fraction())
    open_ = [code for code, share in goals.items() if share is None]
    rest = max(Fraction(1) - named, Fraction()) / len(open_) if open_ else Fraction()
    return {code: rest if share is None else share for code, share in goals.items()}


def _kind(
    code: str, successor: str, goals: Mapping[str, Fraction | None], listed: Mapping[str, Row], tree: Tree
) -> Change:
    if code == successor:
        return Change.CONTINUE
    if len(goals) > 1:
        return Change.SPLIT
    return Change.MERGE if tree[code].level == listed[successor].level else Change.ABOLISH


def _levels(tree: Tree, listed: Mapping[str, Row]) -> dict[str, str]:
    return {code: unit.level for code, unit in tree.items()} | {
        code: row.level for code, row in listed.items() if code not in tree
    }


def _is_new(row: Row, unit: Standing) -> bool:
    return (row.name, row.level, row.parent) != (unit.name, unit.level, unit.parent)


def _altering(row: Row, unit: Standing) -> Altering:
    return Altering(
        code=row.code,
        name=None if row.name == unit.name else row.name,
        level=None if row.level == unit.level else row.level,
        parent=None if row.parent == unit.parent else row.parent,
    )


def _mergers(edges: Sequence[Edge], listed: Mapping[str, Row], tree: Tree) -> list[Merger]:
    into: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        into[edge.successor].append(edge.predecessor)
    return [
        Merger(code=code, name=listed[code].name, parts=[(one, tree[one].name) for one in parts])
        for code, parts in sorted(into.items())
        if set(parts) - {code}
    ]


def _names(edges: Sequence[Edge], code: str, listed: Mapping[str, Row]) -> str:
    return ", ".join(listed[edge.successor].name for edge in edges if edge.predecessor == code)


def _name(code: str, tree: Tree) -> str:
    return tree[code].name if code in tree else ""


def _name_in(code: str, listed: Mapping[str, Row], tree: Tree) -> str:
    return listed[code].name if code in listed else _name(code, tree)
