"""What is sent down to units below, and the rows by which bulletins are found."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel

ROWS = """
-- words are long and seldom looked at: kept beside, so that a page of rows is many rows
ALTER TABLE bulletins_sought SET (toast_tuple_target = 512);
ALTER TABLE bulletins_sought ALTER COLUMN title_words SET STORAGE MAIN;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("bulletins", "0003_forms_templates_and_tapes"),
        ("kernel", "0001_initial"),
        ("orgs", "0005_levels_and_roles"),
    ]

    operations = [
        CreateModel(
            name="Sending",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bulletins.bulletin"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "urgency",
                    models.CharField(
                        choices=[("normal", "normal"), ("priority", "priority"), ("emergency", "emergency")],
                        max_length=16,
                    ),
                ),
                ("wanted_from", models.DateTimeField(null=True)),
                ("wanted_until", models.DateTimeField(null=True)),
                ("must_broadcast", models.BooleanField()),
                ("note", models.TextField(blank=True)),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("sent", "sent"), ("called_back", "called_back")],
                        max_length=16,
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("released_at", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                (
                    "called_back_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("called_back_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
            ],
            options={
                "db_table": "bulletins_sending",
                "indexes": [models.Index(fields=["unit", "-sent_at"], name="bulletins_sending_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("urgency__in", ["normal", "priority", "emergency"])),
                        name="bulletins_sending_urgency_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("wanted_until", None),
                            ("wanted_from", None),
                            ("wanted_until__gt", models.F("wanted_from")),
                            _connector="OR",
                        ),
                        name="bulletins_sending_window_lasts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("called_back_at", None),
                                ("released_at", None),
                                ("state", "waiting"),
                                ("urgency", "emergency"),
                            ),
                            models.Q(("called_back_at", None), ("released_at__isnull", False), ("state", "sent")),
                            models.Q(
                                ("called_back_at__isnull", False),
                                ("called_back_by__isnull", False),
                                ("state", "called_back"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="bulletins_sending_times_fit_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_by", models.F("sent_by")), ("urgency", "emergency"), _negated=True
                        ),
                        name="bulletins_sending_two_persons",
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
                        name="bulletins_sending_note_plain",
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
                        name="bulletins_sending_reason_plain",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "sending",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="bulletins.sending"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "sent_to",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "state",
                    models.CharField(choices=[("new", "new"), ("seen", "seen"), ("skipped", "skipped")], max_length=16),
                ),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("skipped_at", models.DateTimeField(null=True)),
                (
                    "skipped_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_here", "not_here"),
                            ("aired_already", "aired_already"),
                            ("out_of_date", "out_of_date"),
                            ("no_time", "no_time"),
                            ("not_audible", "not_audible"),
                            ("other", "other"),
                        ],
                        max_length=16,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                ("place", models.IntegerField(db_default=0, default=0)),
                ("unplaced", models.CharField(blank=True, db_default="", default="", max_length=40)),
            ],
            options={
                "db_table": "bulletins_receipt",
                "indexes": [models.Index(fields=["unit", "state"], name="bulletins_receipt_unit")],
                "constraints": [
                    models.UniqueConstraint(fields=("sending", "sent_to"), name="bulletins_receipt_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("seen_at", None), ("skipped_at", None), ("state", "new")),
                            models.Q(
                                ("reason", ""), ("seen_at__isnull", False), ("skipped_at", None), ("state", "seen")
                            ),
                            models.Q(
                                ("skipped_at__isnull", False),
                                ("skipped_by__isnull", False),
                                ("state", "skipped"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="bulletins_receipt_times_fit_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", "other"), _negated=True),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="bulletins_receipt_other_reason_told",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("words__regex", "^[^\\x01-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$"),
                            models.Func(
                                models.F("words"),
                                output_field=models.BooleanField(),
                                template="(%(expressions)s IS NFC NORMALIZED)",
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("words"), 2000
                            ),
                        ),
                        name="bulletins_receipt_words_plain",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Word",
            fields=[
                ("word", models.CharField(max_length=20, primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "bulletins_word",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"], name="bulletins_word_alike", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
        CreateModel(
            name="Sought",
            fields=[
                (
                    "bulletin",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="bulletins.bulletin",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
                ("state", models.CharField(max_length=16)),
                ("sound", models.CharField(max_length=8)),
                ("kind", models.CharField(max_length=24)),
                ("category", models.CharField(max_length=40)),
                ("language", models.CharField(max_length=16)),
                ("origin_level", models.CharField(max_length=16)),
                ("written_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("title_words", django.contrib.postgres.search.SearchVectorField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "db_table": "bulletins_sought",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["title_words"], name="bulletins_sought_title_words"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["words"], name="bulletins_sought_words"
                    ),
                    models.Index(fields=["unit", "-changed_at"], name="bulletins_sought_unit"),
                    models.Index(fields=["-changed_at", "-bulletin"], name="bulletins_sought_changed"),
                ],
            },
        ),
        migrations.RunSQL(ROWS),
    ]
