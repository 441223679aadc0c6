"""Lets an approved change of units take effect: present columns and paths, then what every room keeps there."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from loa.kernel import text
from loa.orgs import carrying_people, former_paths, grounds, planning, ports
from loa.orgs.changes import Plan
from loa.orgs.former_paths import Node, Spot
from loa.orgs.models import Handover, Reorganisation, Unit, UnitVersion
from loa.orgs.planning import After
from loa.orgs.ports import Move, Moved
from loa.orgs.refusals import CannotCarryOut

_WHY = "an approved change of units is carried out"
_FOLLOW = """
UPDATE orgs_unit AS unit
   SET name = coalesce(now.name, unit.name),
       folded_name = coalesce(now.folded_name, unit.folded_name),
       level = coalesce(now.level, unit.level),
       parent_id = now.parent,
       path = now.path,
       former_paths = ARRAY(SELECT jsonb_array_elements_text(now.former)),
       closed_on = CASE now.state WHEN 'closes' THEN %s WHEN 'opens' THEN NULL ELSE unit.closed_on END
  FROM jsonb_to_recordset(%s) AS now (
       id bigint, name text, folded_name text, level text, parent bigint, path text, former jsonb, state text)
 WHERE unit.id = now.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What came of it: things that moved, by the keeper they belong to, and units that stand somewhere else now."""

    moved: Mapping[str, Sequence[Moved]]
    relocated: Sequence[int]
    taken_back: Mapping[str, int]
    without_owner: Mapping[str, int]

    def counts(self) -> dict[str, int]:
        """Return how much moved, for the record."""
        return {"units": len(self.relocated)} | {name: len(things) for name, things in self.moved.items()}

    def told(self) -> dict[str, object]:
        """Return what the page tells about it."""
        return {
            "relocated": len(self.relocated),
            "moved": {name: len(things) for name, things in self.moved.items()},
            "taken_back": dict(self.taken_back),
            "without_owner": dict(self.without_owner),
        }


def carry(reorganisation: Reorganisation, plan: Plan, *, now: datetime) -> Carried:
    """Do it all, inside the transaction of the command that asks. Raises `CannotCarryOut` when units do not fit."""
    tops = _tops(plan)
    nodes = _locked(tops)
    outcome = planning.after(plan, grounds.present_tree(tops))
    ids = {node.code: node.id for node in nodes}
    _demand_whole(plan, outcome, ids)
    spots = _follow(reorganisation, plan, outcome, nodes)
    _demand_official(reorganisation, plan, outcome, ids)
    taken_back = _take_back(reorganisation, now=now)
    moves = [Move(from_unit=ids[code], to_unit=ids[heir]) for code, heir in sorted(outcome.heirs.items())]
    placed = carrying_people.place(reorganisation, plan, outcome, now=now)
    moved: dict[str, Sequence[Moved]] = {carrying_people.NAME: placed} if placed else {}
    relocated = [node.id for node in nodes if node.id in spots and node.path != spots[node.id].path]
    for keeper in ports.keepers():
        moved[keeper.name] = keeper.hand_over(moves, now=now)
    for keeper in ports.keepers():
        keeper.relocated(relocated, now=now)
    _keep_handovers(reorganisation, moved)
    heirs = sorted({move.to_unit for move in moves})
    left = {keeper.name: keeper.without_owner(heirs) for keeper in ports.keepers()}
    return Carried(moved=moved, relocated=relocated, taken_back=taken_back, without_owner=left)


def _tops(plan: Plan) -> set[str]:
    """Return the codes of the tops of all trees the plan reaches into."""
    codes = planning.touched(plan) | {opening.parent for opening in plan.opens}
    codes |= {altering.parent for altering in plan.alters if altering.parent}
    paths = Unit.objects.unscoped(_WHY).filter(code__in=codes).values_list("path", flat=True)
    return {path.partition("/")[0] for path in paths}


def _locked(tops: Collection[str]) -> list[Node]:
    """Lock the units of these trees, upper ones first, so that nothing is put below them meanwhile."""
    rows = Unit.objects.unscoped(_WHY).filter(path__within=list(tops)).select_for_update().order_by("path")
    return [
        Node(id=pk, code=code, parent=parent, path=path, former=former)
        for pk, code, parent, path, former in rows.values_list("pk", "code", "parent_id", "path", "former_paths")
    ]


def _demand_whole(plan: Plan, outcome: After, ids: Mapping[str, int]) -> None:
    """Refuse what no approved plan may be: a bug or a hand in the database, never to be carried out half."""
    missing = (planning.touched(plan) | set(outcome.heirs) | set(outcome.heirs.values())) - ids.keys()
    without_heir = set(plan.closes) - outcome.heirs.keys()
    homeless = [unit.code for unit in outcome.units.values() if unit.parent and unit.parent not in outcome.units]
    wrong = sorted({*missing, *without_heir, *homeless, *planning.circles(outcome.units, list(outcome.units))})
    if wrong:
        raise CannotCarryOut(codes=", ".join(wrong[:5]))


def _follow(reorganisation: Reorganisation, plan: Plan, outcome: After, nodes: Sequence[Node]) -> dict[int, Spot]:
    """Let the present columns follow; return the new spots."""
    ids = {node.code: node.id for node in nodes}
    opened = {opening.code for opening in plan.opens}
    parents: dict[int, int | None] = {ids[code]: ids[heir] for code, heir in outcome.heirs.items()}
    parents |= {ids[code]: ids.get(unit.parent) for code, unit in outcome.units.items()}
    before = UnitVersion.objects.unscoped(_WHY).filter(unit__code__in=opened)
    were_open = set(before.exclude(during__startswith__gte=reorganisation.effective_on).values_list("unit", flat=True))
    fresh = {ids[code] for code in opened} - were_open
    nodes = [replace(node, path="") if node.id in fresh else node for node in nodes]
    spots = former_paths.relocate(nodes, parents)
    strangers = _strangers([spot.path for spot in spots.values()], nodes)
    if strangers:
        nodes = [*nodes, *_locked(strangers)]
        spots = former_paths.relocate(nodes, parents)
    named = {altering.code for altering in plan.alters} | opened | set(plan.closes)
    rows = [
        _row(node, outcome, spots.get(node.id), parents, opened)
        for node in nodes
        if node.id in spots or node.code in named
    ]
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, [reorganisation.effective_on, json.dumps(rows)])
    return spots


def _strangers(paths: Sequence[str], nodes: Sequence[Node]) -> set[str]:
    """Return the tops of other trees in which a unit holds one of these paths as a former one of its own."""
    holding = Unit.objects.unscoped(_WHY).filter(former_paths__overlap=list(paths))
    found = holding.exclude(pk__in=[node.id for node in nodes]).values_list("path", flat=True)
    return {path.partition("/")[0] for path in found}


def _row(
    node: Node, outcome: After, spot: Spot | None, parents: Mapping[int, int | None], opened: Collection[str]
) -> dict[str, object]:
    unit = outcome.units.get(node.code)
    name = text.stored(unit.name).strip() if unit else None
    closes = node.code in outcome.heirs
    return {
        "id": node.id,
        "name": name,
        "folded_name": None if name is None else text.folded(name),
        "level": unit.level if unit else None,
        "parent": parents.get(node.id, node.parent),
        "path": spot.path if spot else node.path,
        "former": list(spot.former if spot else node.former),
        "state": "closes" if closes else "opens" if node.code in opened else "",
    }


def _demand_official(reorganisation: Reorganisation, plan: Plan, outcome: After, ids: Mapping[str, int]) -> None:
    """Refuse when the official tree of the day is not what the present columns now say: they must never part."""
    codes = {code for code in planning.touched(plan) if code in outcome.units}
    versions = UnitVersion.objects.unscoped(_WHY).filter(
        unit__in=[ids[code] for code in codes], during__contains=reorganisation.effective_on
    )
    official = dict(versions.values_list("unit__code", "path"))
    wrong = sorted(code for code in codes if official.get(code) != outcome.path(code))
    if wrong:
        raise CannotCarryOut(codes=", ".join(wrong[:5]))


def _take_back(reorganisation: Reorganisation, *, now: datetime) -> dict[str, int]:
    """Give things of the change that is compensated back to where they came from, as far as they are still there."""
    if reorganisation.compensates_id is None:
        return {}
    rows = Handover.objects.unscoped(_WHY).filter(reorganisation=reorganisation.compensates_id).order_by("pk")
    moved: dict[str, list[Moved]] = {}
    for row in rows:
        moved.setdefault(row.keeper, []).append(
            Moved(thing=row.thing, name=row.name, from_unit=row.from_unit_id, to_unit=row.to_unit_id)
        )
    back = {keeper.name: keeper.take_back(moved.get(keeper.name, []), now=now) for keeper in ports.keepers()}
    if carrying_people.NAME in moved:
        back[carrying_people.NAME] = carrying_people.take_back(moved[carrying_people.NAME], now=now)
    return back


def _keep_handovers(reorganisation: Reorganisation, moved: Mapping[str, Sequence[Moved]]) -> None:
    Handover.objects.bulk_create(
        [
            Handover(
                reorganisation=reorganisation,
                keeper=keeper,
                thing=one.thing,
                name=one.name,
                from_unit_id=one.from_unit,
                to_unit_id=one.to_unit,
            )
            for keeper, things in moved.items()
            for one in things
        ],
        batch_size=2000,
    )
