"""Agencies and their posts, roles, who holds which, and support sessions."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.db import migrations, models

from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("orgs", "0001_initial"),
    ]

    operations = [
        CreateModel(
            name="Agency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("committee", "committee"),
                            ("department", "department"),
                            ("office", "office"),
                            ("centre", "centre"),
                            ("other", "other"),
                        ],
                        max_length=16,
                    ),
                ),
                ("opened_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
                (
                    "succeeded_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.agency"
                    ),
                ),
            ],
            options={
                "db_table": "orgs_agency",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None),
                            ("opened_on", None),
                            ("closed_on__gte", models.F("opened_on")),
                            _connector="OR",
                        ),
                        name="orgs_agency_closes_after_opening",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("succeeded_by", None), ("closed_on__isnull", False), _connector="OR"),
                        name="orgs_agency_succeeded_when_closed",
                    ),
                ],
            },
        ),
        CreateModel(
            name="AgencyName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="names", to="orgs.agency"
                    ),
                ),
                ("name", models.CharField(max_length=160)),
                ("short_name", models.CharField(blank=True, default="", max_length=60)),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField()),
                (
                    "basis",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.legalbasis"
                    ),
                ),
            ],
            options={
                "db_table": "orgs_agency_name",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("agency", "="), ("during", "&&")], name="orgs_agency_name_one_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("name", ""), _negated=True), ("during__isempty", False)),
                        name="orgs_agency_name_lasts",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Role",
            fields=[
                ("code", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("name_vi", models.CharField(max_length=80)),
                ("name_en", models.CharField(max_length=80)),
                ("told_vi", models.CharField(blank=True, max_length=200)),
                ("told_en", models.CharField(blank=True, max_length=200)),
                (
                    "permissions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), blank=True, default=list, size=None
                    ),
                ),
                ("is_standard", models.BooleanField(default=False)),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
                (
                    "levels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), blank=True, default=list, size=None
                    ),
                ),
                ("sort_order", models.PositiveSmallIntegerField(default=100)),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "orgs_role",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[a-z][a-z0-9_]{1,31}$")), name="orgs_role_plain_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name_vi", ""), _negated=True), models.Q(("name_en", ""), _negated=True)
                        ),
                        name="orgs_role_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_standard", True), ("unit", None)),
                            models.Q(("is_standard", False), ("unit__isnull", False)),
                            _connector="OR",
                        ),
                        name="orgs_role_made_somewhere",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=160)),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.agency"
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        db_column="role", on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.role"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("loudspeaker", "loudspeaker"),
                            ("board", "board"),
                            ("app", "app"),
                            ("web", "web"),
                            ("sms", "sms"),
                            ("social", "social"),
                            ("print", "print"),
                            ("speaker", "speaker"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("is_here_only", models.BooleanField(default=False)),
                ("seats", models.PositiveSmallIntegerField(default=1)),
                ("closed_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "orgs_post",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("title", ""), _negated=True), ("seats__gte", 1)),
                        name="orgs_post_is_somebodys",
                    )
                ],
            },
        ),
        CreateModel(
            name="Grant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        db_column="role", on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.role"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                ("device_id", models.UUIDField(null=True)),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("loudspeaker", "loudspeaker"),
                            ("board", "board"),
                            ("app", "app"),
                            ("web", "web"),
                            ("sms", "sms"),
                            ("social", "social"),
                            ("print", "print"),
                            ("speaker", "speaker"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("is_here_only", models.BooleanField(default=False)),
                (
                    "during",
                    django.contrib.postgres.fields.ranges.DateTimeRangeField(
                        db_default=models.Func(
                            django.db.models.functions.datetime.Now(),
                            None,
                            function="tstzrange",
                            output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                        )
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post"
                    ),
                ),
                ("seat", models.PositiveSmallIntegerField(null=True)),
                (
                    "delegated_from",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.grant"
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("granted_by", models.CharField(blank=True, default="", max_length=64)),
                ("granted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "orgs_grant",
                "indexes": [models.Index(models.F("unit"), name="orgs_grant_unit")],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("user", "="),
                            ("role", "="),
                            ("unit", "="),
                            (
                                django.db.models.functions.comparison.Coalesce(
                                    models.F("device_id"),
                                    models.Value(
                                        "00000000-0000-0000-0000-000000000000", output_field=models.UUIDField()
                                    ),
                                ),
                                "=",
                            ),
                            ("channel", "="),
                            (django.db.models.functions.comparison.Coalesce(models.F("post"), models.Value(0)), "="),
                            (
                                django.db.models.functions.comparison.Coalesce(
                                    models.F("delegated_from"), models.Value(0)
                                ),
                                "=",
                            ),
                            ("during", "&&"),
                        ],
                        name="orgs_grant_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("device_id", None), ("is_here_only", False), _connector="OR"),
                        name="orgs_grant_one_narrowing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("post", None), ("delegated_from", None), _connector="OR"),
                        name="orgs_grant_comes_from_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("delegated_from", None),
                            ("during__endswith__isnull", False),
                            ("during__isempty", True),
                            _connector="OR",
                        ),
                        name="orgs_grant_delegation_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("post", None), ("seat", None)),
                            models.Q(("post__isnull", False), ("seat__gte", 1)),
                            _connector="OR",
                        ),
                        name="orgs_grant_post_has_a_seat",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("post", "="), ("seat", "="), ("during", "&&")], name="orgs_grant_one_a_seat"
                    ),
                ],
            },
        ),
        CreateModel(
            name="SupportSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "supporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "role",
                    models.ForeignKey(
                        db_column="role", on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.role"
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "db_table": "orgs_support",
                "indexes": [models.Index(models.F("supporter"), name="orgs_support_supporter")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="orgs_support_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("during__endswith__isnull", False), ("during__startswith__isnull", False)),
                        name="orgs_support_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("supporter", models.F("opened_by")), _negated=True),
                        name="orgs_support_four_eyes",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("supporter", "="), ("during", "&&")], name="orgs_support_one_at_a_time"
                    ),
                ],
            },
        ),
    ]
