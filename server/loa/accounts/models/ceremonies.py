"""What was begun in a browser and has to end in the same browser, soon and once."""

import uuid

from django.db import models
from django.db.models import F, Q

from loa.accounts.models.people import User


class Ceremony(models.Model):
    """A step between two requests: the challenge, the state, the form that waits. The browser holds only its name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=16)
    browser = models.CharField(max_length=64)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_ceremony"
        indexes = [
            models.Index("browser", "kind", name="accounts_ceremony_browser"),
            models.Index("expires_at", name="accounts_ceremony_expires"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="accounts_ceremony_order"),
            models.CheckConstraint(condition=~Q(browser=""), name="accounts_ceremony_bound"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} until {self.expires_at}"
