"""Hour rules of units, and what was set aside of them."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("orgs", "0007_leaders_take_archives_out"),
        ("schedules", "0003_programme"),
    ]

    operations = [
        migrations.AddField(
            model_name="slot",
            name="overridden",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="slot",
            name="override_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        CreateModel(
            name="HourRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("is_special", models.BooleanField()),
                ("is_limit", models.BooleanField()),
                ("windows", models.JSONField()),
                ("sessions_most", models.PositiveSmallIntegerField(null=True)),
                ("session_minutes", models.PositiveSmallIntegerField(null=True)),
                ("quiet_from", models.TimeField()),
                ("quiet_until", models.TimeField()),
                ("decision", models.CharField(blank=True, max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("in_force", "in_force"),
                            ("declined", "declined"),
                            ("taken_back", "taken_back"),
                            ("replaced", "replaced"),
                        ],
                        max_length=16,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "proposed_by",
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
                "db_table": "schedules_hour_rule",
                "indexes": [models.Index(models.F("unit"), models.F("state"), name="schedules_hour_rule_unit")],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("state", "in_force")),
                        expressions=[("unit", "="), ("is_special", "="), ("during", "&&")],
                        name="schedules_hour_rule_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("during__isempty", False), ("during__startswith__isnull", False)),
                        name="schedules_hour_rule_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_special", False),
                            models.Q(models.Q(("decision", ""), _negated=True), ("during__endswith__isnull", False)),
                            _connector="OR",
                        ),
                        name="schedules_hour_rule_special_by_decision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sessions_most", None), ("sessions_most__gt", 0), _connector="OR"),
                            models.Q(("session_minutes", None), ("session_minutes__range", (1, 1440)), _connector="OR"),
                        ),
                        name="schedules_hour_rule_limits_allow_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("state", "proposed")),
                            models.Q(("decided_at__isnull", False), ("decided_by", None), ("state", "taken_back")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ["in_force", "declined", "replaced"]),
                            ),
                            _connector="OR",
                        ),
                        name="schedules_hour_rule_decided_or_not",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="schedules_hour_rule_four_eyes",
                    ),
                ],
            },
        ),
        CreateModel(
            name="HoursOverride",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("source", models.CharField(max_length=120)),
                (
                    "broken",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("wakes", models.PositiveIntegerField(null=True)),
                ("start_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                (
                    "by",
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
                "db_table": "schedules_hours_override",
                "indexes": [
                    models.Index(fields=["unit", "-at"], name="schedules_override_unit"),
                    models.Index(models.F("source"), name="schedules_override_source"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("broken__len__gt", 0),
                            models.Q(("source", ""), _negated=True),
                            models.Q(
                                models.Q(("reason", ""), _negated=True),
                                models.Q(("broken", ["quiet"]), ("wakes__isnull", False)),
                                _connector="OR",
                            ),
                        ),
                        name="schedules_hours_override_says_why",
                    )
                ],
            },
        ),
    ]
