"""Live speech on its way to devices: the session, and its sound until it is kept as a recording."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from loa.devices import rules


class LiveSession(models.Model):
    """Live speech to the devices of some areas. Its id is that of its airing; what was closed stands (migration 0004).

    `areas` are unit paths, former ones of devices on the move included; `speaker` the id of who speaks. `base_at` is
    when the first chunk sounds, `chunks` how many there were, `recording` the digest of what is kept of them. In a
    relay nobody of ours speaks: its speaker is `RELAY_SPEAKER`.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    areas = ArrayField(models.CharField(max_length=rules.AREA_LONGEST))
    speaker = models.CharField(max_length=64)
    chunk_ms = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    base_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(
        max_length=16, blank=True, choices=[(reason.value, reason.value) for reason in rules.LiveEnd]
    )
    chunks = models.PositiveIntegerField(null=True)
    recording = models.CharField(max_length=64, blank=True)
    said_again_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "devices_live"
        indexes = [models.Index("opened_at", name="devices_live_open", condition=Q(closed_at=None))]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("opened_at")), name="devices_live_ends_after_start"),
            models.CheckConstraint(condition=Q(areas__len__gt=0), name="devices_live_somewhere"),
            models.CheckConstraint(condition=Q(chunk_ms__gte=200, chunk_ms__lte=1000), name="devices_live_chunk_ms"),
            models.CheckConstraint(
                condition=Q(closed_at=None, close_reason="", chunks=None, recording="")
                | Q(closed_at__isnull=False, chunks__isnull=False) & ~Q(close_reason=""),
                name="devices_live_closed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} from {self.opened_at}"

    @property
    def is_relay(self) -> bool:
        """Whether another station is passed on."""
        return self.speaker == rules.RELAY_SPEAKER


class LiveChunk(models.Model):
    """A piece of live sound as it came from the speaker: packed Opus packets, sealed by the process that took it.

    Kept until the recording is made of it. `play_at` is the moment at which it sounds everywhere.
    """

    id = models.BigAutoField(primary_key=True)
    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="+", db_index=False)
    seq = models.PositiveIntegerField()
    play_at = models.DateTimeField()
    packets = models.BinaryField()
    seal = models.BinaryField()
    received_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "devices_live_chunk"
        indexes = [models.Index("session", "seq", name="devices_live_waiting", condition=Q(published_at=None))]
        constraints = [models.UniqueConstraint(fields=["session", "seq"], name="devices_live_chunk_once")]

    def __str__(self) -> str:
        return f"{self.session_id} #{self.seq}"
