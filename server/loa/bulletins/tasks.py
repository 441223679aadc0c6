"""What the clock does here by itself."""

from datetime import datetime

from django.db.models import Prefetch

from loa.bulletins import commands, rules, stepping
from loa.bulletins.models import Reminder, Step
from loa.kernel import scope as scopes

_SCOPE = scopes.system("bulletins")
_AT_ONCE = 500
_NOTED = Prefetch("reminders", Reminder.objects.unscoped("as the steps"))


def remind(*, now: datetime) -> int:
    """Note for steps that wait what they are due for, and whether anybody is there whom they name; return how many."""
    steps = Step.objects.unscoped("the clock looks at all that waits").filter(
        begun_at__isnull=False, decision=None, revision__state=rules.RevisionState.SUBMITTED
    )
    told = Reminder.objects.unscoped("as above").filter(kind=rules.Reminding.OVERDUE).values("step")
    waiting = steps.exclude(pk__in=told).exclude(revision__bulletin__state=rules.State.WITHDRAWN)
    noted = 0
    for step in (
        waiting.select_related("revision__bulletin__unit").prefetch_related(_NOTED).order_by("due_at", "pk")[:_AT_ONCE]
    ):
        bulletin = step.revision.bulletin
        _look(step, now=now)
        noted_before = {reminder.kind for reminder in step.reminders.all()}
        if set(rules.reminders_due(step.begun_at, step.due_at, now=now)) - noted_before:
            noted += len(commands.remind_of_step(_SCOPE, bulletin, step=step, now=now))
    return noted


def _look(step: Step, *, now: datetime) -> None:
    """Note whether anybody is there whom a step names: posts fall empty and are filled."""
    if step.who == rules.Who.RIGHT:
        return
    is_open = not stepping.entitled(step, step.revision.bulletin, at=now)
    if is_open != step.is_open:
        step.is_open = is_open
        step.save(update_fields=["is_open"])
