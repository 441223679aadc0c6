import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
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
            ],
            options={
                "db_table": "audit_entry",
                "indexes": [
                    models.Index(models.F("unit_path"), models.F("id"), name="audit_entry_unit"),
                    models.Index(models.F("target"), models.F("id"), name="audit_entry_target"),
                ],
                "constraints": [models.UniqueConstraint(fields=("previous",), name="audit_entry_one_successor")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1b389f8260e22d0fbf38b4ff1e20214212b176ee",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a6b88",
                    table="audit_entry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF current_setting('loa.may_truncate', true) IS DISTINCT FROM 'on' THEN\n                    RAISE EXCEPTION 'the record is append-only';\n                END IF;\n                RETURN NULL;\n                ",
                    hash="34c8ac3c6dcbd0f9205af757a4322571141181c4",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_6c9ae",
                    table="audit_entry",
                    when="BEFORE",
                ),
            ),
        ),
    ]
