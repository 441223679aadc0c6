"""Named sets of devices within a unit: along the dyke, around the market."""

from django.db import models
from django.db.models import Q

from loa.devices import rules
from loa.devices.models.registry import Device
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class Group(models.Model):
    """Devices at and below one unit that are chosen together. One that moves away from there is no longer in it."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=rules.NAME_LONGEST)
    made_at = models.DateTimeField()
    members = models.ManyToManyField(Device, through="Member", related_name="+")

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "devices_group"
        indexes = [models.Index("unit", "name", "id", name="devices_group_unit")]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="devices_group_named")]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"

    @property
    def scope_path(self) -> str:
        """Return the path of its unit; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"group:{self.id}"


class Member(models.Model):
    """One device of a group."""

    id = models.BigAutoField(primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+", db_index=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "devices_group_member"
        constraints = [models.UniqueConstraint(fields=["group", "device"], name="devices_group_member_once")]

    def __str__(self) -> str:
        return f"{self.device_id} in {self.group_id}"
