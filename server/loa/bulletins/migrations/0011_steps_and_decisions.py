"""Flows of approval, the steps of what was handed in, who decided them, and who has listened to what."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_demo_accounts"),
        ("bulletins", "0010_the_archive_is_searched"),
        ("orgs", "0018_administrators_keep_the_record"),
    ]

    operations = [
        migrations.CreateModel(
            name="Flow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
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
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
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
                "db_table": "bulletins_flow",
            },
        ),
        migrations.CreateModel(
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
                ("hours", models.PositiveSmallIntegerField()),
                ("is_own_allowed", models.BooleanField(default=False)),
                (
                    "agency",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.agency"
                    ),
                ),
                (
                    "flow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="bulletins.flow"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post"
                    ),
                ),
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
            ],
            options={
                "db_table": "bulletins_flow_step",
            },
        ),
        migrations.CreateModel(
            name="Heard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opened_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("spans", models.JSONField(default=list)),
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
            ],
            options={
                "db_table": "bulletins_heard",
            },
        ),
        migrations.CreateModel(
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
                ("hours", models.PositiveSmallIntegerField()),
                ("is_own_allowed", models.BooleanField(default=False)),
                ("begun_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("is_open", models.BooleanField(default=False)),
                (
                    "agency",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.agency"
                    ),
                ),
                (
                    "flow",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bulletins.flow"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="bulletins.revision"
                    ),
                ),
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
            ],
            options={
                "db_table": "bulletins_step",
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "verdict",
                    models.CharField(choices=[("approved", "approved"), ("returned", "returned")], max_length=8),
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
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="bulletins.revision"
                    ),
                ),
                (
                    "stands_in_for",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "step",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decision", to="bulletins.step"
                    ),
                ),
            ],
            options={
                "db_table": "bulletins_decision",
            },
        ),
        migrations.AddIndex(
            model_name="flow",
            index=models.Index(models.F("unit"), name="bulletins_flow_unit"),
        ),
        migrations.AddConstraint(
            model_name="flow",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="bulletins_flow_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="flow",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="bulletins_flow_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="flowstep",
            constraint=models.UniqueConstraint(fields=("flow", "position"), name="bulletins_flow_step_in_order"),
        ),
        migrations.AddConstraint(
            model_name="flowstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agency", None), ("post", None), ("role", None), ("who", "right")),
                    models.Q(("agency", None), ("post", None), ("role__isnull", False), ("who", "role")),
                    models.Q(("agency", None), ("post__isnull", False), ("role", None), ("who", "post")),
                    models.Q(("agency__isnull", False), ("post", None), ("role", None), ("who", "agency")),
                    _connector="OR",
                ),
                name="bulletins_flow_step_names_who",
            ),
        ),
        migrations.AddConstraint(
            model_name="flowstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("hours__gte", 1), ("hours__lte", 200)), name="bulletins_flow_step_hours"
            ),
        ),
        migrations.AddConstraint(
            model_name="heard",
            constraint=models.UniqueConstraint(fields=("revision", "user"), name="bulletins_heard_once_a_person"),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(models.F("due_at"), name="bulletins_step_due"),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(fields=("revision", "position"), name="bulletins_step_in_order"),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agency", None), ("post", None), ("role", None), ("who", "right")),
                    models.Q(("agency", None), ("post", None), ("role__isnull", False), ("who", "role")),
                    models.Q(("agency", None), ("post__isnull", False), ("role", None), ("who", "post")),
                    models.Q(("agency__isnull", False), ("post", None), ("role", None), ("who", "agency")),
                    _connector="OR",
                ),
                name="bulletins_step_names_who",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(("hours__gte", 1), ("hours__lte", 200)), name="bulletins_step_hours"
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at", None), ("due_at__gt", models.F("begun_at")), _connector="OR"),
                name="bulletins_step_due_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(fields=("revision", "decided_by"), name="bulletins_decision_four_eyes"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict", "returned"),
                    models.Q(("heard_way", "declared"), ("verdict", "approved")),
                    models.Q(("heard_pct__gte", 95), ("heard_way", "played"), ("verdict", "approved")),
                    _connector="OR",
                ),
                name="bulletins_decision_after_hearing",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("heard_pct__lte", 100)), name="bulletins_decision_share"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("stands_in_for", models.F("decided_by")), _negated=True),
                name="bulletins_decision_for_another",
            ),
        ),
    ]
