"""Reading the official tree of any day, and what became of a unit."""

from collections.abc import Collection, Iterable
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from django.db import connection

from loa.kernel import text
from loa.kernel.errors import NotFound
from loa.kernel.lookups import one_of
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import lineage, rules
from loa.orgs.lineage import Amounts, Part, Step
from loa.orgs.models import Unit, UnitVersion

_STEPS = """
WITH asked AS MATERIALIZED (SELECT id FROM orgs_unit WHERE code = ANY(%(codes)s)),
taken AS MATERIALIZED (
    SELECT predecessor_id, successor_id, {far} AS far_id, on_day, kind, share, share_back
      FROM orgs_lineage
     WHERE {near} = ANY(ARRAY(SELECT id FROM asked)) AND on_day > %(early)s AND on_day <= %(late)s
),
named AS MATERIALIZED (
    SELECT id, code FROM orgs_unit
     WHERE id = ANY(ARRAY(SELECT predecessor_id FROM taken UNION ALL SELECT successor_id FROM taken))
),
onward AS MATERIALIZED (
    SELECT {near} AS id FROM orgs_lineage
     WHERE {near} = ANY(ARRAY(SELECT far_id FROM taken EXCEPT SELECT id FROM asked))
       AND on_day > %(early)s AND on_day <= %(late)s
)
SELECT giver.code, taker.code, on_day, kind, share::text, share_back::text,
       far_id = ANY(ARRAY(SELECT id FROM onward))
  FROM taken JOIN named giver ON giver.id = predecessor_id JOIN named taker ON taker.id = successor_id
"""
"""Arrays, not joins: the planner takes what one unit became for much longer than it is and would read all lineage."""

_AHEAD = _STEPS.format(near="predecessor_id", far="successor_id")
_BACK = _STEPS.format(near="successor_id", far="predecessor_id")
_CHANGES = {change.value: change for change in rules.Change}


class Node(NamedTuple):
    """A unit as it officially was on a day; `path` is that of the day."""

    path: str
    name: str
    level: str

    @property
    def code(self) -> str:
        """Return its code, which is for ever."""
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str:
        """Return the code of the unit above, empty for the top."""
        above = self.path.rpartition("/")[0]
        return above.rpartition("/")[2]

    @property
    def depth(self) -> int:
        """Return how many units stand above."""
        return self.path.count("/")


def tree_as_of(scope: Scope, day: date, *, top: str = "") -> list[Node]:
    """Return the units that were on a day as far as the scope sees them, parents before their children.

    `top` is the path of a unit on that day: then it and what stood below it.
    """
    found = _seen(scope)
    if top:
        found = found.filter(path__within=top)
    return _nodes(found, day)


def tops_as_of(scope: Scope, day: date) -> list[Node]:
    """Return the highest units of a day: without a centre, the provinces."""
    return _nodes(_seen(scope).filter(parent=None), day)


def unit_as_of(unit: Unit, day: date) -> Node | None:
    """Return what a unit in scope was on a day, None when it was not."""
    found = _nodes(versions("a unit already in scope").filter(unit_id=unit.pk), day)
    return found[0] if found else None


def ancestors_as_of(unit: Unit, day: date) -> list[Node]:
    """Return the units that stood above on a day, the top first: names only lead the way, so no scope is asked."""
    now = unit_as_of(unit, day)
    if now is None:
        return []
    paths = rules.ancestor_paths(now.path)[:-1]
    return _nodes(versions("the way to a unit already in scope").filter(path__in=paths), day)


def children_as_of(unit: Unit, day: date) -> list[Node]:
    """Return the units that stood right below on a day."""
    return _nodes(versions("below a unit already in scope").filter(parent_id=unit.pk), day)


def subtree_as_of(unit: Unit, day: date) -> list[Node]:
    """Return everything that stood below a unit on a day, without itself, parents before their children."""
    now = unit_as_of(unit, day)
    if now is None:
        return []
    return _nodes(versions("below a unit already in scope").filter(path__startswith=f"{now.path}/"), day)


def matching_as_of(scope: Scope, words: str, day: date) -> list[Node]:
    """Return the units of a day whose name of that day has these words, accents or not."""
    found = _seen(scope)
    for word in text.folded(words).split():
        found = found.filter(folded_name__contains=word)
    return _nodes(found, day)


def names_as_of(codes: Collection[str], day: date) -> dict[str, str]:
    """Return what units were called on a day, by code: for documents of that day. Names only."""
    found = versions("names in sentences").filter(unit__code__in=codes, during__contains=day)
    return dict(found.values_list("unit__code", "name"))


def steps(codes: Collection[str], *, from_day: date, to_day: date) -> list[Step]:
    """Return every change that parts of these units went through from one day's map to another's, earlier or later.

    One query for each change that follows another: most units went through none or one.
    """
    is_ahead = to_day >= from_day
    days = {"early": min(from_day, to_day), "late": max(from_day, to_day)}
    whole, known = lineage.fraction, _CHANGES
    found: list[Step] = []
    asked: set[str] = set()
    wanted = set(codes)
    with connection.cursor() as cursor:
        while wanted:
            asked |= wanted
            cursor.execute(_AHEAD if is_ahead else _BACK, {**days, "codes": list(wanted)})
            wanted = set()
            for giver, taker, on, kind, share, share_back, goes_on in cursor.fetchall():
                found.append(Step(giver, taker, on, known[kind], whole(share), whole(share_back)))
                if goes_on:
                    wanted.add(taker if is_ahead else giver)
            wanted -= asked
    return found


def successors(unit: Unit, *, since: date, until: date) -> list[Part]:
    """Return what has become of a unit between two days, largest part first; itself when nothing has."""
    found = steps([unit.code], from_day=since, to_day=until)
    return lineage.parts(unit.code, found, from_day=since, to_day=until)


def predecessors(unit: Unit, *, at: date, before: date) -> list[Part]:
    """Return what a unit, as it was at a day, was made of on an earlier day, largest part first."""
    found = steps([unit.code], from_day=at, to_day=before)
    return lineage.parts(unit.code, found, from_day=at, to_day=before)


def restated(amounts: Amounts, *, from_day: date, to_day: date) -> dict[str, Fraction]:
    """Return amounts counted by units of one day by the units of another; the total stays the same to the last unit.

    Forwards by the part of each unit that went on, backwards by the part of each that came from there. Amounts of a
    unit and of one above it must not be mixed: that would be counting twice.
    """
    return lineage.restated(
        amounts, steps(amounts.keys(), from_day=from_day, to_day=to_day), from_day=from_day, to_day=to_day
    )


def unit_ever(scope: Scope, code: str) -> Unit:
    """Return the unit with the code, also a closed one, with the unit above it; or raise `NotFound`."""
    unit: Unit | None = Unit.objects.within(scope, "orgs.view").filter(code=code).select_related("parent").first()
    if unit is None:
        raise NotFound
    return unit


def versions(reason: str) -> ScopedQuerySet[UnitVersion]:
    """Return what every unit was on every day; callers narrow it to units already in scope."""
    found: ScopedQuerySet[UnitVersion] = UnitVersion.objects.unscoped(reason)
    return found


def _seen(scope: Scope) -> ScopedQuerySet[UnitVersion]:
    """Return the versions of the units this scope may see: units first, or every version of the country is read."""
    if scope.everywhere:
        return versions("the scope sees every unit")
    units = Unit.objects.within(scope, "orgs.view").values("pk")
    return versions("narrowed to units within the scope").filter(one_of("unit_id", units))


def _nodes(found: ScopedQuerySet[UnitVersion], day: date) -> list[Node]:
    """Return the rows that hold on the day, in the order of their paths."""
    rows: Iterable[tuple[str, str, str]] = (
        found.filter(during__contains=day).order_by("path").values_list("path", "name", "level")
    )
    return list(map(Node._make, rows))
