"""Reading the units of today: by code, by path, by name, above and below."""

from collections.abc import Collection, Mapping
from typing import Any  # Any: rows of any table

from django.db.models import CharField, Count, F, Func, Q, Value

from loa.kernel import text
from loa.kernel.errors import NotFound
from loa.kernel.lookups import one_of
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import rules
from loa.orgs.models import Unit


def units(scope: Scope) -> ScopedQuerySet[Unit]:
    """Return the units this scope may see, as in the official list."""
    return _ordered(Unit.objects.within(scope, "orgs.view"))


def seen_codes(scope: Scope) -> frozenset[str]:
    """Return the codes of all units this scope may see, closed ones too: what a list of units may be held against."""
    return frozenset(Unit.objects.within(scope, "orgs.view").values_list("code", flat=True))


def unit_by_code(scope: Scope, code: str) -> Unit:
    """Return the unit with the official code, or raise `NotFound`."""
    return _one(units(scope).filter(code=code))


def units_by_id(ids: Collection[int]) -> ScopedQuerySet[Unit]:
    """Return units whose ids the caller keeps and was allowed to know, closed ones too."""
    return _ordered(Unit.objects.unscoped("units that the caller's own row names").filter(pk__in=list(ids)))


def unit_by_path(scope: Scope, path: str) -> Unit:
    """Return the unit at the path, or raise `NotFound`."""
    return _one(units(scope).filter(path=path))


def descendants(unit: Unit) -> ScopedQuerySet[Unit]:
    """Return everything below a unit, without itself. Whoever holds the unit holds what is below."""
    return _ordered(Unit.objects.unscoped("below a unit already in scope").filter(path__startswith=f"{unit.path}/"))


def ancestors(unit: Unit) -> list[Unit]:
    """Return the units above, the province first: names only lead the way, so no scope is asked."""
    paths = rules.ancestor_paths(unit.path)[:-1]
    return list(Unit.objects.unscoped("the way to a unit already in scope").filter(path__in=paths).order_by("path"))


def choices_for(scope: Scope, permission: str, *, channel: str = "") -> ScopedQuerySet[Unit]:
    """Return the units where the permission holds, for what goes out on a channel: what a form may offer."""
    return _ordered(Unit.objects.within(scope, permission, channel=channel))


def matching(scope: Scope, words: str) -> ScopedQuerySet[Unit]:
    """Return the units whose name has these words, accents or not."""
    found = units(scope)
    for word in text.folded(words).split():
        found = found.filter(folded_name__contains=word)
    return found


def names_of_places(paths: Collection[str]) -> Mapping[str, str]:
    """Return the name of the unit at each path, or of the nearest above it; for sentences only."""
    wanted = {above for path in paths for above in rules.ancestor_paths(path)}
    found = Unit.objects.unscoped("names in sentences").filter(path__in=wanted).values_list("path", "name")
    names: dict[str, str] = dict(found)
    return {path: _nearest(path, names) for path in paths}


def communes_of(paths: Collection[str]) -> Mapping[str, str]:
    """Return the name of the commune in which each path lies; a path above all communes is left out. Names only."""
    above = {path: set(rules.ancestor_paths(path)) for path in paths}
    wanted = Unit.objects.unscoped("names beside things already in scope").filter(
        level=rules.Level.COMMUNE, path__in=set().union(*above.values())
    )
    names = dict(wanted.values_list("path", "name"))
    return {path: names[commune] for path, lines in above.items() for commune in lines & names.keys()}


def inside(unit: Unit, lookup: str) -> Q:
    """Return the condition that what a lookup leads to, a path of today, is the unit's own or lies below."""
    return Q(**{f"{lookup}__within": unit.path})


def stands_inside(path: str, field: str) -> Func:
    """Return the condition that a key to a unit leads to the one of this path or below: for counting much at once.

    The units are looked up first: joined, each would be visited by itself, and with it the same pages again and again.
    """
    return one_of(field, Unit.objects.unscoped("the caller says whose path").filter(path__within=path).values("pk"))


def child_code(unit: Unit, lookup: str) -> Func:
    """Return the code of the unit right below this one in which a path of today lies; "" is this one itself.

    What the lookup leads to must lie inside the unit: closed units lie where their history is kept.
    """
    place = unit.path.count("/") + 2
    return Func(F(lookup), Value("/"), Value(place), function="split_part", output_field=CharField())


def by_child(unit: Unit, kinds: Mapping[str, tuple[ScopedQuerySet[Any], str]]) -> dict[str, dict[str, int]]:
    """Return how many rows of each kind lie in each unit right below this one, by its code: one query for all.

    Each kind comes with the lookup of its rows' path; the rows lie inside the unit.
    """
    counted: dict[str, dict[str, int]] = {kind: {} for kind in kinds}
    counts = [
        rows.order_by().values_list(Value(kind), child_code(unit, lookup)).annotate(Count("pk"))
        for kind, (rows, lookup) in kinds.items()
    ]
    if counts:
        for kind, code, count in counts[0].union(*counts[1:], all=True):
            counted[kind][code] = count
    return counted


def _one(found: ScopedQuerySet[Unit]) -> Unit:
    unit = found.first()
    if unit is None:
        raise NotFound
    return unit


def _ordered(found: ScopedQuerySet[Unit]) -> ScopedQuerySet[Unit]:
    return found.order_by("sort_order", "path")


def _nearest(path: str, names: Mapping[str, str]) -> str:
    return next((names[above] for above in reversed(rules.ancestor_paths(path)) if above in names), path)
