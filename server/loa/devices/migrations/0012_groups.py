"""Named sets of devices within a unit."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    dependencies = [("devices", "0011_stations"), ("orgs", "0014_devices_are_grouped")]

    operations = [
        CreateModel(
            name="Group",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField()),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "db_table": "devices_group",
                "indexes": [models.Index("unit", "name", "id", name="devices_group_unit")],
                "constraints": [models.CheckConstraint(condition=~Q(name=""), name="devices_group_named")],
            },
        ),
        CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="devices.group",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="devices.device"
                    ),
                ),
            ],
            options={
                "db_table": "devices_group_member",
                "constraints": [models.UniqueConstraint(fields=["group", "device"], name="devices_group_member_once")],
            },
        ),
        migrations.AddField(
            "Group",
            "members",
            models.ManyToManyField(related_name="+", through="devices.Member", to="devices.device"),
        ),
    ]
