"""Bulletins and their revisions."""

from django.db import models
from django.db.models import BooleanField, F, Func, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from loa.bulletins import rules
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


def _is_kept(field: str, longest: int) -> Q:
    """Return the condition that a text is NFC, not too long, and free of control characters but tab and line break."""
    return (
        Q(**{f"{field}__regex": "^[^\\x01-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$"})
        & Q(Func(F(field), template="(%(expressions)s IS NFC NORMALIZED)", output_field=BooleanField()))
        & Q(LessThanOrEqual(Length(field), longest))
    )


class Bulletin(models.Model):
    """What a unit has to say. The words stand in its revisions; `current` is the one people see."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=rules.TITLE_LONGEST)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=[(state.value, state.value) for state in rules.State])
    current = models.OneToOneField("Revision", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_bulletin"
        indexes = [
            models.Index(fields=["unit", "state", "-changed_at"], name="bulletins_bulletin_unit"),
            models.Index(fields=["author", "-changed_at"], name="bulletins_bulletin_author"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in rules.State]), name="bulletins_bulletin_state_known"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="bulletins_bulletin_titled"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit that speaks; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"bulletin:{self.id}"


class Revision(models.Model):
    """One wording with its sound. Once handed in its words stand; once approved nothing changes (migration 0003)."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=rules.TITLE_LONGEST)
    text = models.TextField(blank=True)
    clip_id = models.UUIDField(null=True)
    voice = models.CharField(max_length=64, blank=True)
    written_by = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=[(state.value, state.value) for state in rules.RevisionState])
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    scope_lookup = "bulletin__unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_revision"
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "number"], name="bulletins_revision_numbered_once"),
            models.UniqueConstraint(fields=["id", "bulletin"], name="bulletins_revision_of_its_bulletin"),
            models.UniqueConstraint(
                fields=["bulletin"],
                condition=Q(state__in=[state.value for state in rules.LIVE_REVISIONS]),
                name="bulletins_revision_one_live",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="bulletins_revision_counts_from_one"),
            models.CheckConstraint(
                condition=~Q(title="") & _is_kept("title", rules.TITLE_LONGEST), name="bulletins_revision_title_plain"
            ),
            models.CheckConstraint(
                condition=_is_kept("text", rules.TEXT_LONGEST), name="bulletins_revision_text_plain"
            ),
            models.CheckConstraint(
                condition=_is_kept("note", rules.NOTE_LONGEST), name="bulletins_revision_note_plain"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at=None, decided_at=None, decided_by=None)
                | Q(state__in=["submitted", "superseded"], submitted_at__isnull=False, decided_at=None, decided_by=None)
                | Q(
                    state__in=["returned", "approved"],
                    submitted_at__isnull=False,
                    decided_at__gte=F("submitted_at"),
                    decided_by__isnull=False,
                ),
                name="bulletins_revision_times_fit_state",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(clip_id__isnull=False), name="bulletins_revision_handed_in_with_sound"
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(note=""), name="bulletins_revision_returned_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} #{self.number} ({self.state})"
