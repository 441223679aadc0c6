"""What happens to a relay on its way stays on record; what becomes of a sound that was broken off is said."""

import django.db.models.deletion
from django.db import migrations, models

from loa.kernel.migrating import CreateModel

STANDS = """
CREATE FUNCTION dispatch_remark_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'dispatch_remark: what happened stays on record' USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER dispatch_remark_stands BEFORE UPDATE OR DELETE ON dispatch_remark
    FOR EACH ROW EXECUTE FUNCTION dispatch_remark_stands();
CREATE TRIGGER dispatch_remark_never_emptied BEFORE TRUNCATE ON dispatch_remark
    FOR EACH STATEMENT EXECUTE FUNCTION dispatch_remark_stands();
"""
TURNS = ["begun", "taken_over", "lost", "silent", "back", "ended"]


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0005_walls"),
    ]

    operations = [
        CreateModel(
            name="Remark",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("code", models.CharField(choices=[(turn, turn) for turn in TURNS], max_length=16)),
                ("detail", models.CharField(blank=True, max_length=120)),
                (
                    "airing",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dispatch.airing",
                    ),
                ),
            ],
            options={
                "db_table": "dispatch_remark",
                "indexes": [models.Index(models.F("airing"), models.F("at"), name="dispatch_remark_airing")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("code__in", TURNS)), name="dispatch_remark_code_known")
                ],
            },
        ),
        migrations.RunSQL(STANDS),
        migrations.AddField(
            model_name="airing",
            name="resume_rule",
            field=models.CharField(
                choices=[("resume", "resume"), ("skip", "skip")], db_default="skip", default="skip", max_length=8
            ),
        ),
    ]
