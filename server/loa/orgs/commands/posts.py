"""Posts, and who holds them from when to when."""

from datetime import datetime

from django.db import IntegrityError, transaction

from loa.accounts import commands as accounts
from loa.accounts.models import User
from loa.kernel import text
from loa.kernel.command import Place, command, note
from loa.kernel.scope import Scope
from loa.orgs import granting, queries, rules
from loa.orgs.granting import Reach
from loa.orgs.models import Agency, Grant, Post, Unit
from loa.orgs.refusals_rights import AlreadyHeld, BadAgency, ClosedUnit, NoClosing, NoSeat, Over

TITLE_LONGEST = 160
SEATS_MOST = 99


@command("orgs.administer")
def open_post(
    scope: Scope,
    unit: Unit,
    /,
    *,
    title: str,
    role: str,
    agency: Agency | None = None,
    channel: str = "",
    is_here_only: bool = False,
    seats: int = 1,
) -> Post:
    """Make a post at a unit; whoever holds it holds its role there.

    An agency may have posts at units it does not stand at: that is how a regional centre serves several communes.
    `BadAgency`, `ClosedUnit`, and as for giving the role: `BeyondReach`, `BeyondOwn`, `RoleNotHere`, `RoleRetired`.
    """
    if unit.closed_on is not None:
        raise ClosedUnit(place=unit.name)
    name = text.stored(title).strip()
    agency_fits = agency is None or (agency.closed_on is None and scope.can("orgs.administer", agency.scope_path))
    if not 0 < len(name) <= TITLE_LONGEST or not 1 <= seats <= SEATS_MOST or not agency_fits:
        raise BadAgency
    kind = queries.known_role(role)
    granting.fits(kind, unit)
    granting.within_reach(scope, kind, rules.root(unit.path, channel=channel, is_here_only=is_here_only))
    post: Post = Post.objects.create(
        title=name, unit=unit, agency=agency, role=kind, channel=channel, is_here_only=is_here_only, seats=seats
    )
    note(post=post.pk, role=role)
    return post


@command("orgs.administer")
def appoint(
    scope: Scope,
    post: Post,
    /,
    *,
    user: User,
    start_at: datetime | None = None,
    end_at: datetime | None = None,
    reason: str = "",
    now: datetime,
) -> Grant:
    """Let a person hold a post, from now on unless `start_at` says later: with it comes its role.

    `NoSeat` when all seats are taken in that time, `NoClosing` for a closed post, and as for `grant`.
    """
    held: Post = (
        Post.objects.unscoped("the command asked")
        .select_for_update(of=("self",))
        .select_related("unit", "role__unit")
        .get(pk=post.pk)
    )
    if held.closed_on is not None:
        raise NoClosing
    granting.hold(user)
    begins = max(start_at or now, now)
    reach = Reach(unit=held.unit, channel=held.channel, is_here_only=held.is_here_only, start_at=begins, end_at=end_at)
    granting.demand_weight(scope, held.role, reach)
    granting.check(scope, user, held.role, reach, now=now)
    given = Grant(
        user=user,
        role=held.role,
        unit=held.unit,
        channel=held.channel,
        is_here_only=held.is_here_only,
        during=reach.during,
        post=held,
        seat=_free_seat(held, reach),
        reason=text.stored(reason).strip()[:200],
        granted_by=scope.actor.id,
        granted_at=now,
    )
    try:
        with transaction.atomic():
            given.save(force_insert=True)
    except IntegrityError as taken:
        raise AlreadyHeld from taken
    if not user.unit_path:
        accounts.settle(scope, Place(scope_path=held.unit.path, audit_name=user.audit_name), user=user)
    note(post=held.pk, user=user.pk, grant=given.pk, until=end_at)
    return given


@command("orgs.administer")
def close_post(scope: Scope, post: Post, /, *, now: datetime) -> int:
    """Close a post from now on; whoever holds it is relieved. Return how many. `Over` when it is closed."""
    found = Post.objects.unscoped("the command asked").filter(pk=post.pk, closed_on=None)
    if found.update(closed_on=now.astimezone(rules.ZONE).date()) != 1:
        raise Over
    relieved = granting.end(queries.unended(at=now).filter(post_id=post.pk), now=now)
    note(post=post.pk, relieved=relieved)
    return relieved


def _free_seat(post: Post, reach: Reach) -> int:
    """Return a seat nobody has in that time; the post is locked, so two at once come one after the other."""
    held = Grant.objects.unscoped("the command asked").filter(post=post, during__overlap=reach.during)
    taken = set(held.values_list("seat", flat=True))
    free = next((seat for seat in range(1, post.seats + 1) if seat not in taken), None)
    if free is None:
        raise NoSeat
    return free
