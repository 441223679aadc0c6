"""How words are read out in a unit and below it."""

import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_demo_accounts"),
        ("media", "0006_edits_and_tunes"),
        ("orgs", "0019_names_are_found_by_their_parts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pronunciation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("written", models.CharField(max_length=80)),
                ("spoken", models.CharField(max_length=200)),
                ("is_exact_case", models.BooleanField()),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
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
    ]
