"""Devices of other makers: in whose words each is spoken to, and what they fetched."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    dependencies = [("devices", "0009_thresholds")]

    operations = [
        migrations.AddField(
            "Device", "driver", models.CharField(blank=True, db_default="loa", default="loa", max_length=32)
        ),
        migrations.AddField("Device", "cannot_stop", models.BooleanField(db_default=False, default=False)),
        migrations.RemoveConstraint("Device", "devices_device_keys_fit_state"),
        migrations.AddConstraint(
            "Device",
            models.CheckConstraint(
                condition=Q(state="registered", credential_digest="", public_key="")
                | Q(state="enrolled", enrolled_at__isnull=False)
                & ~Q(credential_digest="")
                & (~Q(public_key="") | ~Q(driver="loa"))
                | Q(state="revoked", revoked_at__isnull=False, credential_digest=""),
                name="devices_device_keys_fit_state",
            ),
        ),
        migrations.AddConstraint(
            "Device", models.CheckConstraint(condition=~Q(driver=""), name="devices_device_driven")
        ),
        migrations.AddIndex(
            "Outbound", models.Index("area", "expires_at", condition=Q(lane="now"), name="devices_outbound_area")
        ),
        CreateModel(
            name="Fetched",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="devices.device",
                    ),
                ),
            ],
            options={
                "db_table": "devices_fetched",
                "indexes": [models.Index("at", name="devices_fetched_at")],
                "constraints": [models.UniqueConstraint(fields=["device", "sha256"], name="devices_fetched_once")],
            },
        ),
    ]
