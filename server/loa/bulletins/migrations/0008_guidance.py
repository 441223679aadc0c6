"""Guidance for units below."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("bulletins", "0007_standard_taxonomy"),
        ("media", "0002_guards"),
        ("orgs", "0005_levels_and_roles"),
    ]

    operations = [
        CreateModel(
            name="Guidance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("due_on", models.DateField(null=True)),
                ("published_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "document",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="media.document"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "db_table": "bulletins_guidance",
                "indexes": [models.Index(fields=["unit", "-published_at"], name="bulletins_guidance_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("text", ""), _negated=True),
                            ("title__regex", "^[^\\x01-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$"),
                            models.Func(
                                models.F("title"),
                                output_field=models.BooleanField(),
                                template="(%(expressions)s IS NFC NORMALIZED)",
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("title"), 200
                            ),
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
                        name="bulletins_guidance_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None), ("reason", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="bulletins_guidance_ended_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__regex", "^[^\\x01-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$"),
                            models.Func(
                                models.F("reason"),
                                output_field=models.BooleanField(),
                                template="(%(expressions)s IS NFC NORMALIZED)",
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("reason"), 2000
                            ),
                        ),
                        name="bulletins_guidance_reason_plain",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Addressee",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "sent_to",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "guidance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="addressees", to="bulletins.guidance"
                    ),
                ),
            ],
            options={
                "db_table": "bulletins_addressee",
                "indexes": [models.Index(fields=["unit", "done_at"], name="bulletins_addressee_unit")],
                "constraints": [
                    models.UniqueConstraint(fields=("guidance", "sent_to"), name="bulletins_addressee_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None), ("note", "")),
                            models.Q(
                                ("done_at__isnull", False),
                                ("done_by__isnull", False),
                                models.Q(("note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="bulletins_addressee_done_with_note",
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
                        name="bulletins_addressee_note_plain",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("read_at", models.DateTimeField()),
                (
                    "addressee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="readings", to="bulletins.addressee"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
            ],
            options={
                "db_table": "bulletins_reading",
                "constraints": [
                    models.UniqueConstraint(fields=("addressee", "person"), name="bulletins_reading_first_counts")
                ],
            },
        ),
    ]
