"""Until when steps are to be decided, and what is overdue with whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from loa.bulletins import rules, saying, stepping
from loa.bulletins.models import Bulletin, Step
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A step that waits: of which bulletin, until when, whether that is past, who was meant and who could decide."""

    bulletin: Bulletin
    step: Step
    due_at: datetime | None
    is_overdue: bool
    is_half_over: bool
    who: str
    people: Sequence[str] = ()


def deadlines(bulletins: Sequence[Bulletin], *, now: datetime) -> Mapping[UUID, Deadline]:
    """Return, by bulletin, the step that waits of each of these; the caller has them from its scope."""
    steps = _waiting(Step.objects.unscoped("steps of bulletins already in scope")).filter(
        revision__in=[one.current_id for one in bulletins]
    )
    of_revision = {step.revision_id: step for step in steps}
    found = {}
    for bulletin in bulletins:
        step = of_revision.get(bulletin.current_id) if bulletin.current_id is not None else None
        if step is not None:
            found[bulletin.pk] = _told(bulletin, step, now=now)
    return found


def overdue(scope: Scope, *, now: datetime) -> Sequence[Deadline]:
    """Return what is past its time at the units this scope sees, the longest overdue first."""
    steps = _waiting(Step.objects.within(scope, "bulletins.view")).filter(due_at__lte=now)
    found = []
    for step in steps.select_related("revision__bulletin__unit", "revision__bulletin__author").order_by("due_at", "pk"):
        bulletin = step.revision.bulletin
        found.append(_told(bulletin, step, now=now))
    return found


def lying_with(found: Sequence[Deadline], *, now: datetime) -> list[Deadline]:
    """Return these with the names of the people with whom each lies: a query each, for the few a page shows."""
    return [replace(one, people=_people(one.step, one.bulletin, now=now)) for one in found]


def _waiting(steps: ScopedQuerySet[Step]) -> ScopedQuerySet[Step]:
    waiting = steps.filter(begun_at__isnull=False, decision=None, revision__state=rules.RevisionState.SUBMITTED)
    return waiting.exclude(revision__bulletin__state=rules.State.WITHDRAWN).select_related("role", "post", "agency")


def _told(bulletin: Bulletin, step: Step, *, now: datetime) -> Deadline:
    half = rules.half_way(step.begun_at, step.due_at) if step.begun_at and step.due_at else None
    return Deadline(
        bulletin=bulletin,
        step=step,
        due_at=step.due_at,
        is_overdue=step.due_at is not None and step.due_at <= now,
        is_half_over=half is not None and half <= now,
        who=saying.who(step, on=now.astimezone(rules.ZONE).date()),
    )


def _people(step: Step, bulletin: Bulletin, *, now: datetime) -> list[str]:
    """Return the names of those who hold the step at the unit it names, those lent the right behind them."""
    grants = stepping.entitled(step, bulletin, at=now)
    nearest = max((grant.unit.path for grant in grants), key=len, default="")
    return list(dict.fromkeys(grant.user.full_name for grant in grants if grant.unit.path == nearest))
