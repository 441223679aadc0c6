"""Changing accounts: by the person, or by whoever administers their unit."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from loa.accounts import passwords, ports, rules, sessions
from loa.accounts.models import PasswordKept, User
from loa.accounts.refusals import NameMissing, OwnAccount, PlainUsername, UsernameTaken, WrongPassword
from loa.kernel import text
from loa.kernel.command import Place, Placed, command, note
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope

_PLAIN = re.compile(r"[a-z0-9._-]{2,64}")


def create_user(
    scope: Scope,
    *,
    username: str,
    full_name: str,
    password: str,
    must_change: bool = True,
    unit_path: str = "",
    is_demo: bool = False,
) -> User:
    """Open an account at a unit. Without one only the system may, and only the system sees it."""
    return open_account(
        scope,
        Place(scope_path=unit_path, audit_name="user:new"),
        username=username,
        full_name=full_name,
        password=password,
        must_change=must_change,
        is_demo=is_demo,
    )


@command("accounts.administer")
def open_account(
    scope: Scope,
    home: Placed,
    /,
    *,
    username: str,
    full_name: str,
    password: str,
    must_change: bool,
    is_demo: bool = False,
) -> User:
    """Open an account that belongs to a unit."""
    name, full = rules.kept_username(username), text.stored(full_name).strip()
    if _PLAIN.fullmatch(name) is None:
        raise PlainUsername
    if not full:
        raise NameMissing
    passwords.refuse_weak(password, about=[name, full])
    user = User(
        username=name, full_name=full, unit_path=home.scope_path, must_change_password=must_change, is_demo=is_demo
    )
    user.password = passwords.hashed(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as taken:
        raise UsernameTaken(username=name) from taken
    note(user=user.pk)
    return user


@command("accounts.administer")
def settle(scope: Scope, home: Placed, /, *, user: User) -> None:
    """Let an account without a unit belong to this one."""
    if User.objects.filter(pk=user.pk, unit_path="").update(unit_path=home.scope_path):
        user.unit_path = home.scope_path
        note(user=user.pk)


@command("accounts.administer")
def rehome(scope: Scope, home: Placed, /, *, former: Sequence[str], only: Sequence[int] | None = None) -> list[int]:
    """Let the people who belong to one of these former paths belong to the unit; return who they are.

    A change of units does this, by system scope: whoever may only administer the new unit moves nobody from elsewhere.
    """
    if not scope.everywhere:
        raise NotFound
    found = User.objects.filter(unit_path__in=list(former))
    if only is not None:
        found = found.filter(pk__in=list(only))
    moved = sorted(found.values_list("pk", flat=True))
    User.objects.filter(pk__in=moved).update(unit_path=home.scope_path)
    note(users=len(moved))
    return moved


@command("accounts.own")
def change_password(scope: Scope, user: User, /, *, old: str, new: str, now: datetime, keep_session: str = "") -> None:
    """Change the own password and end every other session."""
    if not passwords.is_right(old, user.password):
        raise WrongPassword
    passwords.refuse_weak(new, about=[user.username, user.full_name], present=user.password, earlier=_earlier(user))
    _keep_password(user, new, must_change=False, now=now)
    note(ended=sessions.end(user, keep=keep_session), at=now)


@command("accounts.administer", needs_fresh=True)
def reset_password(scope: Scope, user: User, /, *, password: str, now: datetime) -> None:
    """Set a password for one sign-in and end every session of a person all of whose rights are in reach."""
    ports.demand_reach(scope, user, opens=True)
    passwords.refuse_weak(password, about=[user.username, user.full_name], present=user.password)
    _keep_password(user, password, must_change=True, now=now)
    note(ended=sessions.end(user), at=now)


@command("accounts.administer")
def deactivate(scope: Scope, user: User, /) -> None:
    """Close an account and end its sessions; what the person did stays theirs. All of their rights are in reach."""
    if scope.actor.id == str(user.pk):
        raise OwnAccount
    ports.demand_reach(scope, user, opens=False)
    _keep_active(user, is_active=False)
    note(ended=sessions.end(user))


@command("accounts.administer", needs_fresh=True)
def reactivate(scope: Scope, user: User, /) -> None:
    """Open a closed account again, with whatever rights did not end meanwhile."""
    ports.demand_reach(scope, user, opens=True)
    _keep_active(user, is_active=True)


@command("accounts.own")
def end_sessions(scope: Scope, user: User, /, *, keep: str = "", only: Sequence[int] | None = None) -> int:
    """End the own sessions, all but `keep`, or only those with these ids; return how many."""
    ended = sessions.end(user, keep=keep, only=only)
    note(ended=ended)
    return ended


def _earlier(user: User) -> list[str]:
    kept = PasswordKept.objects.filter(user=user).order_by("-ended_at", "-pk")
    return list(kept.values_list("password", flat=True)[: rules.PASSWORDS_KEPT - 1])


def _keep_password(user: User, password: str, *, must_change: bool, now: datetime) -> None:
    """Set a password, and keep the one before as one not to be taken again; one-time ones are not worth it."""
    if not user.must_change_password:
        PasswordKept.objects.create(user=user, password=user.password, ended_at=now)
        kept = PasswordKept.objects.filter(user=user).order_by("-ended_at", "-pk").values_list("pk", flat=True)
        PasswordKept.objects.filter(user=user).exclude(pk__in=list(kept[: rules.PASSWORDS_KEPT])).delete()
    user.password = passwords.hashed(password)
    user.must_change_password = must_change
    user.password_set_at = now
    user.save(update_fields=["password", "must_change_password", "password_set_at"])


def _keep_active(user: User, *, is_active: bool) -> None:
    user.is_active = is_active
    user.save(update_fields=["is_active"])
