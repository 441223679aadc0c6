"""What agencies offer to newsrooms, and what units share and use."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("bulletins", "0008_guidance"),
        ("orgs", "0005_levels_and_roles"),
    ]

    operations = [
        CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("offered", "offered"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("dropped", "dropped"),
                        ],
                        max_length=16,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("offered_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "agency",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.agency"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "bulletin",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bulletins.bulletin",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bulletins.category",
                    ),
                ),
                (
                    "decided_by",
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
                "db_table": "bulletins_offer",
                "indexes": [
                    models.Index(fields=["unit", "state", "-offered_at"], name="bulletins_offer_unit"),
                    models.Index(fields=["author", "-created_at"], name="bulletins_offer_author"),
                ],
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
                        name="bulletins_offer_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("bulletin", None),
                                ("decided_at", None),
                                ("decided_by", None),
                                ("offered_at", None),
                                ("state", "draft"),
                            ),
                            models.Q(
                                ("bulletin", None),
                                ("decided_at", None),
                                ("decided_by", None),
                                ("offered_at__isnull", False),
                                ("state", "offered"),
                            ),
                            models.Q(
                                ("bulletin", None),
                                ("decided_at__isnull", False),
                                ("decided_by", models.F("author")),
                                ("state", "dropped"),
                            ),
                            models.Q(
                                ("bulletin", None),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("offered_at__isnull", False),
                                ("state", "declined"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                ("bulletin__isnull", False),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("offered_at__isnull", False),
                                ("state", "accepted"),
                            ),
                            _connector="OR",
                        ),
                        name="bulletins_offer_times_fit_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason", ""),
                            models.Q(
                                ("state", "declined"),
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
                            _connector="OR",
                        ),
                        name="bulletins_offer_reason_plain",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Share",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reach", models.CharField(choices=[("below", "below"), ("all", "all")], max_length=8)),
                ("shared_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bulletins.bulletin"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "sending",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="share", to="bulletins.sending"
                    ),
                ),
                (
                    "shared_by",
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
                "db_table": "bulletins_share",
                "indexes": [models.Index(fields=["unit", "-shared_at"], name="bulletins_share_unit")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("bulletin",),
                        name="bulletins_share_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reach__in", ["below", "all"])), name="bulletins_share_reach_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(("ended_at__gte", models.F("shared_at")), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="bulletins_share_ended_by_somebody",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Use",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("way", models.CharField(choices=[("copy", "copy"), ("original", "original")], max_length=8)),
                ("used_at", models.DateTimeField()),
                (
                    "copy",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bulletins.bulletin",
                    ),
                ),
                (
                    "receipt",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bulletins.receipt"
                    ),
                ),
                (
                    "share",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="bulletins.share"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "used_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
            ],
            options={
                "db_table": "bulletins_use",
                "indexes": [
                    models.Index(fields=["share", "used_at"], name="bulletins_use_share"),
                    models.Index(fields=["unit", "used_at"], name="bulletins_use_unit"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("copy__isnull", False), ("receipt", None), ("way", "copy")),
                            models.Q(("copy", None), ("receipt__isnull", False), ("way", "original")),
                            _connector="OR",
                        ),
                        name="bulletins_use_names_what_it_made",
                    )
                ],
            },
        ),
    ]
