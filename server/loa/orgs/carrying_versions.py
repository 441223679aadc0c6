"""Writes what units will be from a day on, before that day comes; and takes it back."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Func, Value
from django.db.models.functions import Lower

from loa.kernel import text
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import planning
from loa.orgs.changes import Edge, Opening, Plan
from loa.orgs.models import Lineage, Reorganisation, Unit, UnitVersion
from loa.orgs.planning import After, Standing, Tree
from loa.orgs.refusals import TouchedSince

_WHY = "a change of units was approved"
_DIGITS = 10


def write(reorganisation: Reorganisation, plan: Plan, *, tree: Tree, outcome: After) -> dict[str, list[str]]:
    """Write versions and lineage from the day on, and units which nobody had before; return the codes of each kind.

    A unit that is still to open is kept closed until its day, so that no list shows it.
    """
    on = reorganisation.effective_on
    changed = planning.changed(tree, outcome)
    opened = [opening.code for opening in plan.opens]
    ended = sorted((changed & tree.keys()) | set(plan.closes))
    ids = _ids([*ended, *changed, *outcome.heirs.values()])
    _open(plan.opens, outcome, on=on, ids=ids)
    ids |= _ids([unit.parent for unit in outcome.units.values() if unit.code in changed and unit.parent])
    standing = UnitVersion.objects.unscoped(_WHY).filter(unit__in=[ids[code] for code in ended])
    standing.filter(during__contains=on).update(during=_until(on))
    brought = set(
        UnitVersion.objects.unscoped("the trigger wrote these with their units")
        .filter(unit__code__in=opened, during__startswith=on)
        .values_list("unit__code", flat=True)
    )
    news = [_version(reorganisation, outcome.units[code], outcome, ids) for code in sorted(changed - brought)]
    UnitVersion.objects.bulk_create(news, batch_size=2000)
    _write_lineage(reorganisation, plan.edges)
    return {"opened": opened, "changed": sorted(changed & tree.keys()), "closed": list(plan.closes)}


def take_back(reorganisation: Reorganisation, kept: Mapping[str, Sequence[str]]) -> None:
    """Remove versions and lineage that were written for a day which has not come; units go on as they were.

    Raises `TouchedSince` where a later approved change builds on them.
    """
    on = reorganisation.effective_on
    versions = UnitVersion.objects.unscoped(_WHY)
    codes = [*kept["opened"], *kept["changed"]]
    _demand_last(versions.filter(during__startswith__gte=on), codes, on=on)
    Lineage.objects.unscoped(_WHY).filter(reorganisation=reorganisation).delete()
    versions.filter(unit__code__in=codes, during__startswith=on).delete()
    ended = versions.filter(unit__code__in=[*kept["changed"], *kept["closed"]], during__endswith=on)
    ended.update(during=_until(None))


def _demand_last(ahead: ScopedQuerySet[UnitVersion], codes: Sequence[str], *, on: date) -> None:
    ended = ahead.filter(unit__code__in=codes, during__startswith=on, during__endswith__isnull=False)
    below = ahead.filter(parent__code__in=codes, during__startswith__gt=on)
    later = {*ended.values_list("unit__code", flat=True), *below.values_list("parent__code", flat=True)}
    if later:
        raise TouchedSince(codes=", ".join(sorted(later)[:5]))


def _open(openings: Sequence[Opening], outcome: After, *, on: date, ids: dict[str, int]) -> None:
    """Make the rows of units that open, upper ones first; one whose opening was undone before gets its row back."""
    known = _ids([opening.code for opening in openings] + [opening.parent for opening in openings])
    ids |= known
    for opening in sorted(openings, key=lambda opening: outcome.path(opening.code).count("/")):
        if opening.code in known:
            _refresh(opening, outcome, ids, on=on)
        else:
            unit = Unit(code=opening.code, opened_on=on, closed_on=on, **_columns(opening, outcome, ids))
            unit.save(force_insert=True)
            ids[opening.code] = unit.pk


def _refresh(opening: Opening, outcome: After, ids: Mapping[str, int], *, on: date) -> None:
    """Give a row that never opened its new columns; one that was open before keeps them until its day."""
    never_open = Unit.objects.unscoped(_WHY).filter(code=opening.code, versions=None)
    if never_open.exists():
        rows = Unit.objects.unscoped(_WHY).filter(code=opening.code)
        rows.update(opened_on=on, closed_on=on, **_columns(opening, outcome, ids))


def _columns(opening: Opening, outcome: After, ids: Mapping[str, int]) -> dict[str, object]:
    name = text.stored(opening.name).strip()
    return {
        "name": name,
        "folded_name": text.folded(name),
        "level": opening.level,
        "parent_id": ids[opening.parent] if opening.parent else None,
        "path": outcome.path(opening.code),
        "sort_order": opening.sort_order,
        "latitude": opening.latitude,
        "longitude": opening.longitude,
    }


def _version(reorganisation: Reorganisation, unit: Standing, outcome: After, ids: Mapping[str, int]) -> UnitVersion:
    return UnitVersion(
        unit_id=ids[unit.code],
        name=text.stored(unit.name).strip(),
        level=unit.level,
        parent_id=ids[unit.parent] if unit.parent else None,
        path=outcome.path(unit.code),
        during=DateRange(reorganisation.effective_on, None),
        basis_id=reorganisation.basis_id,
    )


def _write_lineage(reorganisation: Reorganisation, edges: Sequence[Edge]) -> None:
    ids = _ids([code for edge in edges for code in (edge.predecessor, edge.successor)])
    shares = decimals([(edge.predecessor, edge.share) for edge in edges])
    backs = decimals([(edge.successor, edge.share_back) for edge in edges])
    Lineage.objects.bulk_create(
        [
            Lineage(
                predecessor_id=ids[edge.predecessor],
                successor_id=ids[edge.successor],
                on=reorganisation.effective_on,
                kind=edge.kind.value,
                share=share,
                share_back=back,
                is_estimate=edge.is_estimate,
                basis_id=reorganisation.basis_id,
                reorganisation=reorganisation,
            )
            for edge, share, back in zip(edges, shares, backs, strict=True)
        ],
        batch_size=2000,
    )


def decimals(parts: Sequence[tuple[str, Fraction]]) -> list[Decimal]:
    """Return fractions as decimals of ten digits, so that those of one name add up to exactly what they did."""
    written = [int(part * 10**_DIGITS) for _, part in parts]
    places: dict[str, list[int]] = {}
    for index, (name, _) in enumerate(parts):
        places.setdefault(name, []).append(index)
    for mine in places.values():
        missing = int(sum(parts[index][1] for index in mine) * 10**_DIGITS) - sum(written[index] for index in mine)
        rest = sorted(mine, key=lambda index: written[index] - parts[index][1] * 10**_DIGITS)
        for index in rest[:missing]:
            written[index] += 1
    return [Decimal(digits).scaleb(-_DIGITS) for digits in written]


def _until(day: date | None) -> Func:
    return Func(Lower(F("during")), Value(day), function="daterange")


def _ids(codes: Sequence[str]) -> dict[str, int]:
    found = Unit.objects.unscoped("codes of a plan").filter(code__in=set(codes))
    return dict(found.values_list("code", "pk"))
