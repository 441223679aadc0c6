"""The steps of a wording: which one waits, whose it is, and what was decided."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from loa.bulletins import flowing, rules, saying, stepping
from loa.bulletins.models import Bulletin, Decision, Reminder, Revision, Step
from loa.bulletins.refusals import NotYourStep
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """One step for a page: what it asks and of whom, until when, and what was decided."""

    step: Step
    decision: Decision | None
    is_present: bool
    sentence: str


def steps(scope: Scope, revision: Revision, *, now: datetime) -> Sequence[StepFacts]:
    """Return the steps of a wording in order, each with its decision."""
    found = Step.objects.within(scope, "bulletins.view").filter(revision=revision)
    told = found.select_related("role", "post", "agency", "decision__decided_by", "decision__stands_in_for")
    told = told.prefetch_related(Prefetch("reminders", Reminder.objects.unscoped("of steps in scope").order_by("pk")))
    facts: list[StepFacts] = []
    is_waiting = revision.state == rules.RevisionState.SUBMITTED
    for step in told.order_by("position"):
        decision = getattr(step, "decision", None)
        is_present = is_waiting and decision is None and step.begun_at is not None
        words = saying.sentence(step, on=now.astimezone(rules.ZONE).date())
        facts.append(StepFacts(step=step, decision=decision, is_present=is_present, sentence=words))
    return facts


def waiting_step(bulletin: Bulletin) -> Step | None:
    """Return the step that waits of what the bulletin says now; None when none does."""
    if bulletin.current is None:
        return None
    try:
        return stepping.present(bulletin.current)
    except WrongState:
        return None


def can_decide(scope: Scope, bulletin: Bulletin, step: Step, *, now: datetime) -> bool:
    """Tell whether a step is this person's to decide, be it in another's place; who wrote it is asked elsewhere."""
    if not scope.can(stepping.RIGHT, bulletin.unit.path):
        return False
    decided = Decision.objects.unscoped("whether this person decided before").filter(revision_id=step.revision_id)
    if scope.actor.id.isdecimal() and decided.filter(decided_by_id=int(scope.actor.id)).exists():
        return False
    try:
        stepping.lender(scope, step, bulletin, at=now)
    except NotYourStep:
        return False
    return True


def approved_their_own(revision_id: uuid.UUID) -> bool:
    """Tell whether somebody approved words of their own, as the flow and the deployment let them, with a reason."""
    made = Decision.objects.unscoped("asked by rooms above, which check the scope").filter(revision_id=revision_id)
    return bool(made.exclude(own_reason="").exists())


def is_covered(bulletin: Bulletin, *, is_far: bool, on: datetime) -> bool:
    """Tell whether the way the bulletin went is the one it has to go when it is heard as far as that."""
    step = Step.objects.unscoped("asked by rooms above, which check the scope").filter(revision=bulletin.current)
    first = step.order_by("position").first()
    return flowing.is_covered(
        bulletin, first.flow_id if first else None, is_far=is_far, on=on.astimezone(rules.ZONE).date()
    )
