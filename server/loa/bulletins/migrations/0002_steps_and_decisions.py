"""Flows of approval, the steps of what was handed in, who decided them, and what was marked."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("bulletins", "0001_initial"),
        ("orgs", "0005_levels_and_roles"),
    ]

    operations = [
        CreateModel(
            name="Editing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="bulletins.bulletin"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.user"
                    ),
                ),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "db_table": "bulletins_editing",
                "constraints": [models.UniqueConstraint(fields=("bulletin", "user"), name="bulletins_editing_once")],
            },
        ),
        CreateModel(
            name="Flow",
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
                ("name", models.CharField(max_length=120)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32), blank=True, default=list, size=None
                    ),
                ),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("is_far", models.BooleanField(default=False)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "bulletins_flow",
                "indexes": [models.Index(models.F("unit"), name="bulletins_flow_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="bulletins_flow_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                        name="bulletins_flow_ends_after_it_starts",
                    ),
                ],
            },
        ),
        CreateModel(
            name="FlowStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("asks", models.CharField(choices=[("words", "words"), ("places", "places")], max_length=8)),
                (
                    "who",
                    models.CharField(
                        choices=[("right", "right"), ("role", "role"), ("post", "post"), ("agency", "agency")],
                        max_length=8,
                    ),
                ),
                ("where", models.CharField(choices=[("here", "here"), ("above", "above")], max_length=8)),
                (
                    "role",
                    models.ForeignKey(
                        db_column="role",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.role",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post"
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.agency"
                    ),
                ),
                ("hours", models.PositiveSmallIntegerField()),
                ("is_own_allowed", models.BooleanField(default=False)),
                (
                    "flow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="bulletins.flow"
                    ),
                ),
            ],
            options={
                "db_table": "bulletins_flow_step",
                "constraints": [
                    models.UniqueConstraint(fields=("flow", "position"), name="bulletins_flow_step_in_order"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agency", None), ("post", None), ("role", None), ("who", "right")),
                            models.Q(("agency", None), ("post", None), ("role__isnull", False), ("who", "role")),
                            models.Q(("agency", None), ("post__isnull", False), ("role", None), ("who", "post")),
                            models.Q(("agency__isnull", False), ("post", None), ("role", None), ("who", "agency")),
                            _connector="OR",
                        ),
                        name="bulletins_flow_step_names_who",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours__gte", 1), ("hours__lte", 200)), name="bulletins_flow_step_hours"
                    ),
                ],
            },
        ),
        CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("asks", models.CharField(choices=[("words", "words"), ("places", "places")], max_length=8)),
                (
                    "who",
                    models.CharField(
                        choices=[("right", "right"), ("role", "role"), ("post", "post"), ("agency", "agency")],
                        max_length=8,
                    ),
                ),
                ("where", models.CharField(choices=[("here", "here"), ("above", "above")], max_length=8)),
                (
                    "role",
                    models.ForeignKey(
                        db_column="role",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.role",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post"
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.agency"
                    ),
                ),
                ("hours", models.PositiveSmallIntegerField()),
                ("is_own_allowed", models.BooleanField(default=False)),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="bulletins.revision"
                    ),
                ),
                (
                    "flow",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bulletins.flow"
                    ),
                ),
                ("begun_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("is_open", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "bulletins_step",
                "indexes": [models.Index(models.F("due_at"), name="bulletins_step_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("revision", "position"), name="bulletins_step_in_order"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agency", None), ("post", None), ("role", None), ("who", "right")),
                            models.Q(("agency", None), ("post", None), ("role__isnull", False), ("who", "role")),
                            models.Q(("agency", None), ("post__isnull", False), ("role", None), ("who", "post")),
                            models.Q(("agency__isnull", False), ("post", None), ("role", None), ("who", "agency")),
                            _connector="OR",
                        ),
                        name="bulletins_step_names_who",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours__gte", 1), ("hours__lte", 200)), name="bulletins_step_hours"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_at", None), ("due_at__gt", models.F("begun_at")), _connector="OR"),
                        name="bulletins_step_due_after_it_begins",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="bulletins.revision"
                    ),
                ),
                (
                    "step",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decision", to="bulletins.step"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(choices=[("approved", "approved"), ("returned", "returned")], max_length=8),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "stands_in_for",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("decided_at", models.DateTimeField()),
                (
                    "heard_way",
                    models.CharField(
                        blank=True, choices=[("played", "played"), ("declared", "declared")], max_length=8
                    ),
                ),
                ("heard_pct", models.PositiveSmallIntegerField()),
                ("own_reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "db_table": "bulletins_decision",
                "constraints": [
                    models.UniqueConstraint(fields=("revision", "decided_by"), name="bulletins_decision_four_eyes"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict", "returned"),
                            models.Q(("heard_way", "declared"), ("verdict", "approved")),
                            models.Q(("heard_pct__gte", 95), ("heard_way", "played"), ("verdict", "approved")),
                            _connector="OR",
                        ),
                        name="bulletins_decision_after_hearing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("heard_pct__lte", 100)), name="bulletins_decision_share"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stands_in_for", models.F("decided_by")), _negated=True),
                        name="bulletins_decision_for_another",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Heard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bulletins.revision"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("spans", models.JSONField(default=list)),
            ],
            options={
                "db_table": "bulletins_heard",
                "constraints": [
                    models.UniqueConstraint(fields=("revision", "user"), name="bulletins_heard_once_a_person")
                ],
            },
        ),
        CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="marks", to="bulletins.revision"
                    ),
                ),
                ("begins", models.PositiveIntegerField()),
                ("ends", models.PositiveIntegerField()),
                ("quote", models.TextField()),
                ("note", models.CharField(max_length=500)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "bulletins_mark",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends__gt", models.F("begins"))), name="bulletins_mark_is_somewhere"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("note", ""), _negated=True), name="bulletins_mark_says_something"
                    ),
                ],
            },
        ),
        CreateModel(
            name="MarkAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mark",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answer", to="bulletins.mark"
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=500)),
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("answered_at", models.DateTimeField()),
            ],
            options={
                "db_table": "bulletins_mark_answer",
            },
        ),
        CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="bulletins.step"
                    ),
                ),
                ("kind", models.CharField(choices=[("half", "half"), ("overdue", "overdue")], max_length=8)),
                ("noted_at", models.DateTimeField()),
            ],
            options={
                "db_table": "bulletins_reminder",
                "constraints": [models.UniqueConstraint(fields=("step", "kind"), name="bulletins_reminder_once")],
            },
        ),
    ]
