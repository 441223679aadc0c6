"""From when on something counts, where a unit lays it down itself."""

from django.db import models
from django.db.models import F, Q

from loa.kernel.scoped import ScopedManager


class Threshold(models.Model):
    """What holds for the devices of a unit and below, unless a unit between says otherwise."""

    unit = models.OneToOneField("orgs.Unit", on_delete=models.PROTECT, primary_key=True, related_name="+")
    late_after_s = models.PositiveIntegerField()
    offline_after_s = models.PositiveIntegerField()
    hot_c = models.PositiveSmallIntegerField()
    supply_low_v = models.PositiveSmallIntegerField()
    supply_high_v = models.PositiveSmallIntegerField()
    drift_ms = models.PositiveIntegerField()
    storage_low_mb = models.PositiveIntegerField()
    signal_low_dbm = models.SmallIntegerField()

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "devices_threshold"
        constraints = [
            models.CheckConstraint(
                condition=Q(late_after_s__gte=30, late_after_s__lte=F("offline_after_s"), offline_after_s__lte=86_400),
                name="devices_threshold_late_before_offline",
            ),
            models.CheckConstraint(
                condition=Q(supply_low_v__lt=F("supply_high_v")), name="devices_threshold_supply_in_order"
            ),
            models.CheckConstraint(
                condition=Q(signal_low_dbm__range=(-200, 0)), name="devices_threshold_signal_possible"
            ),
        ]

    def __str__(self) -> str:
        return f"thresholds of {self.unit_id}"
