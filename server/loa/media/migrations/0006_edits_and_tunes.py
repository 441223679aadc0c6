"""Sound put together from other sound, and the tunes of a unit."""

import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7

GUARD = """
CREATE TRIGGER media_edit_append_only BEFORE UPDATE OR DELETE ON media_edit
    FOR EACH ROW EXECUTE FUNCTION media_clip_append_only();
CREATE TRIGGER media_edit_never_emptied BEFORE TRUNCATE ON media_edit
    FOR EACH STATEMENT EXECUTE FUNCTION media_clip_append_only();
"""
LEAVE = """
DROP TRIGGER media_edit_append_only ON media_edit;
DROP TRIGGER media_edit_never_emptied ON media_edit;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("media", "0005_rights_over_documents"),
        ("orgs", "0019_names_are_found_by_their_parts"),
    ]

    operations = [
        migrations.CreateModel(
            name="EditOf",
            fields=[
                (
                    "clip",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="media.clip",
                    ),
                ),
                ("edit", models.TextField()),
            ],
            options={
                "db_table": "media_edit",
            },
        ),
        migrations.CreateModel(
            name="Tune",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("use", models.CharField(max_length=8)),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "media_tune",
            },
        ),
        migrations.RemoveConstraint(
            model_name="clip",
            name="media_clip_speaker",
        ),
        migrations.AddConstraint(
            model_name="clip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source", "upload"), ("voice", "")),
                    models.Q(("source", "speech"), models.Q(("voice", ""), _negated=True)),
                    ("source", "edit"),
                    _connector="OR",
                ),
                name="media_clip_speaker",
            ),
        ),
        migrations.AddConstraint(
            model_name="editof",
            constraint=models.CheckConstraint(condition=models.Q(("edit", ""), _negated=True), name="media_edit_told"),
        ),
        migrations.AddField(
            model_name="tune",
            name="clip",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="media.clip"),
        ),
        migrations.AddField(
            model_name="tune",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
        ),
        migrations.AddIndex(
            model_name="tune",
            index=models.Index(fields=["unit", "use"], name="media_tune_unit"),
        ),
        migrations.AddConstraint(
            model_name="tune",
            constraint=models.CheckConstraint(
                condition=models.Q(("use__in", ["intro", "outro", "under"])), name="media_tune_use"
            ),
        ),
        migrations.AddConstraint(
            model_name="tune",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "^[^\\x01-\\x1F\\x7F-\\x9F]+$")), name="media_tune_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="tune",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at", None), ("ended_at__gte", models.F("added_at")), _connector="OR"),
                name="media_tune_ends_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="tune",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("unit", "use", "name"), name="media_tune_named_once"
            ),
        ),
        migrations.RunSQL(GUARD, LEAVE),
    ]
