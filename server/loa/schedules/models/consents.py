"""The word of a second person that somebody may speak live at night."""

from django.db import models
from django.db.models import F, Q

from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class SpeechConsent(models.Model):
    """That somebody may wake so many clusters of a unit by speaking live, until a moment, once. Never changed.

    `airing` is the speech for which it was used; who gave it may take it back before (migrations 0006, 0010).
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    speaker = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    wakes = models.PositiveIntegerField()
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)
    airing = models.OneToOneField("dispatch.Airing", on_delete=models.PROTECT, null=True, related_name="+")

    scope_lookup = "unit__path"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "schedules_speech_consent"
        indexes = [models.Index("speaker", "expires_at", name="schedules_consent_speaker")]
        constraints = [
            models.CheckConstraint(condition=~Q(speaker=F("given_by")), name="schedules_consent_by_another"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("given_at")), name="schedules_consent_lasts"),
            models.CheckConstraint(
                condition=Q(airing=None) | Q(taken_back_at=None), name="schedules_consent_used_or_taken_back"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.speaker_id} may wake {self.wakes} at {self.unit_id}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit it is given for, on its channel; load it with `unit`."""
        return f"{self.unit.path}#{self.scope_channel}"

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"consent:{self.id}"
