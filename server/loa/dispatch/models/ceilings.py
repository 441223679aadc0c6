"""How loud loudspeakers may be, by place and time of day, and how loud they were measured."""

from django.db import models
from django.db.models import F, Q

from loa.dispatch import rules
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class Ceiling(models.Model):
    """The most, in percent, that sounds at a unit and below it, or on one device, in a stretch of every day.

    `start_min` and `end_min` are minutes of the local day, half-open; over midnight the end comes first. Whoever is
    loudest, the lowest ceiling wins. With `is_alert` it is for alerts, which obey no other. It is ended, never changed:
    `ending_by` asked for that, and another person ended it, because it may be louder from then on (migration 0007).
    One for alerts is not set below `rules.ALERT_LEAST_PCT` (migration 0008).
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey("devices.Device", on_delete=models.PROTECT, null=True, related_name="+")
    start_min = models.PositiveSmallIntegerField()
    end_min = models.PositiveSmallIntegerField()
    most_pct = models.PositiveSmallIntegerField()
    is_alert = models.BooleanField()
    nearby = models.CharField(max_length=16, blank=True, choices=[(one.value, one.value) for one in rules.Nearby])
    reason = models.CharField(max_length=rules.REASON_LONGEST, blank=True)
    set_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ending_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    ending_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    scope_lookup = "unit__path"
    scope_thing = "device_id"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "dispatch_ceiling"
        indexes = [models.Index("unit", name="dispatch_ceiling_unit", condition=Q(ended_at=None))]
        constraints = [
            models.CheckConstraint(
                condition=Q(start_min__lt=1440, end_min__range=(1, 1440)) & ~Q(start_min=F("end_min")),
                name="dispatch_ceiling_stretch_of_a_day",
            ),
            models.CheckConstraint(condition=Q(most_pct__lte=100), name="dispatch_ceiling_percent"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="dispatch_ceiling_ended_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(ending_at=None, ending_by=None) | Q(ending_at__isnull=False, ending_by__isnull=False),
                name="dispatch_ceiling_ending_asked_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None) | Q(ending_by=None) | ~Q(ended_by=F("ending_by")),
                name="dispatch_ceiling_ended_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.most_pct} % at {self.unit_id} from {self.start_min} to {self.end_min}"

    @property
    def held_pct(self) -> int:
        """Return what devices are told: a ceiling for alerts that was set before they had a floor is lifted to it."""
        return max(self.most_pct, rules.ALERT_LEAST_PCT) if self.is_alert else self.most_pct

    @property
    def scope_path(self) -> str:
        """Return the path of its unit, on its channel; load it with `unit`."""
        return f"{self.unit.path}#{self.scope_channel}"

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"ceiling:{self.id}"


class Measurement(models.Model):
    """A level in dB(A) that somebody read from a meter, so many meters from a loudspeaker. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey("devices.Device", on_delete=models.PROTECT, null=True, related_name="+")
    measured_at = models.DateTimeField()
    level_dba = models.FloatField()
    distance_m = models.PositiveSmallIntegerField()
    spot = models.CharField(max_length=200)
    noted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    scope_lookup = "unit__path"
    scope_thing = "device_id"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "dispatch_measurement"
        indexes = [models.Index(fields=["unit", "-measured_at"], name="dispatch_measurement_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(level_dba__range=(20, 140), distance_m__range=(1, 1000)) & ~Q(spot=""),
                name="dispatch_measurement_plausible",
            ),
            models.CheckConstraint(
                condition=Q(measured_at__lte=F("noted_at")), name="dispatch_measurement_not_in_the_future"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level_dba} dB(A) at {self.unit_id} on {self.measured_at}"
