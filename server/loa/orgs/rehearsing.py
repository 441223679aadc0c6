"""Rehearses a change of units: what would move, what would clash, who would lose their level. It only looks."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any  # Any: a rehearsal is kept as JSON

from django.utils import translation

from loa.orgs import carrying_people, changes, grounds, judging, planning, ports
from loa.orgs.changes import Plan
from loa.orgs.models import Grant, Reorganisation, Unit
from loa.orgs.planning import After, Tree
from loa.orgs.ports import Keeper, Move

FRESH = timedelta(minutes=15)
"""How long what was seen is taken for what is there."""

LANGUAGES = ("vi", "en")
CLASHES_MOST = 500
PEOPLE_MOST = 500
_UNIT_MS = 1.0
_THING_MS = 0.5
"""What one unit that moves and one thing that goes along took when measured; only for a first guess."""

_WHY = "a change of units is rehearsed"

Progress = Callable[[int, int], object]
"""Told how many steps of how many are done."""


def is_stale(reorganisation: Reorganisation, *, now: datetime) -> bool:
    """Tell whether a rehearsal is missing, of another plan, or too old to decide by."""
    kept = reorganisation.dry_run or {}
    if kept.get("plan_sha256") != reorganisation.plan_sha256 or "made_at" not in kept:
        return True
    return now - datetime.fromisoformat(kept["made_at"]) > FRESH


def rehearse(reorganisation: Reorganisation, *, now: datetime, progress: Progress) -> dict[str, Any]:  # Any: JSON
    """Return what the change would do if it took effect as things are now, as JSON in both languages."""
    began = time.monotonic()
    plan = changes.from_json(reorganisation.plan)
    reopening = set(reorganisation.compensates.plan["closes"]) if reorganisation.compensates else set()
    ground = grounds.ground_for(plan, on=reorganisation.effective_on, reopening=reopening)
    is_open = reorganisation.state == "proposed"
    flaws = judging.of_plan(plan, ground) if is_open else []
    if flaws:
        return _told(reorganisation, now=now, began=began, flaws=[_both(flaw) for flaw in flaws])
    tree = ground.tree
    outcome = planning.after(plan, tree)
    ids = _ids(tree, plan)
    keepers = ports.keepers()
    moves = [
        Move(from_unit=ids[code], to_unit=ids[heir]) for code, heir in sorted(outcome.heirs.items()) if heir in ids
    ]
    changed = planning.changed(tree, outcome)
    along = sorted((changed & tree.keys()) - outcome.heirs.keys())
    held = {}
    for step, keeper in enumerate(keepers):
        progress(step, 2 * len(keepers))
        held[keeper.name] = dict(keeper.holdings([ids[code] for code in (*outcome.heirs, *along) if code in ids]))
    clashes = []
    for step, keeper in enumerate(keepers):
        progress(len(keepers) + step, 2 * len(keepers))
        clashes += _clashes(keeper, moves, reorganisation)
    gone = carrying_people.vanishing(tree, outcome, ground.levels)
    people = carrying_people.holders(gone, at=now)
    told = _told(
        reorganisation,
        now=now,
        began=began,
        keepers=[{"name": keeper.name, "words": _both(keeper.words)} for keeper in keepers],
        moves=_moves(outcome, tree, ids, held),
        along=_along(along, outcome, ids, held),
        along_count=len(along),
        opened=[opening.code for opening in plan.opens],
        clashes=clashes[:CLASHES_MOST],
        clash_count=len(clashes),
        without_owner=_without_owner(keepers, ids, outcome),
        people=[_person(grant, plan) for grant in people[:PEOPLE_MOST]],
        unplaced=len({one.user_id for one in people if carrying_people.place_of(plan, one.user_id) is None}),
    )
    things = sum(sum(counts.values()) for counts in held.values())
    told["estimate_s"] = round((len(changed) * _UNIT_MS + things * _THING_MS) / 1000, 1)
    progress(2 * len(keepers), 2 * len(keepers))
    return told


def _told(
    reorganisation: Reorganisation, *, now: datetime, began: float, **told: object
) -> dict[str, Any]:  # Any: JSON
    return {
        "plan_sha256": reorganisation.plan_sha256,
        "made_at": now.isoformat(),
        "took_s": round(time.monotonic() - began, 2),
        "flaws": [],
        **told,
    }


def _ids(tree: Tree, plan: Plan) -> dict[str, int]:
    found = Unit.objects.unscoped(_WHY).filter(code__in={*tree, *(opening.code for opening in plan.opens)})
    return dict(found.values_list("code", "pk"))


def _moves(
    outcome: After, tree: Tree, ids: Mapping[str, int], held: Mapping[str, Mapping[int, int]]
) -> list[dict[str, object]]:
    return [
        {
            "from": code,
            "from_name": tree[code].name,
            "to": heir,
            "to_name": outcome.units[heir].name,
            "counts": _counts(ids.get(code), held),
        }
        for code, heir in sorted(outcome.heirs.items(), key=lambda pair: (pair[1], pair[0]))
        if code in tree
    ]


def _along(
    codes: Sequence[str], outcome: After, ids: Mapping[str, int], held: Mapping[str, Mapping[int, int]]
) -> list[dict[str, object]]:
    """Return the units that go on under another path or name, those first which keep something."""
    rows: list[dict[str, object]] = [
        {"code": code, "name": outcome.units[code].name, "path": outcome.path(code), "counts": counts}
        for code in codes
        if (counts := _counts(ids.get(code), held))
    ]
    return rows


def _counts(unit: int | None, held: Mapping[str, Mapping[int, int]]) -> dict[str, int]:
    return {name: counts[unit] for name, counts in held.items() if unit is not None and counts.get(unit)}


def _clashes(keeper: Keeper, moves: Sequence[Move], reorganisation: Reorganisation) -> list[dict[str, object]]:
    found = keeper.clashes(moves, on=reorganisation.effective_on)
    codes = dict(Unit.objects.unscoped(_WHY).filter(pk__in={clash.unit for clash in found}).values_list("pk", "code"))
    return [
        {"keeper": keeper.name, "unit": codes[clash.unit], "words": _both(clash.sentence), "things": list(clash.things)}
        for clash in found
    ]


def _without_owner(keepers: Sequence[Keeper], ids: Mapping[str, int], outcome: After) -> dict[str, int]:
    """Return how much open work nobody could take up where it goes, as rights are now."""
    heirs = sorted({ids[heir] for heir in outcome.heirs.values() if heir in ids})
    return {keeper.name: count for keeper in keepers if (count := keeper.without_owner(heirs))}


def _person(grant: Grant, plan: Plan) -> dict[str, object]:
    return {
        "user": grant.user_id,
        "name": grant.user.full_name,
        "role": {"vi": grant.role.name_vi, "en": grant.role.name_en},
        "unit": grant.unit.name,
        "place": carrying_people.place_of(plan, grant.user_id),
    }


def _both(words: object) -> dict[str, str]:
    """Return words in every language: a rehearsal is made once and read by many."""
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = str(words)
    return told
