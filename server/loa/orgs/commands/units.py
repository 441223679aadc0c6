"""Bringing units in, and adding hamlets."""

from collections.abc import Sequence

from django.db.models import Max

from loa.kernel import text
from loa.kernel.command import Place, command, note
from loa.kernel.scope import Scope
from loa.orgs import gazetteer, rules
from loa.orgs.models import Unit
from loa.orgs.refusals import CodeTaken, WrongLevel


def import_units(scope: Scope, *, province_code: str = "26") -> int:
    """Bring a province with its districts and communes from the national list; return how many units it has.

    Run again it mends names and coordinates and adds what is missing; it removes nothing.
    """
    entries = gazetteer.read(province_code)
    return keep_units(scope, Place(scope_path=province_code, audit_name=f"unit:{province_code}"), entries=entries)


@command("orgs.administer")
def keep_units(scope: Scope, province: Place, /, *, entries: Sequence[gazetteer.Entry]) -> int:
    """Add or mend the units of a list, upper levels first; return how many it has."""
    kept: dict[str, Unit] = {}
    for level in rules.Level:
        of_level = [_unit_of(entry, kept) for entry in entries if entry.level is level]
        Unit.objects.unscoped("the command asked for the right at the province").bulk_create(
            of_level,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "folded_name", "sort_order", "latitude", "longitude"],
        )
        codes = [unit.code for unit in of_level]
        stored = Unit.objects.unscoped("as above").filter(code__in=codes)
        kept |= {unit.path: unit for unit in stored}
    note(units=len(entries))
    return len(entries)


@command("orgs.administer")
def add_hamlet(
    scope: Scope,
    unit: Unit,
    /,
    *,
    name: str,
    code: str,
    latitude: float | None = None,
    longitude: float | None = None,
    is_demo: bool = False,
) -> Unit:
    """Add a hamlet or residential group below a commune. The code is unique in the country: `08707.01`."""
    if not rules.can_stand_below(rules.Level.HAMLET, rules.Level(unit.level)):
        raise WrongLevel
    if Unit.objects.unscoped("codes are unique everywhere").filter(code=code).exists():
        raise CodeTaken(code=code)
    siblings = Unit.objects.unscoped("numbering below the commune").filter(parent=unit)
    last: int | None = siblings.aggregate(last=Max("sort_order"))["last"]
    kept = text.stored(name).strip()
    hamlet: Unit = Unit.objects.create(
        code=code,
        name=kept,
        folded_name=text.folded(kept),
        level=rules.Level.HAMLET.value,
        parent=unit,
        path=rules.path_below(unit.path, code),
        sort_order=(last or unit.sort_order) + 1,
        latitude=latitude,
        longitude=longitude,
        is_demo=is_demo,
    )
    note(hamlet=code)
    return hamlet


def _unit_of(entry: gazetteer.Entry, kept: dict[str, Unit]) -> Unit:
    name = text.stored(entry.name)
    return Unit(
        code=entry.code,
        name=name,
        folded_name=text.folded(name),
        level=entry.level.value,
        parent=kept.get(entry.parent_path),
        path=rules.path_below(entry.parent_path, entry.code),
        sort_order=entry.sort_order,
        latitude=entry.latitude,
        longitude=entry.longitude,
    )
