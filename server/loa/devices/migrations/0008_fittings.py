"""What stands in the field beside a device: supply, speakers, SIM, a photo."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from loa.kernel.migrating import CreateModel

SOURCES = ("mains", "solar", "battery")


class Migration(migrations.Migration):
    dependencies = [("devices", "0007_tickets")]

    operations = [
        CreateModel(
            name="Fitting",
            fields=[
                (
                    "device",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="devices.device",
                    ),
                ),
                ("source", models.CharField(choices=[(source, source) for source in SOURCES], max_length=16)),
                ("supply_low_v", models.PositiveSmallIntegerField(null=True)),
                ("supply_high_v", models.PositiveSmallIntegerField(null=True)),
                ("has_backup", models.BooleanField(default=False)),
                ("speakers", models.PositiveSmallIntegerField(null=True)),
                ("speaker_w", models.PositiveIntegerField(null=True)),
                ("serial", models.CharField(blank=True, default="", max_length=64)),
                ("sim_operator", models.CharField(blank=True, default="", max_length=64)),
                ("sim_month_mb", models.PositiveIntegerField(null=True)),
                ("sim_month_cost_vnd", models.PositiveIntegerField(null=True)),
                ("installed_on", models.DateField(null=True)),
                ("warranty_until", models.DateField(null=True)),
                ("noted_at", models.DateTimeField()),
                ("noted_by", models.CharField(max_length=160)),
                (
                    "photo",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="media.document"
                    ),
                ),
            ],
            options={
                "db_table": "devices_fitting",
                "constraints": [
                    models.CheckConstraint(condition=Q(source__in=list(SOURCES)), name="devices_fitting_source_known"),
                    models.CheckConstraint(
                        condition=Q(supply_low_v=None)
                        | Q(supply_high_v=None)
                        | Q(supply_low_v__lte=F("supply_high_v")),
                        name="devices_fitting_supply_in_order",
                    ),
                    models.CheckConstraint(
                        condition=Q(installed_on=None)
                        | Q(warranty_until=None)
                        | Q(installed_on__lte=F("warranty_until")),
                        name="devices_fitting_warranty_follows",
                    ),
                ],
            },
        ),
    ]
