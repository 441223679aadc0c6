"""What devices of other makers fetched: only of a file that was fetched is a word believed that it was played."""

from django.db import models

from loa.devices.models.registry import Device


class Fetched(models.Model):
    """A file that a device got through the door for devices of other makers."""

    id = models.BigAutoField(primary_key=True)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+", db_index=False)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "devices_fetched"
        indexes = [models.Index("at", name="devices_fetched_at")]
        constraints = [models.UniqueConstraint(fields=["device", "sha256"], name="devices_fetched_once")]

    def __str__(self) -> str:
        return f"{self.sha256} by {self.device_id}"
