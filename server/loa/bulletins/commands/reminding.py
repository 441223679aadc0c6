"""Noting that a step takes long."""

from datetime import datetime

from loa.bulletins import events, rules
from loa.bulletins.models import Bulletin, Reminder, Step
from loa.kernel.command import command, emit, note
from loa.kernel.scope import Scope


@command("bulletins.approve")
def remind_of_step(_scope: Scope, bulletin: Bulletin, /, *, step: Step, now: datetime) -> list[Reminder]:
    """Note what a step that waits is due for: half of its time is over, or all of it; each once."""
    noted = [
        reminder
        for reminder, is_new in (
            Reminder.objects.unscoped("the command checked the right").get_or_create(
                step=step, kind=kind, defaults={"noted_at": now}
            )
            for kind in rules.reminders_due(step.begun_at, step.due_at, now=now)
        )
        if is_new
    ]
    for reminder in noted:
        emit(
            events.Reminded(
                bulletin_id=bulletin.pk,
                revision_id=step.revision_id,
                unit_path=bulletin.scope_path,
                kind=reminder.kind,
                at=now,
            )
        )
    note(step=step.position, reminders=[reminder.kind for reminder in noted])
    return noted
