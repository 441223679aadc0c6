"""What was noted when a step took long."""

from django.db import models

from loa.bulletins import rules
from loa.bulletins.models.flows import Step
from loa.kernel.scoped import ScopedManager


class Reminder(models.Model):
    """That a step was half through its time, or past it: noted once each, and it stands."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=8, choices=[(one.value, one.value) for one in rules.Reminding])
    noted_at = models.DateTimeField()

    scope_lookup = "step__revision__bulletin__unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_reminder"
        constraints = [models.UniqueConstraint(fields=["step", "kind"], name="bulletins_reminder_once")]

    def __str__(self) -> str:
        return f"{self.kind} of step {self.step_id}"
