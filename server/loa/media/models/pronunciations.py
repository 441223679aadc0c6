"""Words and how a unit wants them read out."""

from django.db import models
from django.db.models import F, Func, Q

from loa.kernel.scoped import ScopedManager
from loa.media.speakable.dictionary import SPOKEN_LONGEST, WRITTEN_LONGEST
from loa_protocol import uuid7


class Pronunciation(models.Model):
    """What a unit wants read for a word, there and below. Only ended, never changed: migration 0002."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    written = models.CharField(max_length=WRITTEN_LONGEST)
    spoken = models.CharField(max_length=SPOKEN_LONGEST)
    is_exact_case = models.BooleanField()
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "media_pronunciation"
        indexes = [models.Index(fields=["unit", "written"], name="media_pronunciation_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "written"], condition=Q(ended_at=None), name="media_pronunciation_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(
                    written__regex=r"^[^\s\x01-\x1F\x7F-\x9F]([^\x01-\x1F\x7F-\x9F]*[^\s\x01-\x1F\x7F-\x9F])?$"
                ),
                name="media_pronunciation_written",
            ),
            models.CheckConstraint(
                condition=Q(
                    spoken__regex=r"""^[^\s!-@[-`{-~\x01-\x1F\x7F-\x9F]([^!-+.-@[-`{-~\x01-\x1F\x7F-\x9F]*[^\s!-@[-`{-~\x01-\x1F\x7F-\x9F])?$"""
                ),
                name="media_pronunciation_spoken",
            ),
            models.CheckConstraint(
                condition=Q(
                    Func(
                        F("written"), template="(%(expressions)s IS NFC NORMALIZED)", output_field=models.BooleanField()
                    )
                )
                & Q(
                    Func(
                        F("spoken"), template="(%(expressions)s IS NFC NORMALIZED)", output_field=models.BooleanField()
                    )
                ),
                name="media_pronunciation_composed",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="media_pronunciation_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.written} → {self.spoken}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit it belongs to; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"pronunciation:{self.pk}"
