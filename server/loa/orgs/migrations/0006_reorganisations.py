"""Reorganisations and what moved in them."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.db import migrations, models

import loa_protocol.uuid7


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("orgs", "0005_grants_in_time"),
    ]

    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("keeper", models.CharField(max_length=40)),
                ("thing", models.CharField(max_length=120)),
                ("name", models.CharField(blank=True, default="", max_length=300)),
            ],
            options={
                "db_table": "orgs_handover",
            },
        ),
        migrations.CreateModel(
            name="Reorganisation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("effective_on", models.DateField()),
                ("plan", models.JSONField()),
                ("plan_sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("approved", "approved"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                            ("undone", "undone"),
                            ("in_force", "in_force"),
                        ],
                        max_length=16,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("dry_run", models.JSONField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("carried_out_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "orgs_reorganisation",
            },
        ),
        migrations.AddField(
            model_name="handover",
            name="from_unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
        ),
        migrations.AddField(
            model_name="handover",
            name="to_unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
        ),
        migrations.AddField(
            model_name="reorganisation",
            name="basis",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.legalbasis"
            ),
        ),
        migrations.AddField(
            model_name="reorganisation",
            name="compensates",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.reorganisation"
            ),
        ),
        migrations.AddField(
            model_name="reorganisation",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
            ),
        ),
        migrations.AddField(
            model_name="reorganisation",
            name="proposed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
            ),
        ),
        migrations.AddField(
            model_name="reorganisation",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
        ),
        migrations.AddField(
            model_name="lineage",
            name="reorganisation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.reorganisation"
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="reorganisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.reorganisation"
            ),
        ),
        migrations.AddIndex(
            model_name="reorganisation",
            index=models.Index(models.F("state"), models.F("effective_on"), name="orgs_reorganisation_due"),
        ),
        migrations.AddConstraint(
            model_name="reorganisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("carried_out_at", None), ("decided_at", None), ("state", "proposed")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("state__in", ["approved", "declined", "withdrawn", "undone"]),
                        ("carried_out_at", None),
                    ),
                    models.Q(("carried_out_at__isnull", False), ("decided_at__isnull", False), ("state", "in_force")),
                    _connector="OR",
                ),
                name="orgs_reorganisation_times_fit_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="reorganisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["approved", "in_force"]), _negated=True),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("proposed_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="orgs_reorganisation_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="reorganisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="orgs_reorganisation_titled"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(fields=("reorganisation", "keeper", "thing"), name="orgs_handover_once"),
        ),
    ]
