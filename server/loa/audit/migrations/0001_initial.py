"""The record: acts, changes of rows, checkpoints, how long it is kept, and whom the feed told."""

import django.db.models.functions.datetime
from django.db import migrations, models

from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor_kind", models.TextField()),
                ("actor_id", models.TextField()),
                ("actor_name", models.TextField(blank=True)),
                ("origin", models.TextField(blank=True)),
                ("action", models.TextField()),
                ("target", models.TextField()),
                ("unit_path", models.TextField()),
                ("result", models.TextField()),
                ("detail", models.JSONField()),
                ("previous", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("chain", models.TextField(db_collation="C", db_default="", default="")),
                ("day", models.DateField(null=True)),
                ("position", models.BigIntegerField(null=True)),
                ("txid", models.BigIntegerField(db_default=0, default=0)),
                ("db_role", models.TextField(db_default="", default="")),
                ("change_ids", models.TextField(db_default="", default="")),
                ("changes", models.PositiveIntegerField(db_default=0, default=0)),
                ("changes_sha256", models.CharField(blank=True, db_default="", default="", max_length=64)),
            ],
            options={
                "db_table": "audit_entry",
                "indexes": [
                    models.Index(models.F("unit_path"), models.F("id"), name="audit_entry_unit"),
                    models.Index(models.F("target"), models.F("id"), name="audit_entry_target"),
                    models.Index(models.F("txid"), models.F("id"), name="audit_entry_settled"),
                    models.Index(models.F("actor_id"), models.F("id"), name="audit_entry_actor"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("position", None)), fields=("previous",), name="audit_entry_one_successor"
                    ),
                    models.UniqueConstraint(fields=("chain", "day", "position"), name="audit_entry_one_place"),
                ],
            },
        ),
        CreateModel(
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
                ("row_sha256", models.CharField(blank=True, max_length=64)),
                ("actor", models.TextField()),
                ("action", models.TextField(blank=True)),
                ("origin", models.TextField(blank=True)),
            ],
            options={
                "db_table": "audit_change",
                "indexes": [
                    models.Index(models.F("table_name"), models.F("row_key"), models.F("id"), name="audit_change_row")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("operation__in", ["I", "U", "D", "B"])), name="audit_change_operation"
                    )
                ],
            },
        ),
        CreateModel(
            name="Salt",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("value", models.TextField()),
            ],
            options={
                "db_table": "audit_salt",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="audit_salt_only_one")],
            },
        ),
        CreateModel(
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
                "indexes": [models.Index(models.F("at"), name="audit_checkpoint_at")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="audit_checkpoint_numbered")
                ],
            },
        ),
        CreateModel(
            name="Retention",
            fields=[
                (
                    "kind",
                    models.CharField(choices=[("acts", "acts")], max_length=16, primary_key=True, serialize=False),
                ),
                ("months", models.PositiveSmallIntegerField(db_default=24, default=24)),
                ("basis", models.TextField()),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "audit_retention",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("kind__in", ["acts"])), name="audit_retention_kind"),
                    models.CheckConstraint(
                        condition=models.Q(("months__gte", 12), ("months__lte", 1200)), name="audit_retention_months"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis", ""), _negated=True), name="audit_retention_basis"
                    ),
                ],
            },
        ),
        CreateModel(
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
            options={
                "db_table": "audit_purge",
            },
        ),
        CreateModel(
            name="Feed",
            fields=[
                ("name", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("floor", models.BigIntegerField(default=0)),
                ("txid", models.BigIntegerField(default=0)),
                ("entry", models.BigIntegerField(default=0)),
                ("told_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "audit_feed",
            },
        ),
    ]
