"""Reading agencies, what they were called on a day, their posts and who holds them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Q

from loa.kernel.command import check
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.models import Agency, AgencyName, Grant, Post
from loa.orgs.queries.rights import standing, unended


def agencies(scope: Scope) -> ScopedQuerySet[Agency]:
    """Return the agencies of the units this scope administers, open ones first."""
    found: ScopedQuerySet[Agency] = Agency.objects.within(scope, "orgs.administer").select_related("unit")
    return found.order_by("closed_on", "unit__sort_order", "unit__path", "pk")


def agencies_for(scope: Scope, permission: str) -> ScopedQuerySet[Agency]:
    """Return the open agencies of the units where the permission holds, by unit: what a list of a room above shows."""
    found: ScopedQuerySet[Agency] = Agency.objects.within(scope, permission).filter(closed_on=None)
    return found.select_related("unit").order_by("unit__sort_order", "unit__path", "pk")


def agency_by_id(scope: Scope, pk: int) -> Agency:
    """Return one of them, or raise `NotFound` or `Denied`."""
    found: Agency | None = Agency.objects.unscoped("checked below").select_related("unit").filter(pk=pk).first()
    if found is None:
        raise NotFound
    check(scope, "orgs.administer", found)
    return found


def agencies_of(user_id: int, *, at: datetime) -> list[Agency]:
    """Return the open agencies in which a person holds a post at a moment, with their units."""
    held = standing(at=at).filter(user_id=user_id, post__agency__isnull=False).values("post__agency")
    every: ScopedQuerySet[Agency] = Agency.objects.unscoped("agencies of the person who asks")
    return list(every.filter(pk__in=held, closed_on=None).select_related("unit").order_by("pk"))


def agency_name(agency: Agency, *, on: date) -> str:
    """Return what an agency was called on a day: what a paper of that day says.

    Before its first name the first, after its last the last: a paper names somebody in any case.
    """
    return agency_names([agency.pk], on=on)[agency.pk]


def agency_names(ids: Sequence[int], *, on: date) -> Mapping[int, str]:
    """Return what these agencies were called on a day; one query for all."""
    names: dict[int, str] = {}
    for name in AgencyName.objects.filter(agency_id__in=list(ids)).order_by("agency_id", "during"):
        has_begun = name.during.lower is None or name.during.lower <= on
        if has_begun or name.agency_id not in names:
            names[name.agency_id] = name.name
    return names


def names_of_agency(agency: Agency) -> list[AgencyName]:
    """Return every name an agency ever had, the latest first."""
    return list(AgencyName.objects.filter(agency=agency).select_related("basis").order_by("-during"))


def posts(scope: Scope) -> ScopedQuerySet[Post]:
    """Return the open posts at the units this scope administers."""
    found: ScopedQuerySet[Post] = Post.objects.within(scope, "orgs.administer").filter(closed_on=None)
    return found.select_related("unit", "agency", "role").order_by("unit__sort_order", "unit__path", "title", "pk")


def post_by_id(scope: Scope, pk: int) -> Post:
    """Return one of them, or raise `NotFound` or `Denied`."""
    every = Post.objects.unscoped("checked below").filter(closed_on=None)
    found: Post | None = every.select_related("unit", "agency", "role").filter(pk=pk).first()
    if found is None:
        raise NotFound
    check(scope, "orgs.administer", found)
    return found


def posts_of(scope: Scope, agency: Agency) -> list[Post]:
    """Return the open posts of an agency, as far as this scope administers their units."""
    return list(posts(scope).filter(agency=agency))


def incumbents(posts: Sequence[Post], *, at: datetime) -> Mapping[int, Sequence[Grant]]:
    """Return by post who holds it, or will; the caller has the posts from its scope."""
    found: dict[int, list[Grant]] = {post.pk: [] for post in posts}
    held = unended(at=at).filter(Q(post__in=[post.pk for post in posts])).select_related("user", "role", "unit", "post")
    for grant in held.order_by("seat", "during", "pk"):
        found[grant.post_id or 0].append(grant)
    return found
