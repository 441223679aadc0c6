"""The append-only record, chained so that a change anywhere shows."""

from django.db import models


class Entry(models.Model):
    """One act, or one refusal. `digest` covers the previous digest and every other column; see migration 0002."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = models.TextField()
    actor_id = models.TextField()
    actor_name = models.TextField(blank=True)
    origin = models.TextField(blank=True)
    action = models.TextField()
    target = models.TextField()
    unit_path = models.TextField()
    result = models.TextField()
    detail = models.JSONField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_entry"
        constraints = [models.UniqueConstraint(fields=["previous"], name="audit_entry_one_successor")]
        indexes = [
            models.Index("unit_path", "id", name="audit_entry_unit"),
            models.Index("target", "id", name="audit_entry_target"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.action} {self.target} {self.result}"
