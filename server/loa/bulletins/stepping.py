"""The steps of a revision: laid down when it is handed in, begun one after the other, decided by those they name."""

from datetime import datetime

from django.db.models import Q

from loa.bulletins import flowing, ports, rules, working
from loa.bulletins.models import Bulletin, Revision, Step
from loa.bulletins.refusals import NotYourStep
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs
from loa.orgs.models import Grant

RIGHT = "bulletins.approve"
_WHY = "the command checked the right"


def lay_down(bulletin: Bulletin, revision: Revision, *, now: datetime) -> None:
    """Keep the way this revision goes, as the flow is now, and begin it. `bulletin` is loaded with `unit`."""
    on = now.astimezone(rules.ZONE).date()
    flow, asks = flowing.chosen(bulletin.unit.path, revision, is_far=ports.is_far(bulletin.pk), on=on)
    steps = [
        Step(
            revision=revision,
            flow=flow,
            position=position,
            asks=ask.asks,
            who=ask.who,
            where=ask.where,
            role_id=ask.role or None,
            post_id=ask.post,
            agency_id=ask.agency,
            hours=ask.hours,
            is_own_allowed=ask.is_own_allowed,
        )
        for position, ask in enumerate(asks, 1)
    ]
    _begin(steps[0], bulletin, now=now)
    Step.objects.bulk_create(steps)


def present(revision: Revision) -> Step:
    """Return the step that waits; `WrongState` when none does."""
    found = _of(revision).filter(decision=None, begun_at__isnull=False).first()
    if found is None:
        raise WrongState
    return found


def go_on(bulletin: Bulletin, revision: Revision, *, now: datetime) -> Step | None:
    """Begin the step after the one that was approved and return it; None when that was the last."""
    following = _of(revision).filter(begun_at=None).first()
    if following is not None:
        _begin(following, bulletin, now=now)
        following.save(update_fields=["begun_at", "due_at", "is_open"])
    return following


def entitled(step: Step, bulletin: Bulletin, *, at: datetime) -> list[Grant]:
    """Return the grants by which people may decide a step, their own before those lent to them."""
    path = asked_path(step, bulletin)
    reach = orgs.holding(path, permission=RIGHT, at=at)
    if step.who == rules.Who.ROLE:
        reach = reach.filter(role_id=step.role_id, unit__path=path)
    elif step.who == rules.Who.POST:
        reach = reach.filter(Q(post_id=step.post_id) | Q(delegated_from__post_id=step.post_id))
    elif step.who == rules.Who.AGENCY:
        agency = step.agency_id
        reach = reach.filter(Q(post__agency_id=agency) | Q(delegated_from__post__agency_id=agency))
    return list(reach.select_related("user", "unit", "delegated_from__user").order_by("delegated_from_id", "pk"))


def lender(scope: Scope, step: Step, bulletin: Bulletin, *, at: datetime) -> str:
    """Return the id of the person in whose place somebody decides this step, empty in their own right.

    `NotYourStep` for who is not among those it names. A step that names nobody who is there falls to the right.
    """
    path = asked_path(step, bulletin)
    if step.who == rules.Who.RIGHT:
        if scope.can(RIGHT, path):
            return scope.stands_in_for(RIGHT, path)
        raise NotYourStep
    grants = entitled(step, bulletin, at=at)
    if not grants:
        return scope.stands_in_for(RIGHT, bulletin.unit.path)
    mine = [grant for grant in grants if str(grant.user_id) == scope.actor.id]
    if not mine:
        raise NotYourStep
    own = any(grant.delegated_from is None for grant in mine)
    return "" if own or mine[0].delegated_from is None else str(mine[0].delegated_from.user_id)


def asked_path(step: Step, bulletin: Bulletin) -> str:
    """Return the path of the unit at which a step's right or role is held: the bulletin's, or the one above it."""
    path = bulletin.unit.path
    return path.rpartition("/")[0] or path if step.where == rules.Where.ABOVE else path


def _begin(step: Step, bulletin: Bulletin, *, now: datetime) -> None:
    step.begun_at = now
    is_off = working.off_at(asked_path(step, bulletin), start_on=now.astimezone(rules.ZONE).date())
    step.due_at = rules.due_at(now, hours=step.hours, is_off=is_off)
    step.is_open = step.who != rules.Who.RIGHT and not entitled(step, bulletin, at=now)


def _of(revision: Revision) -> ScopedQuerySet[Step]:
    steps: ScopedQuerySet[Step] = Step.objects.unscoped(_WHY).filter(revision=revision)
    return steps.select_related("role", "post", "agency").order_by("position")
