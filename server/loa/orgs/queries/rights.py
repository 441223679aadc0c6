"""Reading who may do what where, and the scope a person acts in."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from loa.accounts import queries as accounting
from loa.accounts.models import User
from loa.kernel import clock, permissions
from loa.kernel.command import check
from loa.kernel.errors import NotFound
from loa.kernel.scope import Actor, ActorKind, Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import rules
from loa.orgs.models import Grant, Handover, Role, SupportSession, Unit


class _Reach:
    """Roots by permission, as they are gathered; a right of one's own is no lent one."""

    def __init__(self) -> None:
        self.own: dict[str, set[str]] = {}
        self.lent: dict[str, dict[str, str]] = {}

    def add(self, codes: Iterable[str], roots: set[str], *, whose: str = "") -> None:
        """Add what a role brings at these roots; `whose` names the person stood in for."""
        for code in codes:
            if whose:
                self.lent.setdefault(code, {}).update(dict.fromkeys(roots, whose))
            else:
                self.own.setdefault(code, set()).update(roots)

    def grants(self) -> dict[str, frozenset[str]]:
        """Return everything."""
        codes = self.own.keys() | self.lent.keys()
        return {code: frozenset(self.own.get(code, set()) | self.lent.get(code, {}).keys()) for code in codes}

    def only_lent(self) -> dict[str, dict[str, str]]:
        """Return what is held in another's place and not also in one's own right."""
        return {
            code: {root: whose for root, whose in roots.items() if root not in self.own.get(code, set())}
            for code, roots in self.lent.items()
        }


def scope_for(user: User, *, origin: str = "", is_fresh: bool = False, now: datetime | None = None) -> Scope:
    """Return the scope of a person at a moment, the present one when none is given: two queries.

    A closed account sees nothing. What was delegated ends with the grant it stands in for. In a support session comes
    what is safe there, whatever its role brings.
    """
    at = now or clock.now()
    return scope_by(held_by(user, at=at), user, origin=origin, is_fresh=is_fresh, at=at)


def held_by(user: User, *, at: datetime) -> list[Grant]:
    """Return the grants of a person in force at a moment, each with role, unit and whom it stands in for; by place."""
    held = standing(at=at).filter(user=user).select_related("role", "unit", "delegated_from")
    return list(held.order_by("unit__path", "role", "pk"))


def scope_by(held: Iterable[Grant], user: User, *, origin: str, is_fresh: bool, at: datetime) -> Scope:
    """Return the same scope by grants that were read before."""
    actor = Actor(kind=ActorKind.PERSON, id=str(user.pk), name=user.full_name)
    if not user.is_active:
        return Scope(actor=actor, origin=origin, as_of=at)
    reach = _Reach()
    reach.add(["accounts.own"], {user.scope_path})
    present: set[str] = {user.scope_path}
    for grant in held:
        lender = grant.delegated_from
        whose = "" if lender is None else str(lender.user_id)
        reach.add(grant.role.permissions, _roots(grant), whose=whose)
        present.add(_root(grant, grant.unit.path))
    session = support_of(user, at=at)
    if session is not None:
        reach.add(supported(session.role), {session.unit.path, *session.unit.former_paths})
        present.add(session.unit.path)
    grants = reach.grants()
    return Scope(
        actor=actor,
        grants=grants,
        lent=reach.only_lent(),
        origin=origin,
        is_fresh=is_fresh,
        support="" if session is None else str(session.pk),
        as_of=at,
        former=frozenset().union(*grants.values()) - present,
    )


def reread(scope: Scope) -> Scope:
    """Return the rights of who acts as they are now, and keep the account as it is until the transaction ends."""
    user = accounting.held(int(scope.actor.id)) if scope.actor.id.isdecimal() else None
    return stranger() if user is None else scope_for(user)


def standing(*, at: datetime) -> ScopedQuerySet[Grant]:
    """Return the grants in force at a moment, whosever they are; callers narrow them to whom they ask for."""
    found: ScopedQuerySet[Grant] = Grant.objects.unscoped("rights themselves are read here").filter(
        Q(delegated_from=None) | Q(delegated_from__during__contains=at, delegated_from__user__is_active=True),
        during__contains=at,
    )
    return found


def unended(*, at: datetime) -> ScopedQuerySet[Grant]:
    """Return the grants that run or are yet to begin, whosever they are; callers narrow them as above."""
    found: ScopedQuerySet[Grant] = Grant.objects.unscoped("rights themselves are read here").filter(
        Q(during__endswith=None) | Q(during__endswith__gt=at), during__isempty=False
    )
    return found


def stranger(*, origin: str = "") -> Scope:
    """Return the scope of somebody who has not signed in: it sees nothing."""
    return Scope(actor=Actor(kind=ActorKind.PERSON, id="", name=""), origin=origin)


def support_of(user: User, *, at: datetime) -> SupportSession | None:
    """Return the support session in which a person acts at a moment."""
    running = SupportSession.objects.unscoped("a person's own session").filter(supporter=user, during__contains=at)
    found: SupportSession | None = running.select_related("unit", "role").first()
    return found


def supported(role: Role) -> frozenset[str]:
    """Return what a role brings in a support session: no more than is safe there, and at least to see units."""
    return (rules.SUPPORT_SAFE & set(role.permissions)) | {"orgs.view"}


def grants_of(user_ids: Sequence[int], *, at: datetime | None = None) -> list[Grant]:
    """Return the grants of these people in force now, or at a moment, with their units, highest unit first."""
    return _told(standing(at=at or clock.now()).filter(user_id__in=user_ids))


def all_grants_of(user: User) -> list[Grant]:
    """Return every grant a person ever had or will have, the latest first; for whoever may see the person."""
    found = Grant.objects.unscoped("of a person already in scope").filter(user=user)
    return _told(found, "-granted_at")


def lent_by(user: User, *, at: datetime) -> list[Grant]:
    """Return what a person lets others do in their place now or soon; for the person."""
    return _told(unended(at=at).filter(delegated_from__user=user))


def lent_to(user: User, *, at: datetime) -> list[Grant]:
    """Return what a person may do in another's place now or soon; for the person."""
    return _told(unended(at=at).filter(user=user, delegated_from__isnull=False))


def lendable(user: User, *, at: datetime) -> list[Grant]:
    """Return the own grants that a person may let another stand in with."""
    own = standing(at=at).filter(user=user, delegated_from=None, role__permissions__contains=["orgs.delegate"])
    return _told(own)


def grants(scope: Scope) -> ScopedQuerySet[Grant]:
    """Return who holds what at the units this scope administers."""
    held: ScopedQuerySet[Grant] = Grant.objects.within(scope, "orgs.administer").select_related("unit", "user", "role")
    return held.order_by("unit__sort_order", "unit__path", "user__full_name", "pk")


def grant_by_id(scope: Scope, pk: int, *, permission: str = "orgs.administer") -> Grant:
    """Return one grant where the permission holds, or raise `NotFound` or `Denied`."""
    found = Grant.objects.unscoped("checked below").select_related("unit", "role", "user", "delegated_from__user")
    held: Grant | None = found.filter(pk=pk).first()
    if held is None:
        raise NotFound
    check(scope, permission, held)
    return held


def needs_second_factor(user: User) -> bool:
    """Tell whether a person approves, warns, or has rights over people, units and the record: a password is too little.

    Also what is yet to begin counts, and a support session: the factor is set up before it is needed.
    """
    now = clock.now()
    own = unended(at=now).filter(user=user, role__permissions__overlap=sorted(rules.weighty(permissions.declared())))
    return own.exists() or support_of(user, at=now) is not None


def holders(unit: Unit, *, permission: str) -> list[int]:
    """Return the ids of people who hold the permission at the unit or from above it."""
    held = holding(unit.path, permission=permission, at=clock.now())
    return list(held.order_by("user_id").values_list("user_id", flat=True).distinct())


def holding(path: str, *, permission: str, at: datetime) -> ScopedQuerySet[Grant]:
    """Return the grants by which people hold a permission at the unit with this path or from above it, at a moment.

    For rooms above that ask for one role, one post or one agency among them.
    """
    reach = Q(unit__path__in=rules.ancestor_paths(path), role__permissions__contains=[permission])
    reach &= Q(device_id=None, channel="") & (Q(is_here_only=False) | Q(unit__path=path))
    return standing(at=at).filter(reach, user__is_active=True)


def roots_before(
    user_id: int, permission: str, *, not_by: int | None, before: datetime, at: datetime
) -> frozenset[str]:
    """Return where a person has a right that was given before a moment, and not by a certain other person.

    What the clock gave in a change of units was given by who gave the right it stands for.
    """
    held = standing(at=at).filter(user_id=user_id, role__permissions__contains=[permission])
    found: set[str] = set()
    for one in held.select_related("unit"):
        given = _given_first(one)
        if given.granted_at < before and given.granted_by != str(not_by or ""):
            found |= _roots(one)
    return frozenset(found)


def _given_first(held: Grant) -> Grant:
    """Return the right that this one stands for after changes of units; itself when a person gave it."""
    seen = {held.pk}
    while held.granted_by == "clock":
        went = Handover.objects.unscoped("whence a right came").filter(
            thing__startswith="grant:", thing__regex=rf"^grant:\d+:(\d+\+)*{held.pk}(\+\d+)*(:|$)"
        )
        before = [int(thing.split(":")[1]) for thing in went.values_list("thing", flat=True)]
        former = Grant.objects.unscoped("whence a right came").filter(pk__in=before).exclude(pk__in=seen)
        source = former.order_by("granted_at", "pk").last()
        if source is None:
            return held
        held = source
        seen.add(held.pk)
    return held


def _told(found: ScopedQuerySet[Grant], *order: str) -> list[Grant]:
    """Return grants with all that a page says of them."""
    whole = found.select_related("unit", "user", "role", "post__agency", "delegated_from__user")
    return list(whole.order_by(*(order or ("unit__path", "role")), "pk"))


def _roots(held: Grant) -> set[str]:
    return {_root(held, path) for path in (held.unit.path, *held.unit.former_paths)}


def _root(held: Grant, path: str) -> str:
    return rules.root(path, device_id=held.device_id, channel=held.channel, is_here_only=held.is_here_only)
