"""Changing units and who may do what there."""

from collections.abc import Sequence

from django.db.models import Max

from loa.accounts import commands as accounts
from loa.accounts.models import User
from loa.kernel import text
from loa.kernel.command import Place, command, note
from loa.kernel.scope import Scope
from loa.orgs import gazetteer, rules
from loa.orgs.models import Grant, Unit
from loa.orgs.refusals import CodeTaken, OwnRights, WrongLevel


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


@command("orgs.administer")
def grant(scope: Scope, unit: Unit, /, *, user: User, role: rules.Role) -> Grant:
    """Give a person a role at a unit, for it and everything below; twice is once."""
    held: Grant
    held, is_new = Grant.objects.unscoped("the command asked").get_or_create(user=user, role=role.value, unit=unit)
    if not user.unit_path:
        accounts.settle(scope, Place(scope_path=unit.path, audit_name=user.audit_name), user=user)
    note(user=user.pk, role=role.value, new=is_new)
    return held


@command("orgs.administer")
def withdraw(scope: Scope, held: Grant, /) -> None:
    """Take a role from a person. Nobody takes their own: a province must not lock itself out."""
    if scope.actor.id == str(held.user_id):
        raise OwnRights
    note(user=held.user_id, role=held.role)
    Grant.objects.unscoped("the command asked").filter(pk=held.pk).delete()


@command("orgs.administer")
def add_person(scope: Scope, unit: Unit, /, *, username: str, full_name: str, password: str, role: rules.Role) -> User:
    """Open an account at a unit with its first role; the password is for one sign-in."""
    user = accounts.create_user(
        scope, username=username, full_name=full_name, password=password, unit_path=unit.path, must_change=True
    )
    grant(scope, unit, user=user, role=role)
    note(user=user.pk)
    return user


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
