"""Where and when a bulletin is to air."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from loa.kernel.scoped import ScopedManager
from loa.schedules import rules
from loa_protocol import uuid7


class Slot(models.Model):
    """A wish to air a bulletin below a unit, or on some of its devices. `start_at` None is: as soon as approved.

    Once somebody has decided, where, when and who stand (migration 0002).

    `reason` is the code of the refusal when it could not become an airing. `confirmed` is the word of who asked that
    it may air in the quiet hours, `wakes` how many clusters the approver agreed to wake then. `receipt` is the item of
    the inbox it airs, `sending` the emergency; `priority_reason` says why an item of the unit's own comes first.
    `override_reason` is why it may break hour rules, in the words of who asked; `overridden` are the rules that who
    decided set aside.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    bulletin = models.ForeignKey("bulletins.Bulletin", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    device_ids = ArrayField(models.UUIDField(), null=True)
    start_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField()
    asked_by = models.CharField(max_length=64)
    requested_by = models.CharField(max_length=160)
    requested_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=[(state.value, state.value) for state in rules.State])
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    wakes = models.PositiveIntegerField(null=True)
    airing = models.OneToOneField("dispatch.Airing", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=40, blank=True)
    is_priority = models.BooleanField(default=False, db_default=False)
    priority_reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    override_reason = models.CharField(max_length=rules.OVERRIDE_LONGEST, blank=True, default="", db_default="")
    overridden = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    receipt = models.ForeignKey("bulletins.Receipt", on_delete=models.PROTECT, null=True, related_name="+")
    sending = models.ForeignKey("bulletins.Sending", on_delete=models.PROTECT, null=True, related_name="+")

    scope_lookup = "unit__path"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "schedules_slot"
        indexes = [models.Index("unit", "start_at", name="schedules_slot_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "approved", "declined"], airing=None, reason="")
                | Q(state="placed", airing__isnull=False, reason="")
                | Q(state="refused", airing=None) & ~Q(reason="")
                | Q(state="cancelled", reason=""),
                name="schedules_slot_airing_fits_state",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | Q(state__in=["approved", "placed", "declined"], decided_by__isnull=False, decided_at__isnull=False)
                | Q(state__in=["refused", "cancelled"]),
                name="schedules_slot_decided_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(start_at=None) | Q(start_at__gt=F("requested_at")), name="schedules_slot_asked_before_start"
            ),
            models.CheckConstraint(
                condition=Q(device_ids=None) | Q(device_ids__len__gt=0), name="schedules_slot_some_device"
            ),
            models.CheckConstraint(
                condition=Q(is_priority=False) | ~Q(priority_reason="") | Q(receipt__isnull=False),
                name="schedules_slot_first_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(sending=None) | Q(receipt=None, start_at=None), name="schedules_slot_emergency_at_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin_id} at {self.start_at or 'approval'} ({self.state})"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit it is meant for, on its channel; load it with `unit`."""
        return f"{self.unit.path}#{self.scope_channel}"

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"slot:{self.id}"
