"""Reading who may do what where, and the scope a person acts in."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from loa.accounts.models import User
from loa.kernel import clock
from loa.kernel.command import check
from loa.kernel.errors import NotFound
from loa.kernel.scope import Actor, ActorKind, Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import rules
from loa.orgs.models import Grant, Role, Unit


def scope_for(user: User, *, origin: str = "", is_fresh: bool = False, now: datetime | None = None) -> Scope:
    """Return the scope of a person at a moment, the present one when none is given: one query.

    A closed account sees nothing. What was delegated ends with the grant it stands in for.
    """
    actor = Actor(kind=ActorKind.PERSON, id=str(user.pk), name=user.full_name)
    if not user.is_active:
        return Scope(actor=actor, origin=origin)
    roots: dict[str, set[str]] = {"accounts.own": {user.scope_path}}
    at = now or clock.now()
    for held in standing(at=at).filter(user=user).select_related("role", "unit"):
        reach = {
            rules.root(path, device_id=held.device_id, channel=held.channel, is_here_only=held.is_here_only)
            for path in (held.unit.path, *held.unit.former_paths)
        }
        for code in held.role.permissions:
            roots.setdefault(code, set()).update(reach)
    grants = {code: frozenset(paths) for code, paths in roots.items()}
    return Scope(actor=actor, grants=grants, origin=origin, is_fresh=is_fresh)


def standing(*, at: datetime) -> ScopedQuerySet[Grant]:
    """Return the grants in force at a moment, whosever they are; callers narrow them to whom they ask for."""
    found: ScopedQuerySet[Grant] = Grant.objects.unscoped("rights themselves are read here").filter(
        Q(delegated_from=None) | Q(delegated_from__during__contains=at, delegated_from__user__is_active=True),
        during__contains=at,
    )
    return found


def stranger(*, origin: str = "") -> Scope:
    """Return the scope of somebody who has not signed in: it sees nothing."""
    return Scope(actor=Actor(kind=ActorKind.PERSON, id="", name=""), origin=origin)


def places_of(user: User) -> list[tuple[Role, Unit]]:
    """Return the roles a person holds, each with its unit, highest first."""
    return [(grant.role, grant.unit) for grant in grants_of([user.pk])]


def grants_of(user_ids: Sequence[int]) -> list[Grant]:
    """Return the grants of these people with their units, highest unit first."""
    held = standing(at=clock.now()).filter(user_id__in=user_ids)
    return list(held.select_related("unit", "user", "role").order_by("unit__path", "role", "pk"))


def grants(scope: Scope) -> ScopedQuerySet[Grant]:
    """Return who holds what at the units this scope administers."""
    held: ScopedQuerySet[Grant] = Grant.objects.within(scope, "orgs.administer").select_related("unit", "user", "role")
    return held.order_by("unit__sort_order", "unit__path", "user__full_name", "pk")


def grant_by_id(scope: Scope, pk: int) -> Grant:
    """Return one grant, or raise `NotFound` or `Denied`."""
    found: Grant | None = Grant.objects.unscoped("checked below").select_related("unit").filter(pk=pk).first()
    if found is None:
        raise NotFound
    check(scope, "orgs.administer", found)
    return found


def holders(unit: Unit, *, permission: str) -> list[int]:
    """Return the ids of people who hold the permission at the unit or from above it."""
    reach = Q(unit__path__in=rules.ancestor_paths(unit.path), role__permissions__contains=[permission])
    held = standing(at=clock.now()).filter(reach, user__is_active=True)
    return list(held.order_by("user_id").values_list("user_id", flat=True).distinct())
