"""How loud it may be, how loud it was measured, how an airing rises and why it may sound."""

import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("devices", "0003_where_a_device_stands"),
        ("dispatch", "0002_live"),
        ("orgs", "0007_leaders_take_archives_out"),
    ]

    operations = [
        CreateModel(
            name="Ceiling",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("start_min", models.PositiveSmallIntegerField()),
                ("end_min", models.PositiveSmallIntegerField()),
                ("most_pct", models.PositiveSmallIntegerField()),
                ("is_alert", models.BooleanField()),
                (
                    "nearby",
                    models.CharField(
                        blank=True,
                        choices=[("school", "school"), ("clinic", "clinic"), ("pagoda", "pagoda"), ("other", "other")],
                        max_length=16,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("set_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "dispatch_ceiling",
            },
        ),
        CreateModel(
            name="Measurement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("measured_at", models.DateTimeField()),
                ("level_dba", models.FloatField()),
                ("distance_m", models.PositiveSmallIntegerField()),
                ("spot", models.CharField(max_length=200)),
                ("noted_at", models.DateTimeField()),
            ],
            options={
                "db_table": "dispatch_measurement",
            },
        ),
        migrations.AddField(
            model_name="airing",
            name="exception",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="airing",
            name="fade_in_ms",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="airing",
            constraint=models.CheckConstraint(
                condition=models.Q(("fade_in_ms__lte", 10000)), name="dispatch_airing_fade_in"
            ),
        ),
        migrations.AddField(
            model_name="ceiling",
            name="device",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="devices.device"
            ),
        ),
        migrations.AddField(
            model_name="ceiling",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
            ),
        ),
        migrations.AddField(
            model_name="ceiling",
            name="set_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"),
        ),
        migrations.AddField(
            model_name="ceiling",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
        ),
        migrations.AddField(
            model_name="measurement",
            name="device",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="devices.device"
            ),
        ),
        migrations.AddField(
            model_name="measurement",
            name="noted_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"),
        ),
        migrations.AddField(
            model_name="measurement",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
        ),
        migrations.AddIndex(
            model_name="ceiling",
            index=models.Index(models.F("unit"), condition=models.Q(("ended_at", None)), name="dispatch_ceiling_unit"),
        ),
        migrations.AddConstraint(
            model_name="ceiling",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("end_min__range", (1, 1440)),
                    ("start_min__lt", 1440),
                    models.Q(("start_min", models.F("end_min")), _negated=True),
                ),
                name="dispatch_ceiling_stretch_of_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="ceiling",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_pct__lte", 100)), name="dispatch_ceiling_percent"
            ),
        ),
        migrations.AddConstraint(
            model_name="ceiling",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="dispatch_ceiling_ended_by_a_person",
            ),
        ),
        migrations.AddIndex(
            model_name="measurement",
            index=models.Index(fields=["unit", "-measured_at"], name="dispatch_measurement_unit"),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("distance_m__range", (1, 1000)),
                    ("level_dba__range", (20, 140)),
                    models.Q(("spot", ""), _negated=True),
                ),
                name="dispatch_measurement_plausible",
            ),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(
                condition=models.Q(("measured_at__lte", models.F("noted_at"))),
                name="dispatch_measurement_not_in_the_future",
            ),
        ),
    ]
