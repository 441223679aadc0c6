"""What waits for one person: bulletins whose present step is theirs to decide."""

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.expressions import OrderBy

from loa.bulletins import rules, stepping
from loa.bulletins.models import Bulletin, Decision, Step
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet, reach
from loa.orgs import queries as orgs
from loa.orgs.models import Grant

_WHY = "narrowed to bulletins this scope may approve"


def waiting_for(scope: Scope) -> ScopedQuerySet[Bulletin]:
    """Return the bulletins handed in whose step is this person's to decide, the earliest deadline first.

    Never one's own, unless the flow and the deployment let one person do both.
    """
    steps = Step.objects.unscoped(_WHY).filter(revision=OuterRef("current"), begun_at__isnull=False, decision=None)
    theirs = steps.filter(_theirs(scope))
    me = scope.actor.id
    decided = Decision.objects.unscoped(_WHY).filter(
        revision=OuterRef("current"), decided_by_id=int(me) if me.isdecimal() else 0
    )
    submitted: ScopedQuerySet[Bulletin] = Bulletin.objects.within(scope, stepping.RIGHT)
    is_own = Q(current__written_by=me) | (Q(author_id=int(me)) if me.isdecimal() else Q(pk__in=[]))
    others = ~is_own | Exists(theirs.filter(is_own_allowed=True)) if settings.LOA_TWO_DUTIES else ~is_own
    found = submitted.filter(Exists(theirs), ~Exists(decided), others, state=rules.State.SUBMITTED)
    due_at = Subquery(theirs.values("due_at")[:1])
    complete = found.select_related("unit", "author", "current")
    return complete.order_by(OrderBy(due_at, nulls_last=True), "current__submitted_at", "pk")


def _theirs(scope: Scope) -> Q:
    """Return which steps are this person's, be it in another's place."""
    above = reach(scope.roots(stepping.RIGHT), lookup="revision__bulletin__unit__parent__path")
    right = Q(who=rules.Who.RIGHT) & (Q(where=rules.Where.HERE) | above)
    found = Q(is_open=True) | right
    if scope.everywhere:
        return Q()
    me = int(scope.actor.id) if scope.actor.id.isdecimal() else 0
    for grant in orgs.grants_of([me]):
        found |= _by(grant)
    return found


def _by(grant: Grant) -> Q:
    """Return which steps one grant lets somebody decide."""
    path = grant.unit.path
    found = Q(who=rules.Who.ROLE, role_id=grant.role_id) & (
        Q(where=rules.Where.HERE, revision__bulletin__unit__path=path)
        | Q(where=rules.Where.ABOVE, revision__bulletin__unit__parent__path=path)
    )
    for held in filter(None, (grant, grant.delegated_from)):
        if held.post is not None:
            found |= Q(who=rules.Who.POST, post_id=held.post_id)
            if held.post.agency_id is not None:
                found |= Q(who=rules.Who.AGENCY, agency_id=held.post.agency_id)
    return found
