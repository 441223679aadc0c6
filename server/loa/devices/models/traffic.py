"""What is sent to devices, the evidence that comes back, and what was not believed."""

import uuid

from django.db import models
from django.db.models import BigIntegerField, F, Func, Q, TextField
from django.db.models.functions import Cast

from loa.devices import rules
from loa.devices.models.registry import Device
from loa_protocol import uuid7


class Outbound(models.Model):
    """One message waiting to be signed and sent. Its number is the sequence that devices see rise.

    `txid` leads to the entry of the command that ordered it, which names it by its digest: else nobody signs it.
    """

    id = models.BigAutoField(primary_key=True)
    message = models.UUIDField(default=uuid7.make, unique=True)
    lane = models.CharField(max_length=8, choices=[(lane.value, lane.value) for lane in rules.Lane])
    area = models.CharField(max_length=160, default="", blank=True)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, null=True, related_name="+")
    body = models.JSONField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer_ok = models.BooleanField(null=True)
    answer = models.CharField(max_length=200, default="", blank=True)
    txid = models.BigIntegerField(
        editable=False, db_default=Cast(Cast(Func(function="pg_current_xact_id"), TextField()), BigIntegerField())
    )

    class Meta:
        db_table = "devices_outbound"
        indexes = [
            models.Index("lane", "id", name="devices_outbound_waiting", condition=Q(published_at=None)),
            models.Index("area", "expires_at", name="devices_outbound_area", condition=Q(lane="now")),
            models.Index(
                "device", "id", name="devices_outbound_unanswered", condition=Q(lane="command", answered_at=None)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(lane="now", device=None) & ~Q(area="") | Q(lane="command", area="", device__isnull=False),
                name="devices_outbound_one_address",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="devices_outbound_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.lane} {self.area or self.device_id}"


class PlayEvent(models.Model):
    """One piece of evidence. Partitioned by month of `id`, append-only, written by COPY: migration 0002."""

    id = models.UUIDField(primary_key=True)
    device_id = models.UUIDField()
    seq = models.BigIntegerField()
    outcome = models.CharField(max_length=16)
    airing_id = models.UUIDField(null=True)
    clip = models.CharField(max_length=64, null=True)  # noqa: DJ001 - absent is not empty
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    reason = models.TextField()
    lateness_ms = models.IntegerField(null=True)
    volume_pct = models.SmallIntegerField(null=True)
    level_dbfs = models.FloatField(null=True)
    clock_offset_ms = models.IntegerField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "devices_event"

    def __str__(self) -> str:
        return f"{self.id} {self.outcome} on {self.device_id}"


class Refusal(models.Model):
    """A message of a device that the server did not believe or could not read, kept for the one who asks why."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    device_id = models.UUIDField(null=True)
    topic = models.CharField(max_length=200)
    reason = models.CharField(max_length=32)
    detail = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        db_table = "devices_refusal"
        indexes = [
            models.Index("device_id", "id", name="devices_refusal_device"),
            models.Index("at", name="devices_refusal_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.topic} {self.reason}"


class BridgeStatus(models.Model):
    """What one bridge process last said of itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    signing_problem = models.CharField(max_length=64, default="", blank=True)
    connected = models.PositiveIntegerField(default=0)
    unwritten = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "devices_bridge"

    def __str__(self) -> str:
        return f"{self.id} at {self.seen_at}"
