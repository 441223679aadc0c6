"""Archives come by pages and go out, with all wordings; and every word that is said can be mended to."""

import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7

WORDS = """
CREATE OR REPLACE FUNCTION bulletins_seek(sought uuid[]) RETURNS void LANGUAGE sql AS $$
    WITH made AS (
        INSERT INTO bulletins_sought (
            bulletin_id, unit_id, state, sound, kind, category, language, origin_level, written_at, changed_at,
            title_words, words)
        SELECT bulletin.id, bulletin.unit_id, bulletin.state,
               CASE WHEN wording.clip_id IS NULL THEN '' WHEN wording.voice = '' THEN 'recorded' ELSE 'spoken' END,
               coalesce(wording.kind, ''), coalesce(wording.category_id, ''), coalesce(wording.language_id, ''),
               bulletin.origin_level,
               bulletin.created_at, bulletin.changed_at, bulletins_words(bulletin.title),
               bulletins_words(bulletin.title || E'\\n' || coalesce(wording.text, ''))
          FROM bulletins_bulletin AS bulletin LEFT JOIN bulletins_revision AS wording ON wording.id = bulletin.current_id
         WHERE bulletin.id = ANY (sought)
        ON CONFLICT (bulletin_id) DO UPDATE SET
            unit_id = excluded.unit_id, state = excluded.state, sound = excluded.sound,
            kind = excluded.kind, category = excluded.category, language = excluded.language,
            origin_level = excluded.origin_level, written_at = excluded.written_at, changed_at = excluded.changed_at,
            title_words = excluded.title_words, words = excluded.words
        RETURNING words)
    INSERT INTO bulletins_word (word)
    SELECT DISTINCT said.word FROM made, unnest(tsvector_to_array(words)) AS said(word)
     WHERE said.word ~ '^[a-z]{2,20}$'
       AND NOT EXISTS (SELECT FROM bulletins_word AS known WHERE known.word = said.word)
     ORDER BY said.word
    ON CONFLICT DO NOTHING
$$;

SELECT bulletins_seek(array_agg(id)) FROM bulletins_bulletin;
"""
"""Of which words occur, only those of the very first bulletin were kept: a name meant another column."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("bulletins", "0011_days_units_set"),
        ("media", "0002_guards"),
        ("orgs", "0006_support_is_agreed_to"),
    ]

    operations = [
        migrations.CreateModel(
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
            ],
            options={
                "db_table": "bulletins_export",
            },
        ),
        migrations.RemoveConstraint(
            model_name="revision",
            name="bulletins_revision_times_fit_state",
        ),
        migrations.RemoveConstraint(
            model_name="revision",
            name="bulletins_revision_handed_in_with_sound",
        ),
        migrations.RemoveConstraint(
            model_name="revision",
            name="bulletins_revision_handed_in_complete",
        ),
        migrations.AddField(
            model_name="batch",
            name="name",
            field=models.CharField(blank=True, max_length=400),
        ),
        migrations.AddField(
            model_name="batch",
            name="started_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="tape",
            name="origin",
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name="revision",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("submitted", "submitted"),
                    ("returned", "returned"),
                    ("approved", "approved"),
                    ("superseded", "superseded"),
                    ("archived", "archived"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("started_at", None), ("started_at__gte", models.F("begun_at")), _connector="OR"),
                name="bulletins_batch_starts_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at", None),
                        ("decided_by", None),
                        ("state__in", ["draft", "archived"]),
                        ("submitted_at", None),
                    ),
                    models.Q(
                        ("decided_at", None),
                        ("decided_by", None),
                        ("state__in", ["submitted", "superseded"]),
                        ("submitted_at__isnull", False),
                    ),
                    models.Q(
                        ("decided_at__gte", models.F("submitted_at")),
                        ("decided_by__isnull", False),
                        ("state__in", ["returned", "approved"]),
                        ("submitted_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="bulletins_revision_times_fit_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "archived"]), ("clip_id__isnull", False), _connector="OR"),
                name="bulletins_revision_handed_in_with_sound",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "archived"]),
                    ("recipe", 1),
                    models.Q(
                        ("category__isnull", False),
                        ("valid_from__isnull", False),
                        ("valid_until__isnull", False),
                        models.Q(("abstract", ""), _negated=True),
                        models.Q(("byline", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="bulletins_revision_handed_in_complete",
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="asked_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"),
        ),
        migrations.AddField(
            model_name="export",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(fields=["unit", "-asked_at"], name="bulletins_export_unit"),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("unit",), name="bulletins_export_one_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("reason", ""), ("removed_at", None), ("sha256", "")),
                    models.Q(
                        ("ended_at__gte", models.F("asked_at")),
                        ("removed_at", None),
                        ("sha256", ""),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(
                        ("ended_at__gte", models.F("asked_at")), ("reason", ""), ("sha256__regex", "^[0-9a-f]{64}$")
                    ),
                    _connector="OR",
                ),
                name="bulletins_export_fate_fits",
            ),
        ),
        migrations.RunSQL(WORDS, migrations.RunSQL.noop),
    ]
