"""Renditions of a wording, texts with blanks, and old tapes and papers that come into the archive."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel

KINDS = [
    "notice",
    "vaccination",
    "power_cut",
    "water_cut",
    "flood",
    "storm",
    "fire",
    "epidemic",
    "enrolment",
    "election",
    "meeting",
    "tax",
    "health_insurance",
    "recruitment",
    "charity",
    "lost_found",
    "culture",
    "answer",
    "news",
    "other",
]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("bulletins", "0002_steps_and_decisions"),
        ("media", "0002_guards"),
        ("orgs", "0005_levels_and_roles"),
    ]

    operations = [
        CreateModel(
            name="Rendition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="renditions", to="bulletins.revision"
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("script", "script"),
                            ("slide", "slide"),
                            ("ticker", "ticker"),
                            ("article", "article"),
                            ("sms", "sms"),
                            ("social", "social"),
                            ("leaflet", "leaflet"),
                            ("briefing", "briefing"),
                        ],
                        max_length=16,
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=200)),
                ("body", models.TextField(blank=True)),
                ("source_sha256", models.CharField(max_length=64)),
                ("recipe", models.PositiveSmallIntegerField()),
                ("is_edited", models.BooleanField()),
                ("written_by", models.CharField(max_length=64)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "bulletins_rendition",
                "constraints": [
                    models.UniqueConstraint(fields=("revision", "form"), name="bulletins_rendition_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "form__in",
                                ["script", "slide", "ticker", "article", "sms", "social", "leaflet", "briefing"],
                            )
                        ),
                        name="bulletins_rendition_form_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("title__regex", "^[^\\x01-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$"),
                            models.Func(
                                models.F("title"),
                                output_field=models.BooleanField(),
                                template="(%(expressions)s IS NFC NORMALIZED)",
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("title"), 200
                            ),
                        ),
                        name="bulletins_rendition_title_plain",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("body__regex", "^[^\\x01-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$"),
                            models.Func(
                                models.F("body"),
                                output_field=models.BooleanField(),
                                template="(%(expressions)s IS NFC NORMALIZED)",
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("body"), 22000
                            ),
                        ),
                        name="bulletins_rendition_body_plain",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source_sha256__regex", "^[0-9a-f]{64}$")),
                        name="bulletins_rendition_source_is_digest",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Template",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                ("kind", models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=24)),
                ("name", models.CharField(max_length=120)),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "bulletins_template",
                "indexes": [models.Index(fields=["unit", "ended_at"], name="bulletins_template_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", KINDS)), name="bulletins_template_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("title", ""), _negated=True),
                            models.Q(("text", ""), _negated=True),
                            ("text__regex", "^[^\\x01-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$"),
                            models.Func(
                                models.F("text"),
                                output_field=models.BooleanField(),
                                template="(%(expressions)s IS NFC NORMALIZED)",
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("text"), 20000
                            ),
                        ),
                        name="bulletins_template_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("created_at")), _connector="OR"
                        ),
                        name="bulletins_template_ends_later",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Batch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("folder", models.CharField(max_length=500)),
                ("is_written_down", models.BooleanField()),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("name", models.CharField(blank=True, max_length=400)),
                ("started_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "bulletins_batch",
                "indexes": [models.Index(fields=["unit", "-begun_at"], name="bulletins_batch_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("begun_at")), _connector="OR"
                        ),
                        name="bulletins_batch_ends_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("started_at", None), ("started_at__gte", models.F("begun_at")), _connector="OR"
                        ),
                        name="bulletins_batch_starts_later",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Tape",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tapes", to="bulletins.batch"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=400)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("aired_on", models.DateField(null=True)),
                (
                    "category",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bulletins.category",
                    ),
                ),
                ("byline", models.CharField(blank=True, max_length=120)),
                ("text", models.TextField(blank=True)),
                ("remark", models.TextField(blank=True)),
                ("state", models.CharField(max_length=8)),
                ("reason", models.CharField(blank=True, max_length=60)),
                (
                    "bulletin",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tape",
                        to="bulletins.bulletin",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="media.document"
                    ),
                ),
                ("written_down_by", models.CharField(blank=True, max_length=80)),
                ("origin", models.JSONField(null=True)),
            ],
            options={
                "db_table": "bulletins_tape",
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "number"), name="bulletins_tape_numbered_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "taken")),
                        fields=("unit", "sha256"),
                        name="bulletins_tape_taken_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("bulletin", None), ("reason", ""), ("state", "new")),
                            models.Q(("bulletin", None), ("state", "known")),
                            models.Q(("bulletin__isnull", False), ("reason", ""), ("state", "taken")),
                            models.Q(("bulletin", None), ("state", "refused"), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="bulletins_tape_fate_fits_state",
                    ),
                ],
            },
        ),
    ]
