"""Priority items of one commune that want the same time, and the order in which they air."""

from django.db import models
from django.db.models import Q

from loa.kernel.scoped import ScopedManager
from loa.schedules import rules
from loa_protocol import uuid7


class Clash(models.Model):
    """A task for a commune: in which order? The default is on the plan already and stands unless somebody decides.

    `applies_at` is the moment after which nobody can: the clock then notes that the default was applied.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=[(one.value, one.value) for one in rules.ClashState])
    made_at = models.DateTimeField()
    applies_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    scope_lookup = "unit__path"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "schedules_clash"
        indexes = [
            models.Index(fields=["state", "applies_at"], name="schedules_clash_due"),
            models.Index(fields=["unit", "state"], name="schedules_clash_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None, decided_by=None)
                | Q(state="decided", decided_at__isnull=False, decided_by__isnull=False)
                | Q(state__in=["defaulted", "gone"], decided_at__isnull=False, decided_by=None),
                name="schedules_clash_decided_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} at {self.unit_id} ({self.state})"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit that decides, on its channel; load it with `unit`."""
        return f"{self.unit.path}#{self.scope_channel}"

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"clash:{self.id}"


class ClashPart(models.Model):
    """One of the items that clash: which place it has by default, and by decision."""

    id = models.BigAutoField(primary_key=True)
    clash = models.ForeignKey(Clash, on_delete=models.PROTECT, related_name="parts")
    slot = models.ForeignKey("Slot", on_delete=models.PROTECT, related_name="+")
    wanted_at = models.DateTimeField()
    default_place = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField(null=True)

    scope_lookup = "clash__unit__path"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "schedules_clash_part"
        constraints = [
            models.UniqueConstraint(fields=["clash", "slot"], name="schedules_clash_part_once"),
            models.CheckConstraint(condition=Q(default_place__gte=1), name="schedules_clash_part_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.slot_id} in {self.clash_id}"
