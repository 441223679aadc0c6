"""Old tapes and papers come into the archive: file by file, each once, and what came in stands."""

import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7

GUARDS = """
CREATE FUNCTION bulletins_tape_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'bulletins_tape: what was brought in stays on record';
    END IF;
    IF OLD.state <> 'new' THEN
        RAISE EXCEPTION 'bulletins_tape: what became of a file stands';
    END IF;
    IF to_jsonb(NEW) - '{state,reason,bulletin_id,document_id,text,written_down_by}'::text[]
        IS DISTINCT FROM to_jsonb(OLD) - '{state,reason,bulletin_id,document_id,text,written_down_by}'::text[] THEN
        RAISE EXCEPTION 'bulletins_tape: what was found stands';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bulletins_tape_stands BEFORE UPDATE OR DELETE ON bulletins_tape
    FOR EACH ROW EXECUTE FUNCTION bulletins_tape_stands();
CREATE TRIGGER bulletins_tape_never_emptied BEFORE TRUNCATE ON bulletins_tape
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_tape_stands();

CREATE FUNCTION bulletins_archived_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM bulletins_tape WHERE bulletin_id = OLD.bulletin_id) THEN
        RAISE EXCEPTION 'bulletins_revision: what was archived stands';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER bulletins_archived_stands BEFORE UPDATE OR DELETE ON bulletins_revision
    FOR EACH ROW EXECUTE FUNCTION bulletins_archived_stands();
"""
UNGUARDED = """
DROP TRIGGER bulletins_archived_stands ON bulletins_revision;
DROP FUNCTION bulletins_archived_stands();
DROP TRIGGER bulletins_tape_never_emptied ON bulletins_tape;
DROP TRIGGER bulletins_tape_stands ON bulletins_tape;
DROP FUNCTION bulletins_tape_stands();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_demo_accounts"),
        ("bulletins", "0013_who_edits"),
        ("media", "0006_edits_and_tunes"),
        ("orgs", "0019_names_are_found_by_their_parts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("folder", models.CharField(max_length=500)),
                ("is_written_down", models.BooleanField()),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "bulletins_batch",
            },
        ),
        migrations.CreateModel(
            name="Tape",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=400)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("aired_on", models.DateField(null=True)),
                ("byline", models.CharField(blank=True, max_length=120)),
                ("text", models.TextField(blank=True)),
                ("remark", models.TextField(blank=True)),
                ("state", models.CharField(max_length=8)),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("written_down_by", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "db_table": "bulletins_tape",
            },
        ),
        migrations.RemoveConstraint(
            model_name="bulletin",
            name="bulletins_bulletin_state_known",
        ),
        migrations.AlterField(
            model_name="bulletin",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("submitted", "submitted"),
                    ("returned", "returned"),
                    ("approved", "approved"),
                    ("withdrawn", "withdrawn"),
                    ("archived", "archived"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "submitted", "returned", "approved", "withdrawn", "archived"])
                ),
                name="bulletins_bulletin_state_known",
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="author",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"),
        ),
        migrations.AddField(
            model_name="batch",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
        ),
        migrations.AddField(
            model_name="tape",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="tapes", to="bulletins.batch"
            ),
        ),
        migrations.AddField(
            model_name="tape",
            name="bulletin",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="tape", to="bulletins.bulletin"
            ),
        ),
        migrations.AddField(
            model_name="tape",
            name="category",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bulletins.category"
            ),
        ),
        migrations.AddField(
            model_name="tape",
            name="document",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="media.document"
            ),
        ),
        migrations.AddField(
            model_name="tape",
            name="unit",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
            ),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["unit", "-begun_at"], name="bulletins_batch_unit"),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at", None), ("ended_at__gte", models.F("begun_at")), _connector="OR"),
                name="bulletins_batch_ends_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="tape",
            constraint=models.UniqueConstraint(fields=("batch", "number"), name="bulletins_tape_numbered_once"),
        ),
        migrations.AddConstraint(
            model_name="tape",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "taken")), fields=("unit", "sha256"), name="bulletins_tape_taken_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="tape",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("bulletin", None), ("reason", ""), ("state", "new")),
                    models.Q(("bulletin", None), ("state", "known")),
                    models.Q(("bulletin__isnull", False), ("reason", ""), ("state", "taken")),
                    models.Q(("bulletin", None), ("state", "refused"), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="bulletins_tape_fate_fits_state",
            ),
        ),
        migrations.RunSQL(GUARDS, UNGUARDED),
    ]
