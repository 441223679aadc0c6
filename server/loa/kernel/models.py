"""The outbox: events that wait to be delivered."""

from django.db import models
from django.db.models.functions import Now


class OutboxEntry(models.Model):
    """One event, in the order in which it was written. Delivered at least once."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    key = models.TextField()
    body = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
    delivered_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(default="", blank=True)

    class Meta:
        db_table = "kernel_outbox"
        indexes = [
            models.Index("id", name="kernel_outbox_waiting", condition=models.Q(delivered_at=None)),
            models.Index("key", "id", name="kernel_outbox_key", condition=models.Q(delivered_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.name} {self.key}"
