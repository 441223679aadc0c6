"""Deciding who may do what where."""

from datetime import datetime

from django.db.models import F, Func
from django.db.models.functions import Lower

from loa.accounts import commands as accounts
from loa.accounts.models import User
from loa.kernel import clock
from loa.kernel.command import Place, command, note
from loa.kernel.scope import Scope
from loa.orgs import queries
from loa.orgs.models import Grant, Unit
from loa.orgs.refusals import OwnRights


@command("orgs.administer")
def grant(scope: Scope, unit: Unit, /, *, user: User, role: str) -> Grant:
    """Give a person a role, by its code, at a unit, for it and everything below; twice is once."""
    standing = queries.standing(at=clock.now()).filter(user=user, role=role, unit=unit)
    found: Grant | None = standing.filter(device_id=None, channel="", is_here_only=False).first()
    held = found or Grant.objects.create(user=user, role_id=role, unit=unit, granted_by=scope.actor.id)
    if not user.unit_path:
        accounts.settle(scope, Place(scope_path=unit.path, audit_name=user.audit_name), user=user)
    note(user=user.pk, role=role, new=found is None)
    return held


@command("orgs.administer")
def withdraw(scope: Scope, held: Grant, /, *, now: datetime) -> None:
    """Take a role from a person from now on. Nobody takes their own: a province must not lock itself out."""
    if scope.actor.id == str(held.user_id):
        raise OwnRights
    note(user=held.user_id, role=held.role_id)
    running = Grant.objects.unscoped("the command asked").filter(pk=held.pk, during__contains=now)
    running.update(during=Func(Lower(F("during")), now, function="tstzrange"))


@command("orgs.administer")
def add_person(scope: Scope, unit: Unit, /, *, username: str, full_name: str, password: str, role: str) -> User:
    """Open an account at a unit with its first role; the password is for one sign-in."""
    user = accounts.create_user(
        scope, username=username, full_name=full_name, password=password, unit_path=unit.path, must_change=True
    )
    grant(scope, unit, user=user, role=role)
    note(user=user.pk)
    return user
