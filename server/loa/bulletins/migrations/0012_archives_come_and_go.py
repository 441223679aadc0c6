"""Archives go out, asked for on a page."""

import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("bulletins", "0011_days_units_set"),
        ("media", "0002_guards"),
        ("orgs", "0006_support_is_agreed_to"),
    ]

    operations = [
        CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("size_bytes", models.BigIntegerField(default=0)),
                ("bulletins", models.PositiveIntegerField(default=0)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "db_table": "bulletins_export",
                "indexes": [models.Index(fields=["unit", "-asked_at"], name="bulletins_export_unit")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("unit",), name="bulletins_export_one_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("reason", ""), ("removed_at", None), ("sha256", "")),
                            models.Q(
                                ("ended_at__gte", models.F("asked_at")),
                                ("removed_at", None),
                                ("sha256", ""),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                ("ended_at__gte", models.F("asked_at")),
                                ("reason", ""),
                                ("sha256__regex", "^[0-9a-f]{64}$"),
                            ),
                            _connector="OR",
                        ),
                        name="bulletins_export_fate_fits",
                    ),
                ],
            },
        ),
    ]
