"""Software for devices: what was taken in, and what each device came to with it."""

from django.db import models
from django.db.models import F, Q

from loa.devices.models.registry import Device
from loa.kernel.scope import Actor
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7
from loa_protocol.release import Step


class Release(models.Model):
    """A package of the agent and the statement about it, both in the media store by their digest.

    One person takes it in, another confirms it; before that no device is told of it. What was taken in stands.
    `taken_by` is a name to read, `taken_by_actor` who it was: people share names, and change them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=24)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    floor = models.CharField(max_length=24)
    statement = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=160)
    taken_by_actor = models.CharField(max_length=176)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=160, default="", blank=True)
    confirmed_by_actor = models.CharField(max_length=176, default="", blank=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "devices_release"
        indexes = [models.Index("unit", "taken_at", name="devices_release_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by="", confirmed_by_actor="")
                | Q(confirmed_at__gte=F("taken_at"))
                & ~Q(confirmed_by="")
                & ~Q(confirmed_by_actor__in=["", F("taken_by_actor")]),
                name="devices_release_confirmed_by_another",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="devices_release_ends_later"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="devices_release_has_a_package"),
        ]

    def __str__(self) -> str:
        return f"release {self.version} ({self.id})"

    def is_taken_by(self, actor: Actor) -> bool:
        """Tell whether somebody took it in; before accounts were kept, the name is all there is."""
        return self.taken_by_actor in {actor.key, f"name:{actor.name or actor.id}"}

    @property
    def scope_path(self) -> str:
        """Return the path of the unit it was taken in for."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"release:{self.id}"


class ReleaseReport(models.Model):
    """What a device said of a release: one row for each step, kept. Written by the bridge only."""

    id = models.BigAutoField(primary_key=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    statement = models.CharField(max_length=64)
    step = models.CharField(max_length=16, choices=[(step.value, step.value) for step in Step])
    why = models.CharField(max_length=64, default="", blank=True)
    version = models.CharField(max_length=64, default="", blank=True)
    at = models.DateTimeField()

    scope_lookup = "device__unit__path"
    scope_thing = "device_id"
    objects = ScopedManager()

    class Meta:
        db_table = "devices_release_report"
        indexes = [models.Index("statement", "device", "id", name="devices_release_report_of")]

    def __str__(self) -> str:
        return f"{self.step} of {self.statement} on {self.device_id}"
