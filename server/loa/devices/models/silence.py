"""Silences: loudspeakers that shall be quiet below alerts, by whose word, and until when."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from loa.devices import rules
from loa.kernel.scope import is_within
from loa.kernel.scoped import ScopedManager
from loa.orgs.models import Unit
from loa_protocol import uuid7


class Silence(models.Model):
    """Everything below a unit, or some devices of it, is silent below alerts until somebody lifts it.

    `device_ids` None is every device below the unit, also one that comes later. `said_from` is the unit above at which
    the right stood by which it was said; None when it stood at the unit itself. A drill that does not stop anything is
    measured and over. What was said stands; only lifting is added, once (migration 0005).
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    said_from = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    device_ids = ArrayField(models.UUIDField(), null=True)
    is_drill = models.BooleanField(default=False)
    stops = models.BooleanField(default=True)
    reason = models.CharField(max_length=rules.REASON_LONGEST)
    meant = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    began_by = models.CharField(max_length=160)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=160, default="", blank=True)
    lift_reason = models.CharField(max_length=rules.REASON_LONGEST, default="", blank=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "devices_silence"
        indexes = [
            models.Index("unit", "began_at", "id", name="devices_silence_unit"),
            models.Index("id", name="devices_silence_open", condition=Q(lifted_at=None, stops=True)),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="devices_silence_has_reason"),
            models.CheckConstraint(
                condition=Q(is_drill=True) | Q(stops=True), name="devices_silence_only_drills_spare"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by="", lift_reason="")
                | Q(stops=True, lifted_at__gte=F("began_at")) & ~Q(lifted_by="") & ~Q(lift_reason=""),
                name="devices_silence_lifted_whole",
            ),
            models.CheckConstraint(
                condition=Q(device_ids=None) | ~Q(device_ids=[]), name="devices_silence_names_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"silence {self.id} of {self.unit_id}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit it was said for."""
        return self.unit.path

    @property
    def holder(self) -> Unit:
        """Return the unit that lifts it: the one above that said it, while it still stands above."""
        above = self.said_from
        return above if above is not None and is_within(self.unit.path, above.path) else self.unit

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"silence:{self.id}"

    @property
    def is_open(self) -> bool:
        """Tell whether it holds."""
        return self.stops and self.lifted_at is None
