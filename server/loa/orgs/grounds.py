"""Reads the tree of a day as plans of change are held against it."""

from collections.abc import Collection
from datetime import date, timedelta

from loa.orgs.changes import Plan
from loa.orgs.judging import Ground
from loa.orgs.models import Level, Unit, UnitVersion
from loa.orgs.planning import LevelRule, Standing

_WHY = "a plan of change is held against the tree of its day"


def ground_for(plan: Plan, *, on: date, reopening: Collection[str] = ()) -> Ground:
    """Return the official tree on the eve of a day, with what is known of the days after. Reads all open units."""
    eve = on - timedelta(days=1)
    versions = UnitVersion.objects.unscoped(_WHY)
    standing = versions.filter(during__contains=eve)
    rows = standing.values_list("unit__code", "name", "level", "parent__code", "during")
    tree = {
        code: Standing(code=code, name=name, level=level, parent=parent or "", until=during.upper)
        for code, name, level, parent, during in rows
    }
    later = versions.filter(during__startswith__gte=on)
    opened = [opening.code for opening in plan.opens if opening.code not in tree]
    return Ground(
        tree=tree,
        levels=levels(on=on),
        reserved=set(versions.filter(unit__code__in=opened).values_list("unit__code", flat=True)),
        reopening=reopening,
        built_on=set(later.exclude(parent=None).values_list("parent__code", flat=True)),
    )


def levels(*, on: date) -> dict[str, LevelRule]:
    """Return the rules of all levels on a day."""
    kept = Level.objects.order_by("rank")
    return {
        level.code: LevelRule(rank=level.rank, below=frozenset(level.below), exists=_contains(level.during, on))
        for level in kept
    }


def present_tree(paths: Collection[str]) -> dict[str, Standing]:
    """Return the units that are open now at and below these paths, as their present columns say."""
    found = Unit.objects.unscoped(_WHY).filter(path__within=list(paths), closed_on=None)
    rows = found.values_list("code", "name", "level", "parent__code")
    return {
        code: Standing(code=code, name=name, level=level, parent=parent or "") for code, name, level, parent in rows
    }


def _contains(during: object, on: date) -> bool:
    lower, upper = getattr(during, "lower", None), getattr(during, "upper", None)
    return (lower is None or lower <= on) and (upper is None or on < upper)
