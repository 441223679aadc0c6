"""Who was told that a fault is overdue."""

from django.db import models
from django.db.models import F, Q

from loa.devices import faults
from loa.devices.models.tickets import Ticket
from loa.kernel.scoped import ScopedManager


class Reminder(models.Model):
    """That one person was told of one overdue fault: once in each round, and it stands. `seen_at` is written once."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="reminders")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=8, choices=[(reason.value, reason.value) for reason in faults.Reason])
    noted_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    scope_lookup = "ticket__device__unit__path"
    scope_thing = "ticket__device_id"
    objects = ScopedManager()

    class Meta:
        db_table = "devices_reminder"
        indexes = [models.Index("user", "ticket", name="devices_reminder_user")]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "user", "round"], name="devices_reminder_once"),
            models.CheckConstraint(
                condition=Q(round__gte=1, round__lte=faults.ROUNDS_MOST), name="devices_reminder_round_known"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=[reason.value for reason in faults.Reason]), name="devices_reminder_reason_known"
            ),
            models.CheckConstraint(
                condition=Q(seen_at=None) | Q(seen_at__gte=F("noted_at")), name="devices_reminder_seen_later"
            ),
        ]

    def __str__(self) -> str:
        return f"reminder {self.round} of {self.ticket_id} to {self.user_id}"
