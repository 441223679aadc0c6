"""What stands in the field beside a device."""

from django.db import models
from django.db.models import F, Q

from loa.devices.fitting import SIM_TAIL, Source
from loa.devices.models.registry import Device
from loa.kernel.scoped import ScopedManager


class Fitting(models.Model):
    """The equipment around one device, as its technician noted it last; the record keeps how it was before.

    Of the number of a SIM only the last digits are kept: enough to find the card on a bill.
    """

    device = models.OneToOneField(Device, on_delete=models.CASCADE, primary_key=True, related_name="+")
    source = models.CharField(max_length=16, choices=[(source.value, source.value) for source in Source])
    supply_low_v = models.PositiveSmallIntegerField(null=True)
    supply_high_v = models.PositiveSmallIntegerField(null=True)
    has_backup = models.BooleanField(default=False)
    speakers = models.PositiveSmallIntegerField(null=True)
    speaker_w = models.PositiveIntegerField(null=True)
    serial = models.CharField(max_length=64, default="", blank=True)
    sim_operator = models.CharField(max_length=64, default="", blank=True)
    sim_tail = models.CharField(max_length=SIM_TAIL, default="", db_default="", blank=True)
    sim_month_mb = models.PositiveIntegerField(null=True)
    sim_month_cost_vnd = models.PositiveIntegerField(null=True)
    sim_since_on = models.DateField(null=True)
    sim_until_on = models.DateField(null=True)
    installed_on = models.DateField(null=True)
    warranty_until = models.DateField(null=True)
    photo = models.ForeignKey("media.Document", on_delete=models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=160)

    scope_lookup = "device__unit__path"
    scope_thing = "device_id"
    objects = ScopedManager()

    class Meta:
        db_table = "devices_fitting"
        constraints = [
            models.CheckConstraint(
                condition=Q(source__in=[source.value for source in Source]), name="devices_fitting_source_known"
            ),
            models.CheckConstraint(
                condition=Q(supply_low_v=None) | Q(supply_high_v=None) | Q(supply_low_v__lte=F("supply_high_v")),
                name="devices_fitting_supply_in_order",
            ),
            models.CheckConstraint(
                condition=Q(sim_tail="") | Q(sim_tail__regex=r"^[0-9]{4}$"), name="devices_fitting_sim_tail_only"
            ),
            models.CheckConstraint(
                condition=Q(sim_since_on=None) | Q(sim_until_on=None) | Q(sim_since_on__lte=F("sim_until_on")),
                name="devices_fitting_sim_contract_in_order",
            ),
            models.CheckConstraint(
                condition=Q(installed_on=None) | Q(warranty_until=None) | Q(installed_on__lte=F("warranty_until")),
                name="devices_fitting_warranty_follows",
            ),
        ]

    def __str__(self) -> str:
        return f"fitting of {self.device_id}"
