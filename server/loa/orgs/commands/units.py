"""Bringing units in, and adding hamlets."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Max

from loa.kernel import text
from loa.kernel.command import Place, command, note
from loa.kernel.scope import Scope
from loa.orgs import chronicle, gazetteer, rules
from loa.orgs.changes import Plan
from loa.orgs.models import LegalBasis, Level, Unit, UnitVersion
from loa.orgs.refusals import ChangeAhead, CodeTaken, UnitsThere, WrongLevel

_WHY = "the command asked for the right at the province"


def import_units(scope: Scope, *, province_code: str = "26", as_of: date | None = None) -> int:
    """Bring a province of the list before July 2025 with its districts and communes; return how many units it had.

    An empty code brings the whole country. Run again it mends names and coordinates and adds what is missing; it
    removes nothing. With `as_of` on or after the reform, the reform is brought along as history, so that the units of
    today stand and those of old are known; then none of the units may be there yet.
    """
    provinces = [province_code] if province_code else list(gazetteer.province_names())
    entries = [entry for code in provinces for entry in gazetteer.read(code)]
    place = Place(scope_path=province_code, audit_name=f"unit:{province_code or '*'}")
    if as_of is None or as_of < gazetteer.EFFECTIVE_ON:
        return keep_units(scope, place, entries=entries)
    plan = gazetteer.reform_2025(*([province_code] if province_code else []))
    return keep_units_of_today(scope, place, entries=entries, plan=plan)


@command("orgs.administer")
def keep_units(scope: Scope, province: Place, /, *, entries: Sequence[gazetteer.Entry]) -> int:
    """Add or mend the units of a list, upper levels first; return how many it has.

    A unit that officially has another name or place than the list says is left as it is: that is changed at the desk.
    """
    codes = [entry.code for entry in entries]
    known = set(Unit.objects.unscoped(_WHY).filter(code__in=codes).values_list("code", flat=True))
    lasting = UnitVersion.objects.unscoped(_WHY).filter(unit__code__in=known, during__endswith=None)
    same = set(lasting.values_list("path", "name"))
    kept: dict[str, Unit] = {}
    for level in rules.Level:
        listed = [entry for entry in entries if entry.level is level]
        new = [one for one in listed if one.code not in known and (not one.parent_path or one.parent_path in kept)]
        mended = [one for one in listed if (_path(one), one.name) in same]
        Unit.objects.unscoped(_WHY).bulk_create(
            [_unit_of(entry, kept) for entry in (*new, *mended)],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "folded_name", "sort_order", "latitude", "longitude"],
            batch_size=2_000,
        )
        stored = Unit.objects.unscoped(_WHY).filter(code__in=[entry.code for entry in listed])
        kept |= {unit.path: unit for unit in stored}
    note(units=len(entries))
    return len(entries)


@command("orgs.administer")
def keep_units_of_today(scope: Scope, province: Place, /, *, entries: Sequence[gazetteer.Entry], plan: Plan) -> int:
    """Bring units of old together with the reform they went through, as history; return how many units there were.

    Raises `UnitsThere` when one of them is kept already: what happens to units at work is decided at the desk.
    """
    codes = [entry.code for entry in entries] + [opening.code for opening in plan.opens]
    there: Unit | None = Unit.objects.unscoped(_WHY).filter(code__in=codes).order_by("path").first()
    if there is not None:
        raise UnitsThere(name=there.name)
    count = keep_units(scope, province, entries=entries)
    basis, _is_new = LegalBasis.objects.get_or_create(
        number=gazetteer.DECISION.number,
        issuer=gazetteer.DECISION.issuer,
        defaults={"title": gazetteer.DECISION.title, "issued_on": gazetteer.DECISION.issued_on},
    )
    chronicle.write(plan, on=gazetteer.EFFECTIVE_ON, basis=basis, order=gazetteer.order())
    note(parts=len(plan.edges))
    return count


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
    opened_on: date | None = None,
    is_demo: bool = False,
) -> Unit:
    """Add a hamlet or residential group below a commune. The code is unique in the country: `08707.01`.

    Without `opened_on` it has been there as long as the commune in its present form. Raises `ChangeAhead` when a change
    of the commune is approved: on that day the hamlet would be nobody's.
    """
    level = Level.objects.get(pk=rules.Level.HAMLET.value)
    if unit.level not in level.below or unit.is_closed:
        raise WrongLevel
    if Unit.objects.unscoped("codes are unique everywhere").filter(code=code).exists():
        raise CodeTaken(code=code)
    versions = UnitVersion.objects.unscoped("how the commune stands").filter(unit=unit).order_by("during")
    standing = versions.select_for_update(of=("self",)).last()
    if standing is None or standing.during.upper is not None or _is_ahead(standing, unit):
        raise ChangeAhead(name=unit.name)
    since = [day for day in (standing.during.lower, opened_on) if day is not None]
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
        opened_on=max(since, default=None),
        is_demo=is_demo,
    )
    note(hamlet=code)
    return hamlet


def _is_ahead(standing: UnitVersion, unit: Unit) -> bool:
    """Tell whether the last version has not been carried out yet."""
    return (standing.path, standing.name) != (unit.path, unit.name)


def _path(entry: gazetteer.Entry) -> str:
    return rules.path_below(entry.parent_path, entry.code)


def _unit_of(entry: gazetteer.Entry, kept: dict[str, Unit]) -> Unit:
    name = text.stored(entry.name)
    return Unit(
        code=entry.code,
        name=name,
        folded_name=text.folded(name),
        level=entry.level.value,
        parent=kept.get(entry.parent_path),
        path=_path(entry),
        sort_order=entry.sort_order,
        latitude=entry.latitude,
        longitude=entry.longitude,
    )
