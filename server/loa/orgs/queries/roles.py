"""Reading roles, and which of them somebody may give."""

from django.db.models import Q

from loa.kernel.command import check
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import rules
from loa.orgs.models import Role, Unit


def roles(scope: Scope) -> ScopedQuerySet[Role]:
    """Return the roles somebody who administers may know: the standard ones, and those made above or below them."""
    tops = {root.rstrip("!").partition("#")[0] for root in scope.roots("orgs.administer")}
    above = {path for top in tops for path in rules.ancestor_paths(top)}
    every: ScopedQuerySet[Role] = Role.objects.unscoped("narrowed below")
    if not scope.everywhere:
        below = Role.objects.within(scope, "orgs.administer").values("pk")
        every = every.filter(Q(is_standard=True) | Q(unit__path__in=above) | Q(pk__in=below))
    return every.select_related("unit").order_by("sort_order", "code")


def role_by_code(scope: Scope, code: str) -> Role:
    """Return a role that may be looked at whole; a standard one by whoever administers anything.

    `NotFound` for one made out of reach, `Denied` for one made here by whoever administers nothing here.
    """
    role = known_role(code)
    if role.unit is not None:
        check(scope, "orgs.administer", role)
    elif not scope.holds("orgs.administer"):
        raise NotFound
    return role


def roles_to_give(scope: Scope) -> ScopedQuerySet[Role]:
    """Return the roles a form may offer; whether one can be given at a unit is asked when it is given."""
    return roles(scope).filter(retired_at=None)


def known_role(code: str) -> Role:
    """Return a role by its code, or raise `NotFound`: the command that gives it asks the rest."""
    found: Role | None = Role.objects.unscoped("a name, no right").select_related("unit").filter(pk=code).first()
    if found is None:
        raise NotFound
    return found


def is_made_at(role: Role, unit: Unit) -> bool:
    """Tell whether a role can be given at a unit: a standard one anywhere, others at and below where they were made."""
    return role.unit is None or role.unit.path in rules.ancestor_paths(unit.path)
