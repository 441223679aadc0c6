"""Sound, what it was made of, documents, dictionaries and voices."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("orgs", "0005_levels_and_roles"),
    ]

    operations = [
        CreateModel(
            name="Pronunciation",
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
                ("written", models.CharField(max_length=80)),
                ("spoken", models.CharField(max_length=200)),
                ("is_exact_case", models.BooleanField()),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "media_pronunciation",
                "indexes": [models.Index(fields=["unit", "written"], name="media_pronunciation_unit")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("unit", "written"),
                        name="media_pronunciation_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "written__regex",
                                "^[^\\s\\x01-\\x1F\\x7F-\\x9F]([^\\x01-\\x1F\\x7F-\\x9F]*[^\\s\\x01-\\x1F\\x7F-\\x9F])?$",
                            )
                        ),
                        name="media_pronunciation_written",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "spoken__regex",
                                "^[^\\s!-@[-`{-~\\x01-\\x1F\\x7F-\\x9F]([^!-+.-@[-`{-~\\x01-\\x1F\\x7F-\\x9F]*[^\\s!-@[-`{-~\\x01-\\x1F\\x7F-\\x9F])?$",
                            )
                        ),
                        name="media_pronunciation_spoken",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Func(
                                models.F("written"),
                                output_field=models.BooleanField(),
                                template="(%(expressions)s IS NFC NORMALIZED)",
                            ),
                            models.Func(
                                models.F("spoken"),
                                output_field=models.BooleanField(),
                                template="(%(expressions)s IS NFC NORMALIZED)",
                            ),
                        ),
                        name="media_pronunciation_composed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("started_at")), _connector="OR"
                        ),
                        name="media_pronunciation_in_order",
                    ),
                ],
            },
        ),
        CreateModel(
            name="AddedVoice",
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
                ("sha256", models.CharField(max_length=64)),
                ("config_sha256", models.CharField(max_length=64)),
                ("size_bytes", models.PositiveIntegerField()),
                ("label", models.CharField(max_length=60)),
                ("dataset", models.CharField(blank=True, max_length=60)),
                ("language", models.CharField(blank=True, max_length=60)),
                ("quality", models.CharField(blank=True, max_length=60)),
                ("region", models.CharField(blank=True, max_length=8)),
                ("gender", models.CharField(blank=True, max_length=8)),
                ("license", models.CharField(blank=True, max_length=120)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "db_table": "media_voice",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("unit"), models.F("sha256"), models.F("config_sha256"), name="media_voice_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("config_sha256__regex", "^[0-9a-f]{64}$"), ("sha256__regex", "^[0-9a-f]{64}$")
                        ),
                        name="media_voice_digests",
                    ),
                    models.CheckConstraint(condition=models.Q(("label", ""), _negated=True), name="media_voice_named"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("gender__in", ("", "female", "male")), ("region__in", ["north", "central", "south", ""])
                        ),
                        name="media_voice_told",
                    ),
                ],
            },
        ),
        CreateModel(
            name="UsualVoice",
            fields=[
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="orgs.unit",
                    ),
                ),
                ("voice", models.CharField(max_length=64)),
                ("pace", models.CharField(default="medium", max_length=8)),
            ],
            options={
                "db_table": "media_usual_voice",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("voice", ""), _negated=True), name="media_usual_voice_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pace__in", ["fast", "medium", "slow"])), name="media_usual_voice_pace"
                    ),
                ],
            },
        ),
        CreateModel(
            name="Clip",
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
                ("sha256", models.CharField(max_length=64)),
                ("size_bytes", models.PositiveIntegerField()),
                ("duration_ms", models.PositiveIntegerField()),
                ("loudness_lufs", models.FloatField()),
                ("true_peak_dbtp", models.FloatField()),
                ("level_dbfs", models.FloatField()),
                ("envelope", models.JSONField()),
                ("voice", models.CharField(blank=True, max_length=64)),
                ("speed", models.FloatField(db_default=1.0, default=1.0)),
                ("source", models.CharField(max_length=16)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "media_clip",
                "indexes": [
                    models.Index(models.F("unit"), models.F("id"), name="media_clip_unit"),
                    models.Index(models.F("sha256"), name="media_clip_sha256"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="media_clip_digest"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duration_ms__gt", 0), ("duration_ms__lte", 1800000), ("size_bytes__gt", 0)
                        ),
                        name="media_clip_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("loudness_lufs__gte", -17), ("loudness_lufs__lte", -15), ("true_peak_dbtp__lte", -1.5)
                        ),
                        name="media_clip_level",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", "upload"), ("voice", "")),
                            models.Q(("source", "speech"), models.Q(("voice", ""), _negated=True)),
                            ("source", "edit"),
                            _connector="OR",
                        ),
                        name="media_clip_speaker",
                    ),
                ],
            },
        ),
        CreateModel(
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
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("edit", ""), _negated=True), name="media_edit_told")
                ],
            },
        ),
        CreateModel(
            name="Tune",
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
                    "clip",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="media.clip"),
                ),
                ("name", models.CharField(max_length=80)),
                ("use", models.CharField(max_length=8)),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "media_tune",
                "indexes": [models.Index(fields=["unit", "use"], name="media_tune_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("use__in", ["intro", "outro", "under"])), name="media_tune_use"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "^[^\\x01-\\x1F\\x7F-\\x9F]+$")), name="media_tune_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("added_at")), _connector="OR"
                        ),
                        name="media_tune_ends_after_it_began",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("unit", "use", "name"),
                        name="media_tune_named_once",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Document",
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
                ("sha256", models.CharField(max_length=64)),
                ("size_bytes", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=8)),
                ("name", models.CharField(max_length=200)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "db_table": "media_document",
                "indexes": [
                    models.Index(fields=["unit", "-added_at"], name="media_document_unit"),
                    models.Index(models.F("sha256"), name="media_document_sha256"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="media_document_digest"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size_bytes__gt", 0), ("size_bytes__lte", 26214400)),
                        name="media_document_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["pdf", "docx", "xlsx", "jpeg", "png", "webp"])),
                        name="media_document_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "name__regex",
                                "^[^/\\\\\\x01-\\x1F\\x7F-\\x9F\\u202A-\\u202E\\u2066-\\u2069]+\\.[A-Za-z]+$",
                            )
                        ),
                        name="media_document_name",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Verdict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="verdicts", to="media.document"
                    ),
                ),
                ("found", models.CharField(blank=True, max_length=200)),
                ("engine", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "media_verdict",
                "indexes": [models.Index(fields=["document", "-id"], name="media_verdict_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("engine", ""), _negated=True), name="media_verdict_signed"
                    )
                ],
            },
        ),
    ]
