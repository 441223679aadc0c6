"""From when on something counts, where a unit lays it down itself."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    dependencies = [("devices", "0008_fittings")]

    operations = [
        CreateModel(
            name="Threshold",
            fields=[
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="orgs.unit",
                    ),
                ),
                ("late_after_s", models.PositiveIntegerField()),
                ("offline_after_s", models.PositiveIntegerField()),
                ("hot_c", models.PositiveSmallIntegerField()),
                ("supply_low_v", models.PositiveSmallIntegerField()),
                ("supply_high_v", models.PositiveSmallIntegerField()),
                ("drift_ms", models.PositiveIntegerField()),
                ("storage_low_mb", models.PositiveIntegerField()),
                ("signal_low_dbm", models.SmallIntegerField()),
            ],
            options={
                "db_table": "devices_threshold",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            late_after_s__gte=30, late_after_s__lte=F("offline_after_s"), offline_after_s__lte=86_400
                        ),
                        name="devices_threshold_late_before_offline",
                    ),
                    models.CheckConstraint(
                        condition=Q(supply_low_v__lt=F("supply_high_v")), name="devices_threshold_supply_in_order"
                    ),
                    models.CheckConstraint(
                        condition=Q(signal_low_dbm__range=(-200, 0)), name="devices_threshold_signal_possible"
                    ),
                ],
            },
        ),
    ]
