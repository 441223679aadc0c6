"""Sound, papers and pictures that belong to a unit."""

from django.db import models
from django.db.models.functions import Now

from loa.kernel.scoped import ScopedManager
from loa.media import rules
from loa.media.models.pronunciations import Pronunciation
from loa.media.models.voices import AddedVoice, UsualVoice
from loa_protocol import uuid7

__all__ = ["AddedVoice", "Clip", "Document", "EditOf", "Pronunciation", "Tune", "UsualVoice", "Verdict"]


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
    speed = models.FloatField(default=1.0, db_default=1.0)
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
                condition=models.Q(source="upload", voice="")
                | (models.Q(source="speech") & ~models.Q(voice=""))
                | models.Q(source="edit"),
                name="media_clip_speaker",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.source} {self.duration_ms} ms"


class EditOf(models.Model):
    """Which edit list a clip was put together from. Never changed: migration 0002."""

    clip = models.OneToOneField(Clip, on_delete=models.PROTECT, primary_key=True, related_name="+")
    edit = models.TextField()

    scope_lookup = "clip__unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "media_edit"
        constraints = [models.CheckConstraint(condition=~models.Q(edit=""), name="media_edit_told")]

    def __str__(self) -> str:
        return f"{self.clip_id}"


class Tune(models.Model):
    """A clip that a unit, and those below it, use again and again: before, after or under what is said."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    clip = models.ForeignKey(Clip, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=rules.TUNE_NAME_LONGEST)
    use = models.CharField(max_length=8)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "media_tune"
        indexes = [models.Index(fields=["unit", "use"], name="media_tune_unit")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(use__in=[use.value for use in rules.TuneUse]), name="media_tune_use"
            ),
            models.CheckConstraint(
                condition=models.Q(name__regex=r"^[^\x01-\x1F\x7F-\x9F]+$"), name="media_tune_named"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("added_at")),
                name="media_tune_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["unit", "use", "name"], condition=models.Q(ended_at=None), name="media_tune_named_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.use})"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit it belongs to; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"tune:{self.pk}"


class Document(models.Model):
    """A paper or picture kept for a unit under its digest. Never changed: migration 0002."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=rules.NAME_LONGEST)
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "media_document"
        indexes = [
            models.Index(fields=["unit", "-added_at"], name="media_document_unit"),
            models.Index("sha256", name="media_document_sha256"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="media_document_digest"),
            models.CheckConstraint(
                condition=models.Q(size_bytes__gt=0, size_bytes__lte=rules.DOCUMENT_MAX_BYTES),
                name="media_document_bounded",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in rules.Kind]), name="media_document_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(name__regex=r"^[^/\\\x01-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069]+\.[A-Za-z]+$"),
                name="media_document_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.sha256[:12]}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit it belongs to; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"document:{self.pk}"


class Verdict(models.Model):
    """What a search for malicious software said of a document, with which signatures; the latest one holds."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="verdicts")
    found = models.CharField(max_length=200, blank=True)
    engine = models.CharField(max_length=120)
    at = models.DateTimeField()

    scope_lookup = "document__unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "media_verdict"
        indexes = [models.Index(fields=["document", "-id"], name="media_verdict_latest")]
        constraints = [models.CheckConstraint(condition=~models.Q(engine=""), name="media_verdict_signed")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.found or 'clean'} {self.engine}"
