"""Sound that belongs to a unit."""

from django.db import models
from django.db.models.functions import Now

from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class Clip(models.Model):
    """A piece of sound kept for a unit. The file lies in the store under its digest. Never changed: migration 0002."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    duration_ms = models.PositiveIntegerField()
    loudness_lufs = models.FloatField()
    true_peak_dbtp = models.FloatField()
    level_dbfs = models.FloatField()
    envelope = models.JSONField()
    voice = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=16)
    created_at = models.DateTimeField(db_default=Now())

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "media_clip"
        indexes = [
            models.Index("unit", "id", name="media_clip_unit"),
            models.Index("sha256", name="media_clip_sha256"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="media_clip_digest"),
            models.CheckConstraint(
                condition=models.Q(size_bytes__gt=0, duration_ms__gt=0, duration_ms__lte=1_800_000),
                name="media_clip_bounded",
            ),
            models.CheckConstraint(
                condition=models.Q(loudness_lufs__gte=-17, loudness_lufs__lte=-15, true_peak_dbtp__lte=-1.5),
                name="media_clip_level",
            ),
            models.CheckConstraint(
                condition=models.Q(source="upload", voice="") | (models.Q(source="speech") & ~models.Q(voice="")),
                name="media_clip_speaker",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.source} {self.duration_ms} ms"
