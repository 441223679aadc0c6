"""Counts of what was heard, by airing and unit, and marks of those to make anew."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0001_initial"),
        ("devices", "0005_which_area_a_device_obeys"),
        ("orgs", "0002_units_over_time"),
    ]

    operations = [
        migrations.CreateModel(
            name="Told",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("airing_id", models.UUIDField()),
            ],
            options={"db_table": "dispatch_told"},
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "airing_id", "unit_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("on", models.DateField(db_column="on_day")),
                ("meant", models.PositiveIntegerField()),
                ("heard", models.PositiveIntegerField()),
                ("heard_ms", models.BigIntegerField()),
                (
                    "airing",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="dispatch.airing",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
            ],
            options={
                "db_table": "dispatch_tally",
                "indexes": [
                    models.Index(models.F("unit"), models.F("on"), name="dispatch_tally_unit"),
                    models.Index(models.F("on"), name="dispatch_tally_day"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("heard__lte", models.F("meant")), ("heard_ms__gte", 0), ("meant__gt", 0)),
                        name="dispatch_tally_adds_up",
                    )
                ],
            },
        ),
    ]
