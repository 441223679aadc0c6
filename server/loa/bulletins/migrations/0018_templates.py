"""Texts with blanks that units keep."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

import loa_protocol.uuid7


class Migration(migrations.Migration):
    dependencies = [
        ("bulletins", "0017_editors_send_down"),
        ("orgs", "0020_officers_keep_the_dictionary"),
    ]

    operations = [
        migrations.CreateModel(
            name="Template",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
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
                        max_length=24,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "db_table": "bulletins_template",
                "indexes": [models.Index(fields=["unit", "ended_at"], name="bulletins_template_unit")],
                "constraints": [
                    models.CheckConstraint(
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
                        name="bulletins_template_kind_known",
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
    ]
