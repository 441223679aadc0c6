"""Reading accounts and sessions."""

from collections.abc import Sequence

from django.db.models import QuerySet

from loa.accounts import rules
from loa.accounts.models import User, UserSession
from loa.accounts.oidc import providers
from loa.accounts.policy import limit_of
from loa.accounts.sessions import is_fresh, living_session, remaining
from loa.kernel import text
from loa.kernel.command import check
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import reach

__all__ = [
    "at_home",
    "by_ids",
    "by_username",
    "has_people",
    "has_providers",
    "held",
    "in_name_order",
    "is_fresh",
    "limit_of",
    "living_session",
    "names_of",
    "people",
    "person",
    "remaining",
    "session_of",
    "sessions_of",
    "sorted_by_name",
]


def people(scope: Scope) -> QuerySet[User]:
    """Return the people whose accounts this scope administers, in no order that people would call one."""
    found = User.objects.order_by("pk")
    if scope.everywhere:
        return found
    return found.filter(reach(scope.roots("accounts.administer"), lookup="unit_path"))


def in_name_order(found: QuerySet[User]) -> list[int]:
    """Return the ids of these people by given name; names only are read, so a province's staff costs little."""
    named = found.order_by("pk").values_list("pk", "full_name")
    return [pk for pk, _ in sorted(named, key=lambda row: (text.person_sort_key(row[1]), row[0]))]


def sorted_by_name(found: Sequence[User]) -> list[User]:
    """Return these people by given name."""
    return sorted(found, key=lambda user: (text.person_sort_key(user.full_name), user.pk))


def by_ids(ids: Sequence[int]) -> list[User]:
    """Return people in the order of their ids, which the caller has from a query of its scope."""
    found = User.objects.in_bulk(list(ids))
    return [found[pk] for pk in ids if pk in found]


def person(scope: Scope, pk: int) -> User:
    """Return one of them, or raise `NotFound` or `Denied`."""
    found = User.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    check(scope, "accounts.administer", found)
    return found


def sessions_of(user: User) -> list[UserSession]:
    """Return a person's sessions, newest first; for the person only."""
    return list(UserSession.objects.filter(user=user).order_by("-seen_at", "-pk"))


def session_of(user: User, pk: int) -> UserSession:
    """Return one of a person's own sessions, or raise `NotFound`."""
    found = UserSession.objects.filter(user=user, pk=pk).first()
    if found is None:
        raise NotFound
    return found


def has_providers() -> bool:
    """Tell whether people may sign in by the word of a provider here."""
    return bool(providers.offered())


def names_of(ids: Sequence[int]) -> dict[int, str]:
    """Return people's names by id, for texts that name who did something."""
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "full_name"))


def held(pk: int, *, to_change: bool = False) -> User | None:
    """Return an account and keep it as it is until the transaction ends; None when there is none.

    Many may hold it side by side, one alone `to_change` it or what hangs on it: whoever acts in its name meanwhile is
    waited for, and sees the change afterwards.
    """
    lock = "FOR NO KEY UPDATE" if to_change else "FOR SHARE"
    found = User.objects.raw(f"SELECT * FROM accounts_user WHERE id = %s {lock}", [pk])  # noqa: S608 - one of two texts
    return next(iter(found), None)


def by_username(name: str) -> User | None:
    """Return the open account with this name, or None; for whoever names a person they were told of."""
    return User.objects.filter(username=rules.kept_username(name)[: rules.USERNAME_LENGTH_MAX], is_active=True).first()


def has_people(unit_paths: Sequence[str]) -> bool:
    """Tell whether anybody's account belongs to one of these paths."""
    return User.objects.filter(unit_path__in=list(unit_paths)).exists()


def at_home(unit_path: str) -> QuerySet[User]:
    """Return the people whose accounts belong to the unit itself and are open, for a list of colleagues."""
    return User.objects.filter(unit_path=unit_path, is_active=True).order_by("pk")
