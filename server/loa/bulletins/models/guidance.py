"""Guidance for units below: what they are to know or do, who has read it, and who has done it."""

from django.db import models
from django.db.models import Q

from loa.bulletins import rules
from loa.bulletins.models.bulletins import is_kept
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class Guidance(models.Model):
    """What a unit asks of units below. What was published stands; it may be reminded of and ended."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=rules.TITLE_LONGEST)
    text = models.TextField()
    document = models.ForeignKey("media.Document", on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)
    published_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_guidance"
        indexes = [models.Index(fields=["unit", "-published_at"], name="bulletins_guidance_unit")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="")
                & ~Q(text="")
                & is_kept("title", rules.TITLE_LONGEST)
                & is_kept("text", rules.TEXT_LONGEST),
                name="bulletins_guidance_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(reason=""),
                name="bulletins_guidance_ended_with_reason",
            ),
            models.CheckConstraint(
                condition=is_kept("reason", rules.NOTE_LONGEST), name="bulletins_guidance_reason_plain"
            ),
        ]

    def __str__(self) -> str:
        return f"guidance {self.title}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit that published it; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"guidance:{self.id}"


class Addressee(models.Model):
    """A unit that guidance went to. `sent_to` is whom it was addressed to, for ever; `unit` is who has it now."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    guidance = models.ForeignKey(Guidance, on_delete=models.PROTECT, related_name="addressees")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    sent_to = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    done_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_addressee"
        indexes = [models.Index(fields=["unit", "done_at"], name="bulletins_addressee_unit")]
        constraints = [
            models.UniqueConstraint(fields=["guidance", "sent_to"], name="bulletins_addressee_once"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None, note="")
                | Q(done_at__isnull=False, done_by__isnull=False) & ~Q(note=""),
                name="bulletins_addressee_done_with_note",
            ),
            models.CheckConstraint(
                condition=is_kept("note", rules.NOTE_LONGEST), name="bulletins_addressee_note_plain"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guidance_id} at {self.unit_id}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit that has it; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"addressee:{self.id}"


class Reading(models.Model):
    """When somebody at a unit first opened guidance: never changed, never deleted."""

    id = models.BigAutoField(primary_key=True)
    addressee = models.ForeignKey(Addressee, on_delete=models.PROTECT, related_name="readings")
    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        db_table = "bulletins_reading"
        constraints = [
            models.UniqueConstraint(fields=["addressee", "person"], name="bulletins_reading_first_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} read {self.addressee_id}"
