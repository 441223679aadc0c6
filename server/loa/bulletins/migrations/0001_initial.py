"""Bulletins with their wordings, the tree of essential information, and languages."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
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
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("media", "0002_guards"),
        ("orgs", "0005_levels_and_roles"),
    ]

    operations = [
        CreateModel(
            name="Category",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("name_vi", models.CharField(max_length=160)),
                ("name_en", models.CharField(max_length=160)),
                ("sort_order", models.PositiveIntegerField(default=0)),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                "db_table": "bulletins_category",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[a-z0-9_.]{1,40}$")), name="bulletins_category_plain_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name_vi", ""), _negated=True), models.Q(("name_en", ""), _negated=True)
                        ),
                        name="bulletins_category_named",
                    ),
                ],
            },
        ),
        CreateModel(
            name="CategoryPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="places", to="bulletins.category"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bulletins.category",
                    ),
                ),
                ("external_code", models.PositiveSmallIntegerField()),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                "db_table": "bulletins_category_place",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("category", "="), ("during", "&&")], name="bulletins_category_place_one_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent", None), models.Q(("parent", models.F("category")), _negated=True), _connector="OR"
                        ),
                        name="bulletins_category_place_below_another",
                    ),
                ],
            },
        ),
        CreateModel(
            name="ExternalField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.PositiveSmallIntegerField()),
                ("name_vi", models.CharField(max_length=160)),
                ("name_en", models.CharField(max_length=160)),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                "db_table": "bulletins_external_field",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("code", "="), ("during", "&&")], name="bulletins_external_field_one_a_day"
                    )
                ],
            },
        ),
        CreateModel(
            name="Language",
            fields=[
                ("code", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("name_vi", models.CharField(max_length=60)),
                ("name_en", models.CharField(max_length=60)),
                ("sort_order", models.PositiveIntegerField(default=0)),
            ],
            options={
                "db_table": "bulletins_language",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^([a-z]{2,3}|x-[a-z0-9]{1,8})$")),
                        name="bulletins_language_code",
                    )
                ],
            },
        ),
        CreateModel(
            name="Bulletin",
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
                ("title", models.CharField(max_length=200)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "state",
                    models.CharField(
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
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("edition", models.PositiveIntegerField(db_default=1, default=1)),
                ("origin_level", models.CharField(blank=True, max_length=16)),
                (
                    "version_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bulletins.bulletin",
                    ),
                ),
            ],
            options={
                "db_table": "bulletins_bulletin",
                "indexes": [
                    models.Index(fields=["unit", "state", "-changed_at"], name="bulletins_bulletin_unit"),
                    models.Index(fields=["author", "-changed_at"], name="bulletins_bulletin_author"),
                    models.Index(fields=["version_of"], name="bulletins_bulletin_versions"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "submitted", "returned", "approved", "withdrawn", "archived"])
                        ),
                        name="bulletins_bulletin_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="bulletins_bulletin_titled"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("version_of", None),
                            models.Q(("version_of", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="bulletins_bulletin_version_of_another",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="bulletins.bulletin"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField(blank=True)),
                ("clip_id", models.UUIDField(null=True)),
                ("voice", models.CharField(blank=True, max_length=64)),
                ("written_by", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
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
                ("created_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("kind", models.CharField(choices=[(kind, kind) for kind in KINDS], default="notice", max_length=24)),
                (
                    "category",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bulletins.category",
                    ),
                ),
                ("abstract", models.TextField(blank=True)),
                ("byline", models.CharField(blank=True, max_length=120)),
                (
                    "language",
                    models.ForeignKey(
                        default="vi",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bulletins.language",
                    ),
                ),
                ("valid_from", models.DateTimeField(null=True)),
                ("valid_until", models.DateTimeField(null=True)),
                ("is_must", models.BooleanField(default=False)),
                ("requester", models.CharField(blank=True, max_length=200)),
                (
                    "paper",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="media.document"
                    ),
                ),
                ("answers", models.JSONField(null=True)),
                ("recipe", models.PositiveSmallIntegerField(db_default=1, default=2)),
            ],
            options={
                "db_table": "bulletins_revision",
                "constraints": [
                    models.UniqueConstraint(fields=("bulletin", "number"), name="bulletins_revision_numbered_once"),
                    models.UniqueConstraint(fields=("id", "bulletin"), name="bulletins_revision_of_its_bulletin"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "submitted", "approved"])),
                        fields=("bulletin",),
                        name="bulletins_revision_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="bulletins_revision_counts_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
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
                        name="bulletins_revision_title_plain",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
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
                        name="bulletins_revision_text_plain",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("note__regex", "^[^\\x01-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$"),
                            models.Func(
                                models.F("note"),
                                output_field=models.BooleanField(),
                                template="(%(expressions)s IS NFC NORMALIZED)",
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("note"), 2000
                            ),
                        ),
                        name="bulletins_revision_note_plain",
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "archived"]), ("clip_id__isnull", False), _connector="OR"
                        ),
                        name="bulletins_revision_handed_in_with_sound",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "returned"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="bulletins_revision_returned_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", KINDS)), name="bulletins_revision_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("abstract__regex", "^[^\\x01-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$"),
                            models.Func(
                                models.F("abstract"),
                                output_field=models.BooleanField(),
                                template="(%(expressions)s IS NFC NORMALIZED)",
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("abstract"), 500
                            ),
                        ),
                        name="bulletins_revision_abstract_plain",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("byline__regex", "^[^\\x01-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$"),
                            models.Func(
                                models.F("byline"),
                                output_field=models.BooleanField(),
                                template="(%(expressions)s IS NFC NORMALIZED)",
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("byline"), 120
                            ),
                        ),
                        name="bulletins_revision_byline_plain",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from", None),
                            ("valid_until", None),
                            ("valid_from__lt", models.F("valid_until")),
                            _connector="OR",
                        ),
                        name="bulletins_revision_valid_forward",
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answers", None), ("paper", None), ("requester", "")),
                            models.Q(
                                models.Q(("requester", ""), _negated=True),
                                ("requester__regex", "^[^\\x01-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$"),
                                models.Func(
                                    models.F("requester"),
                                    output_field=models.BooleanField(),
                                    template="(%(expressions)s IS NFC NORMALIZED)",
                                ),
                                django.db.models.lookups.LessThanOrEqual(
                                    django.db.models.functions.text.Length("requester"), 200
                                ),
                                ("answers__isnull", False),
                                ("paper__isnull", False),
                                ("kind__in", ["charity", "enrolment", "recruitment"]),
                            ),
                            _connector="OR",
                        ),
                        name="bulletins_revision_third_party_whole",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="bulletin",
            name="current",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bulletins.revision"
            ),
        ),
    ]
