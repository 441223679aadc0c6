"""Reading what a unit was, from its first day to its last, and every change it had a part in."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from loa.kernel.command import Place
from loa.kernel.lookups import one_of
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import lineage, rules
from loa.orgs.models import LegalBasis, Level, Lineage, Unit, UnitVersion
from loa.orgs.queries.lineage import subtree_as_of, versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a unit was in a stretch of days; None is open. `parent` is the name of the unit above, empty for the top."""

    name: str
    level: str
    parent: str
    path: str
    start_on: date | None
    end_on: date | None
    basis: LegalBasis | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A part of a unit that went to another on a day, with the names they had."""

    on: date
    kind: rules.Change
    predecessor: str
    predecessor_name: str
    successor: str
    successor_name: str
    share: Fraction
    share_back: Fraction
    is_estimate: bool
    basis: LegalBasis | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many units of a level went into how many on a day."""

    level: str
    before: int
    after: int


def history(unit: Unit) -> list[Standing]:
    """Return all that a unit in scope was and will be, oldest first, each stretch with what it rests on."""
    rows = versions("a unit already in scope").filter(unit_id=unit.pk).select_related("basis").order_by("during")
    parents = [row.parent_id for row in rows if row.parent_id is not None]
    above: dict[int, list[UnitVersion]] = {}
    for version in versions("names of the units above").filter(unit_id__in=parents).order_by("during"):
        above.setdefault(version.unit_id, []).append(version)
    return [
        Standing(
            name=row.name,
            level=row.level,
            parent=_name_when(above.get(row.parent_id or 0, []), row),
            path=row.path,
            start_on=row.during.lower,
            end_on=row.during.upper,
            basis=row.basis,
        )
        for row in rows
    ]


def events(unit: Unit) -> list[Event]:
    """Return every change in which a unit in scope gave or took a part, oldest first."""
    parts: ScopedQuerySet[Lineage] = Lineage.objects.unscoped("a unit already in scope")
    # an array of which ones, then these: joined at once, the planner takes them for thousands and reads every unit
    few = parts.filter(Q(predecessor_id=unit.pk) | Q(successor_id=unit.pk)).values("pk")
    rows = list(parts.filter(one_of("pk", few)).select_related("basis").order_by("on", "predecessor__sort_order", "pk"))
    named = _names_around({row.predecessor_id for row in rows} | {row.successor_id for row in rows})
    return [
        Event(
            on=row.on,
            kind=rules.Change(row.kind),
            predecessor=named[row.predecessor_id][0].code,
            predecessor_name=_name_on(named[row.predecessor_id], row.on, is_before=True),
            successor=named[row.successor_id][0].code,
            successor_name=_name_on(named[row.successor_id], row.on, is_before=False),
            share=lineage.fraction(row.share),
            share_back=lineage.fraction(row.share_back),
            is_estimate=row.is_estimate,
            basis=row.basis,
        )
        for row in rows
    ]


def tallies(unit: Unit, on: date) -> list[Tally]:
    """Return how many units of each level went into how many, in what a unit in scope was made of on a day."""
    there = [node.code for node in subtree_as_of(unit, on)]
    found = Lineage.objects.unscoped("below a unit already in scope").filter(on=on, successor__code__in=there)
    pairs = list(found.values_list("predecessor__code", "successor__code"))
    before = _levels({one for one, _other in pairs}, on - timedelta(days=1))
    after = _levels({other for _one, other in pairs}, on)
    return [Tally(level=level, before=before[level], after=after[level]) for level in sorted(before | after)]


def levels() -> list[Level]:
    """Return every level there is or was, the highest first."""
    return list(Level.objects.order_by("rank"))


def tops() -> list[str]:
    """Return the paths of the units at the top: what is everybody's needs a right at each."""
    found = Unit.objects.unscoped("where the deployment begins").filter(parent=None, closed_on=None)
    return list(found.order_by("path").values_list("path", flat=True))


def may_change_levels(scope: Scope) -> bool:
    """Tell whether who asks administers every top: levels are everybody's."""
    return all(scope.can("orgs.administer", path) for path in tops())


def country() -> Place:
    """Return what a command on levels acts on: the deployment as a whole, by its first top."""
    tops = Unit.objects.unscoped("a name for the record").filter(parent=None, closed_on=None)
    return Place(scope_path=tops.order_by("path").values_list("path", flat=True).first() or "", audit_name="levels")


def _levels(codes: Collection[str], day: date) -> Counter[str]:
    found = versions("levels of units already in scope").filter(unit__code__in=codes, during__contains=day)
    return Counter(found.values_list("level", flat=True))


def _name_when(above: Sequence[UnitVersion], row: UnitVersion) -> str:
    """Return what the parent was called when the stretch began, or was first written down."""
    first = row.during.lower
    return next((one.name for one in above if first is None or _covers(one.during, first)), "")


def _covers(during: DateRange, day: date) -> bool:
    return (during.lower is None or during.lower <= day) and (during.upper is None or day < during.upper)


class _Called(NamedTuple):
    """What a unit was called in a stretch of days."""

    code: str
    name: str
    during: DateRange


def _names_around(unit_ids: Collection[int]) -> Mapping[int, list[_Called]]:
    """Return what units were called, oldest first; every unit has been called something."""
    named: dict[int, list[_Called]] = {pk: [] for pk in unit_ids}
    kept = versions("names of those who gave and took").filter(unit_id__in=unit_ids).order_by("during")
    for pk, path, name, during in kept.values_list("unit_id", "path", "name", "during"):
        named[pk].append(_Called(path.rpartition("/")[2], name, during))
    return named


def _name_on(called: Sequence[_Called], day: date, *, is_before: bool) -> str:
    """Return the name on the day, or on the eve of it."""
    fitting = [
        one
        for one in called
        if (one.during.lower is None or one.during.lower < day if is_before else _covers(one.during, day))
    ]
    return fitting[-1].name if fitting else ""
