"""Tables for the changes of rows, the checkpoints, how long records are kept, and whom the feed told."""

import django.db.models.functions.datetime
from django.db import migrations, models

KINDS = ["acts"]


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_chains_per_unit_and_day")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("txid", models.BigIntegerField()),
                ("table_name", models.TextField()),
                ("row_key", models.TextField()),
                ("operation", models.CharField(max_length=1)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("row_sha256", models.CharField(max_length=64, blank=True)),
                ("actor", models.TextField()),
                ("action", models.TextField(blank=True)),
                ("origin", models.TextField(blank=True)),
            ],
            options={
                "db_table": "audit_change",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(operation__in=["I", "U", "D", "B"]), name="audit_change_operation"
                    )
                ],
                "indexes": [models.Index("table_name", "row_key", "id", name="audit_change_row")],
            },
        ),
        migrations.CreateModel(
            name="Salt",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False, default=1)),
                ("value", models.TextField()),
            ],
            options={
                "db_table": "audit_salt",
                "constraints": [models.CheckConstraint(condition=models.Q(id=1), name="audit_salt_only_one")],
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("body", models.TextField()),
                ("key_id", models.TextField()),
                ("signature", models.TextField()),
            ],
            options={
                "db_table": "audit_checkpoint",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(number__gte=1), name="audit_checkpoint_numbered")
                ],
                "indexes": [models.Index("at", name="audit_checkpoint_at")],
            },
        ),
        migrations.CreateModel(
            name="Retention",
            fields=[
                (
                    "kind",
                    models.CharField(
                        max_length=16, primary_key=True, serialize=False, choices=[(kind, kind) for kind in KINDS]
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(default=24, db_default=24)),
                ("basis", models.TextField()),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "audit_retention",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="audit_retention_kind"),
                    models.CheckConstraint(
                        condition=models.Q(months__gte=12, months__lte=1200), name="audit_retention_months"
                    ),
                    models.CheckConstraint(condition=~models.Q(basis=""), name="audit_retention_basis"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Purge",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("txid", models.BigIntegerField()),
                ("through", models.DateField()),
                ("months", models.PositiveSmallIntegerField()),
                ("entries", models.BigIntegerField()),
                ("changes", models.BigIntegerField()),
            ],
            options={"db_table": "audit_purge"},
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                ("name", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("floor", models.BigIntegerField(default=0)),
                ("txid", models.BigIntegerField(default=0)),
                ("entry", models.BigIntegerField(default=0)),
                ("told_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "audit_feed"},
        ),
    ]
