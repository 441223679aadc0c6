"""Which roles, posts and agencies may be named where a permission is asked for at a unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from loa.orgs import rules
from loa.orgs.models import Agency, Post, Role, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Able:
    """Roles, open posts and agencies with such a post, at a unit or above it."""

    roles: Sequence[Role]
    posts: Sequence[Post]
    agencies: Sequence[Agency]


def able(unit: Unit, *, permission: str) -> Able:
    """Return whom a rule of a unit may name for a permission; the caller has the unit from its scope."""
    above = rules.ancestor_paths(unit.path)
    roles = Role.objects.unscoped("roles a unit may name").filter(permissions__contains=[permission], retired_at=None)
    posts = Post.objects.unscoped("posts a unit may name").filter(
        closed_on=None,
        unit__path__in=above,
        role__permissions__contains=[permission],
        role__retired_at=None,
        channel="",
    )
    found = list(posts.select_related("unit", "agency", "role").order_by("-unit__path", "title", "pk"))
    agencies = {post.agency_id: post.agency for post in found if post.agency is not None}
    return Able(
        roles=list(roles.filter(Q(unit=None) | Q(unit__path__in=above)).order_by("sort_order", "code")),
        posts=found,
        agencies=list(agencies.values()),
    )
