"""What an upper unit sends down, and what each unit below made of it."""

from django.db import models
from django.db.models import F, Q

from loa.bulletins import rules
from loa.bulletins.models.bulletins import is_kept
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class Sending(models.Model):
    """An approved bulletin on its way down. The window is when the sender wishes it to be heard; None leaves it open.

    What was sent stands: only release, reminder and calling back are written later (migration 0005).
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    bulletin = models.ForeignKey("Bulletin", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    urgency = models.CharField(max_length=16, choices=[(one.value, one.value) for one in rules.Urgency])
    wanted_from = models.DateTimeField(null=True)
    wanted_until = models.DateTimeField(null=True)
    must_broadcast = models.BooleanField()
    note = models.TextField(blank=True)
    sent_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=[(one.value, one.value) for one in rules.SendingState])
    released_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    called_back_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    called_back_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_sending"
        indexes = [models.Index(fields=["unit", "-sent_at"], name="bulletins_sending_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(urgency__in=[one.value for one in rules.Urgency]), name="bulletins_sending_urgency_known"
            ),
            models.CheckConstraint(
                condition=Q(wanted_until=None) | Q(wanted_from=None) | Q(wanted_until__gt=F("wanted_from")),
                name="bulletins_sending_window_lasts",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", urgency="emergency", released_at=None, called_back_at=None)
                | Q(state="sent", released_at__isnull=False, called_back_at=None)
                | Q(state="called_back", called_back_at__isnull=False, called_back_by__isnull=False) & ~Q(reason=""),
                name="bulletins_sending_times_fit_state",
            ),
            models.CheckConstraint(
                condition=~Q(urgency="emergency", released_by=F("sent_by")),
                name="bulletins_sending_two_persons",
            ),
            models.CheckConstraint(condition=is_kept("note", rules.NOTE_LONGEST), name="bulletins_sending_note_plain"),
            models.CheckConstraint(
                condition=is_kept("reason", rules.NOTE_LONGEST), name="bulletins_sending_reason_plain"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin_id} down ({self.urgency}, {self.state})"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit that sends; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"sending:{self.id}"


class Receipt(models.Model):
    """An item in a unit's inbox. `sent_to` is whom it was sent to, for ever; `unit` is who has it now."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    sending = models.ForeignKey(Sending, on_delete=models.PROTECT, related_name="receipts")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    sent_to = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=[(one.value, one.value) for one in rules.ReceiptState])
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    skipped_at = models.DateTimeField(null=True)
    skipped_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=16, blank=True, choices=[(one.value, one.value) for one in rules.SkipReason])
    words = models.TextField(blank=True)
    place = models.IntegerField(default=0, db_default=0)
    unplaced = models.CharField(max_length=40, blank=True, default="", db_default="")
    """Why it could not be placed at the time its sender wished: the code of the refusal, until the unit places it."""

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_receipt"
        indexes = [models.Index(fields=["unit", "state"], name="bulletins_receipt_unit")]
        constraints = [
            models.UniqueConstraint(fields=["sending", "sent_to"], name="bulletins_receipt_once"),
            models.CheckConstraint(
                condition=Q(state="new", seen_at=None, skipped_at=None, reason="")
                | Q(state="seen", seen_at__isnull=False, skipped_at=None, reason="")
                | Q(state="skipped", skipped_at__isnull=False, skipped_by__isnull=False) & ~Q(reason=""),
                name="bulletins_receipt_times_fit_state",
            ),
            models.CheckConstraint(
                condition=~Q(reason="other") | ~Q(words=""), name="bulletins_receipt_other_reason_told"
            ),
            models.CheckConstraint(
                condition=is_kept("words", rules.NOTE_LONGEST), name="bulletins_receipt_words_plain"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sending_id} at {self.unit_id} ({self.state})"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit that has it; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"receipt:{self.id}"
