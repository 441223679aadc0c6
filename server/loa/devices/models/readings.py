"""What devices measured: raw for some days, by the hour for years."""

from django.db import models


class Reading(models.Model):
    """One condition a device told of, at the time it came in. Partitioned by day, kept 30 days: migration 0006."""

    device_id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    power = models.CharField(max_length=16)
    supply_v = models.FloatField(null=True)
    battery_pct = models.SmallIntegerField(null=True)
    temperature_c = models.FloatField(null=True)
    signal_dbm = models.SmallIntegerField(null=True)
    network = models.CharField(max_length=16)
    speaker_fault = models.BooleanField(null=True)
    amplifier_fault = models.BooleanField(null=True)
    output_dbfs = models.FloatField(null=True)
    storage_free_bytes = models.BigIntegerField(null=True)
    traffic_bytes = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "devices_reading"

    def __str__(self) -> str:
        return f"{self.device_id} at {self.at}"


class ReadingHour(models.Model):
    """What the readings of one device in one hour come to. `traffic_bytes` is what went through in that hour."""

    id = models.BigAutoField(primary_key=True)
    device_id = models.UUIDField()
    hour = models.DateTimeField()
    readings = models.PositiveIntegerField()
    on_battery = models.PositiveIntegerField()
    speaker_faults = models.PositiveIntegerField()
    amplifier_faults = models.PositiveIntegerField()
    supply_v_low = models.FloatField(null=True)
    supply_v_high = models.FloatField(null=True)
    temperature_c_high = models.FloatField(null=True)
    signal_dbm_low = models.SmallIntegerField(null=True)
    output_dbfs_high = models.FloatField(null=True)
    storage_free_bytes_low = models.BigIntegerField(null=True)
    traffic_bytes = models.BigIntegerField(null=True)

    class Meta:
        db_table = "devices_reading_hour"
        indexes = [models.Index("hour", name="devices_reading_hour_hour")]
        constraints = [
            models.UniqueConstraint(fields=["device_id", "hour"], name="devices_reading_hour_once"),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} in {self.hour}"
