"""Holding a plan of change against the tree of its day. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from loa.orgs import planning
from loa.orgs.changes import Plan
from loa.orgs.flaws import Flaw, Found
from loa.orgs.planning import After, LevelRule, Standing, Tree

AHEAD = timedelta(days=2 * 366)
BACK = timedelta(days=3 * 366)
NAME_LONGEST = 120
PATH_LONGEST = 160
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a plan is held against.

    `reserved` are the codes of units that are or were, so that they open nothing new; `reopening` those of them which
    may open again, since their closing is taken back; `built_on` units below which others opened on or after the day.
    """

    tree: Tree
    levels: Mapping[str, LevelRule]
    reserved: Collection[str] = ()
    reopening: Collection[str] = ()
    built_on: Collection[str] = ()


def of_day(on: date, *, today: date, is_retroactive: bool) -> list[Found]:
    """Return what is wrong with the day alone."""
    if on <= today and not is_retroactive:
        return [Found(flaw=Flaw.LOOKS_BACK)]
    if today - on > BACK:
        return [Found(flaw=Flaw.TOO_FAR_BACK)]
    return [Found(flaw=Flaw.TOO_FAR_AHEAD)] if on - today > AHEAD else []


def of_plan(plan: Plan, ground: Ground) -> list[Found]:
    """Return everything that is wrong with a plan, each once, in the order in which people would mend it."""
    if not planning.touched(plan):
        return [Found(flaw=Flaw.EMPTY)]
    named = list(dict.fromkeys([*_names(plan, ground), *_edges(plan, ground.tree), *_shares(plan, ground.tree)]))
    if named:
        return named
    outcome = planning.after(plan, ground.tree)
    shape = list(dict.fromkeys(_shape(plan, ground, outcome)))
    return shape or list(dict.fromkeys(_time(plan, ground, outcome)))


def _names(plan: Plan, ground: Ground) -> Iterator[Found]:
    opened = [opening.code for opening in plan.opens]
    altered = [altering.code for altering in plan.alters]
    for codes in (opened, altered, plan.closes):
        yield from (Found(flaw=Flaw.TWICE, code=code) for code, count in Counter(codes).items() if count > 1)
    for code in opened:
        if not _CODE.fullmatch(code):
            yield Found(flaw=Flaw.BAD_CODE, code=code)
        elif code in ground.tree or (code in ground.reserved and code not in ground.reopening):
            yield Found(flaw=Flaw.TAKEN, code=code)
    for code in [*altered, *plan.closes]:
        if code not in ground.tree:
            yield Found(flaw=Flaw.UNKNOWN, code=code)
    for code in set(plan.closes) & {*opened, *altered}:
        yield Found(flaw=Flaw.CLOSED_AND_CHANGED, code=code)
    names = [(one.code, one.name) for one in plan.opens]
    names += [(one.code, one.name) for one in plan.alters if one.name is not None]
    for code, name in names:
        if not name.strip() or len(name) > NAME_LONGEST or "\0" in name:
            yield Found(flaw=Flaw.BAD_NAME, code=code)


def _edges(plan: Plan, tree: Tree) -> Iterator[Found]:
    closes = frozenset(plan.closes)
    lasting = (tree.keys() | {opening.code for opening in plan.opens}) - closes
    pairs = Counter((edge.predecessor, edge.successor) for edge in plan.edges)
    yield from (Found(flaw=Flaw.TWICE, code=pair[0]) for pair, count in pairs.items() if count > 1)
    for edge in plan.edges:
        if edge.predecessor not in tree:
            yield Found(flaw=Flaw.UNKNOWN, code=edge.predecessor)
        if edge.successor in closes:
            yield Found(flaw=Flaw.SUCCESSOR_CLOSES, code=edge.successor)
        elif edge.successor not in lasting:
            yield Found(flaw=Flaw.NOT_AFTER, code=edge.successor)
        if not (0 < edge.share <= 1 and 0 <= edge.share_back <= 1):
            yield Found(flaw=Flaw.SHARE_OUT_OF_RANGE, code=edge.predecessor)
    for code in plan.closes:
        if not any(edge.predecessor == code for edge in plan.edges):
            yield Found(flaw=Flaw.NO_SUCCESSOR, code=code)


def _shares(plan: Plan, tree: Tree) -> Iterator[Found]:
    """Yield units whose parts do not make a whole; who goes on and gives a part away keeps the rest."""
    given: dict[str, Fraction] = {}
    taken: dict[str, Fraction] = {}
    for edge in plan.edges:
        given[edge.predecessor] = given.get(edge.predecessor, Fraction(0)) + edge.share
        taken[edge.successor] = taken.get(edge.successor, Fraction(0)) + edge.share_back
    yield from (Found(flaw=Flaw.SHARES, code=code) for code, whole in given.items() if whole != 1)
    yield from (Found(flaw=Flaw.SHARES_BACK, code=code) for code, whole in taken.items() if whole != 1)
    own = {edge.predecessor for edge in plan.edges if edge.predecessor == edge.successor}
    goes_on = tree.keys() - set(plan.closes)
    yield from (Found(flaw=Flaw.SHARES, code=code) for code in given if code in goes_on and code not in own)


def _shape(plan: Plan, ground: Ground, outcome: After) -> Iterator[Found]:
    news = [code for code, unit in outcome.units.items() if code not in ground.tree or ground.tree[code] is not unit]
    for code in sorted(news):
        unit = outcome.units[code]
        flaw = _standing(unit, outcome.units.get(unit.parent), ground)
        if flaw is not None:
            yield Found(flaw=flaw, code=code)
    circular = sorted(planning.circles(outcome.units, news))
    yield from (Found(flaw=Flaw.CIRCLE, code=code) for code in circular)
    if not circular and all(not unit.parent or unit.parent in outcome.units for unit in outcome.units.values()):
        for code in sorted({*planning.changed(ground.tree, outcome), *plan.closes}):
            if len(outcome.path(code)) > PATH_LONGEST:
                yield Found(flaw=Flaw.PATH_TOO_LONG, code=code)
    for one in plan.people:
        if one.unit and one.unit not in outcome.units:
            yield Found(flaw=Flaw.PLACE_UNKNOWN, code=one.unit)


def _standing(unit: Standing, above: Standing | None, ground: Ground) -> Flaw | None:
    """Return what is wrong with where a new or changed unit stands."""
    level = ground.levels.get(unit.level)
    before = ground.tree.get(unit.code)
    if level is None:
        return Flaw.LEVEL_UNKNOWN
    if not level.exists and (before is None or before.level != unit.level):
        return Flaw.LEVEL_GONE
    if unit.parent and above is None:
        return Flaw.NO_PARENT
    nests = above.level in level.below if above else level.below <= _tops(ground)
    return None if nests else Flaw.LEVELS_DO_NOT_NEST


def _tops(ground: Ground) -> frozenset[str]:
    """Return the levels below which a unit may stand or else be the top: the centre need not be kept as a unit."""
    return frozenset(code for code, level in ground.levels.items() if not level.below)


def _time(plan: Plan, ground: Ground, outcome: After) -> Iterator[Found]:
    tree = ground.tree
    above = {outcome.units[code].parent for code in planning.touched(plan) if code in outcome.units}
    changed = planning.changed(tree, outcome)
    reached = planning.touched(plan) | changed | above
    rewritten = set(plan.closes) | (changed & tree.keys())
    for code in sorted(reached & tree.keys()):
        unit = tree[code]
        if unit.until is not None:
            yield Found(flaw=Flaw.ALREADY_CHANGING, code=code)
        elif code in rewritten and code in ground.built_on:
            yield Found(flaw=Flaw.CHANGED_SINCE, code=code)
