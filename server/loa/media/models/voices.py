"""Voices that units added, and the one each usually reads with."""

from django.db import models

from loa.kernel.scoped import ScopedManager
from loa.media import rules
from loa_protocol import uuid7


class AddedVoice(models.Model):
    """A voice that a unit added, for itself and all below it; its files lie in the store.

    It never changes and may be removed: migration 0010. `note` is what its maker's card says of it, for people.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    config_sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    label = models.CharField(max_length=rules.LABEL_LONGEST)
    dataset = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=60, blank=True)
    quality = models.CharField(max_length=60, blank=True)
    region = models.CharField(max_length=8, blank=True)
    gender = models.CharField(max_length=8, blank=True)
    license = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=500, blank=True)
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "media_voice"
        constraints = [
            models.UniqueConstraint("unit", "sha256", "config_sha256", name="media_voice_once"),
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$", config_sha256__regex=r"^[0-9a-f]{64}$"),
                name="media_voice_digests",
            ),
            models.CheckConstraint(condition=~models.Q(label=""), name="media_voice_named"),
            models.CheckConstraint(
                condition=models.Q(region__in=[region.value for region in rules.Region], gender__in=rules.GENDERS),
                name="media_voice_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.sha256[:12]}"

    @property
    def voice_id(self) -> str:
        """Return the name by which a clip says who read it: it holds for this file alone."""
        return f"piper:{self.sha256[:16]}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit it belongs to; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"voice:{self.pk}"


class UsualVoice(models.Model):
    """The voice a unit usually reads with; units below that chose none read with it too."""

    unit = models.OneToOneField("orgs.Unit", on_delete=models.PROTECT, primary_key=True, related_name="+")
    voice = models.CharField(max_length=64)
    pace = models.CharField(max_length=8, default="medium")

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "media_usual_voice"
        constraints = [
            models.CheckConstraint(condition=~models.Q(voice=""), name="media_usual_voice_named"),
            models.CheckConstraint(condition=models.Q(pace__in=sorted(rules.PACES)), name="media_usual_voice_pace"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.voice} {self.pace}"
