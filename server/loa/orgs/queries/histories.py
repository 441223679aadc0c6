"""Reading what a unit was, from its first day to its last, and every change it had a part in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Q

from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import lineage, rules
from loa.orgs.models import LegalBasis, Lineage, Unit, UnitVersion
from loa.orgs.queries.lineage import versions


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
    basis: LegalBasis | None


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
    found: ScopedQuerySet[Lineage] = Lineage.objects.unscoped("a unit already in scope").filter(
        Q(predecessor_id=unit.pk) | Q(successor_id=unit.pk)
    )
    rows = list(
        found.select_related("predecessor", "successor", "basis").order_by("on", "predecessor__sort_order", "pk")
    )
    named = _names_around({row.predecessor_id for row in rows} | {row.successor_id for row in rows})
    return [
        Event(
            on=row.on,
            kind=rules.Change(row.kind),
            predecessor=row.predecessor.code,
            predecessor_name=_name_on(named[row.predecessor_id], row.on, is_before=True),
            successor=row.successor.code,
            successor_name=_name_on(named[row.successor_id], row.on, is_before=False),
            share=lineage.fraction(row.share),
            share_back=lineage.fraction(row.share_back),
            basis=row.basis,
        )
        for row in rows
    ]


def _name_when(above: Sequence[UnitVersion], row: UnitVersion) -> str:
    """Return what the parent was called when the stretch began, or was first written down."""
    return next((one.name for one in above if row.during.lower is None or _covers(one, row.during.lower)), "")


def _covers(version: UnitVersion, day: date) -> bool:
    start, end = version.during.lower, version.during.upper
    return (start is None or start <= day) and (end is None or day < end)


def _names_around(unit_ids: Collection[int]) -> Mapping[int, list[UnitVersion]]:
    named: dict[int, list[UnitVersion]] = {pk: [] for pk in unit_ids}
    for version in versions("names of those who gave and took").filter(unit_id__in=unit_ids).order_by("during"):
        named[version.unit_id].append(version)
    return named


def _name_on(versions: Sequence[UnitVersion], day: date, *, is_before: bool) -> str:
    """Return the name on the day, or on the eve of it."""
    fitting = [
        one
        for one in versions
        if (one.during.lower is None or one.during.lower < day if is_before else _covers(one, day))
    ]
    return fitting[-1].name if fitting else ""
