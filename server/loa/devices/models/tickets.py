"""Fault tickets: what is wrong with a device, who mends it until when, and what proves that it is mended."""

from django.db import models
from django.db.models import F, Q

from loa.devices import faults
from loa.devices.models.registry import Device
from loa.devices.models.silence import Silence
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class Ticket(models.Model):
    """One fault of one device: of each cause at most one is open. It goes wherever its device goes.

    `well_since` is when what told of the fault stopped telling. `escalated_to` is the unit above that knows by now.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=16, choices=[(cause.value, cause.value) for cause in faults.Cause])
    origin = models.CharField(max_length=16, choices=[(origin.value, origin.value) for origin in faults.Origin])
    words = models.CharField(max_length=faults.WORDS_LONGEST, default="", blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=160, default="", blank=True)
    due_at = models.DateTimeField()
    assignee = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    assigned_at = models.DateTimeField(null=True)
    silence = models.ForeignKey(Silence, on_delete=models.PROTECT, null=True, related_name="+")
    well_since = models.DateTimeField(null=True)
    escalations = models.PositiveSmallIntegerField(default=0)
    escalated_at = models.DateTimeField(null=True)
    escalated_to = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=160, default="", blank=True)
    proof = models.CharField(
        max_length=16, choices=[(proof.value, proof.value) for proof in faults.Proof], default="", blank=True
    )
    photo = models.ForeignKey("media.Document", on_delete=models.PROTECT, null=True, related_name="+")
    level_dbfs = models.FloatField(null=True)
    close_words = models.CharField(max_length=faults.WORDS_LONGEST, default="", blank=True)

    scope_lookup = "device__unit__path"
    scope_thing = "device_id"
    objects = ScopedManager()

    class Meta:
        db_table = "devices_ticket"
        indexes = [
            models.Index("device", "opened_at", name="devices_ticket_device"),
            models.Index("due_at", name="devices_ticket_open", condition=Q(closed_at=None)),
            models.Index("assignee", name="devices_ticket_mine", condition=Q(closed_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "cause"], condition=Q(closed_at=None), name="devices_ticket_one_open"
            ),
            models.CheckConstraint(
                condition=Q(cause__in=[cause.value for cause in faults.Cause]), name="devices_ticket_cause_known"
            ),
            models.CheckConstraint(
                condition=Q(origin__in=[origin.value for origin in faults.Origin]), name="devices_ticket_origin_known"
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("opened_at")), name="devices_ticket_due_later"),
            models.CheckConstraint(
                condition=Q(closed_at=None, proof="", photo=None, level_dbfs=None)
                | Q(closed_at__gte=F("opened_at"))
                & (
                    Q(proof="photo", photo__isnull=False)
                    | Q(proof="level", level_dbfs__gt=faults.SILENT_DBFS, photo=None)
                    | Q(proof="telemetry", photo=None)
                ),
                name="devices_ticket_closed_with_proof",
            ),
            models.CheckConstraint(
                condition=Q(assignee=None) | Q(assigned_at__isnull=False), name="devices_ticket_assigned_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause} of {self.device_id} since {self.opened_at}"

    @property
    def scope_path(self) -> str:
        """Return the device's own place."""
        return self.device.scope_path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"ticket:{self.id}"

    @property
    def is_open(self) -> bool:
        """Tell whether the fault is still to be mended."""
        return self.closed_at is None
