"""What is said about a bulletin beside its words, complete once it is handed in."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_demo_accounts"),
        ("bulletins", "0005_standard_taxonomy"),
        ("media", "0005_rights_over_documents"),
        ("orgs", "0018_administrators_keep_the_record"),
    ]

    operations = [
        migrations.AddField(
            model_name="bulletin",
            name="edition",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="bulletin",
            name="origin_level",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name="bulletin",
            name="version_of",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bulletins.bulletin"
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="abstract",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="revision",
            name="answers",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="revision",
            name="byline",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="revision",
            name="is_must",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="revision",
            name="kind",
            field=models.CharField(
                choices=[
                    ("notice", "notice"),
                    ("vaccination", "vaccination"),
                    ("power_cut", "power_cut"),
                    ("water_cut", "water_cut"),
                    ("flood", "flood"),
                    ("storm", "storm"),
                    ("fire", "fire"),
                    ("epidemic", "epidemic"),
                    ("enrolment", "enrolment"),
                    ("election", "election"),
                    ("meeting", "meeting"),
                    ("tax", "tax"),
                    ("health_insurance", "health_insurance"),
                    ("recruitment", "recruitment"),
                    ("charity", "charity"),
                    ("lost_found", "lost_found"),
                    ("culture", "culture"),
                    ("answer", "answer"),
                    ("news", "news"),
                    ("other", "other"),
                ],
                default="notice",
                max_length=24,
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="paper",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="media.document"
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="recipe",
            field=models.PositiveSmallIntegerField(db_default=1, default=2),
        ),
        migrations.AddField(
            model_name="revision",
            name="requester",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="revision",
            name="valid_from",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="revision",
            name="valid_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="bulletin",
            index=models.Index(fields=["version_of"], name="bulletins_bulletin_versions"),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("version_of", None), models.Q(("version_of", models.F("id")), _negated=True), _connector="OR"
                ),
                name="bulletins_bulletin_version_of_another",
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="category",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bulletins.category"
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="language",
            field=models.ForeignKey(
                default="vi", on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bulletins.language"
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
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
                        ],
                    )
                ),
                name="bulletins_revision_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("abstract__regex", "^[^\\x01-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$"),
                    models.Func(
                        models.F("abstract"),
                        output_field=models.BooleanField(),
                        template="(%(expressions)s IS NFC NORMALIZED)",
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("abstract"), 500),
                ),
                name="bulletins_revision_abstract_plain",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("byline__regex", "^[^\\x01-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$"),
                    models.Func(
                        models.F("byline"),
                        output_field=models.BooleanField(),
                        template="(%(expressions)s IS NFC NORMALIZED)",
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("byline"), 120),
                ),
                name="bulletins_revision_byline_plain",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from", None),
                    ("valid_until", None),
                    ("valid_from__lt", models.F("valid_until")),
                    _connector="OR",
                ),
                name="bulletins_revision_valid_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"),
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
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
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
        ),
    ]
