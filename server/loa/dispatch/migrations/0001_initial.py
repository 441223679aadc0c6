"""Airings, whom they are meant for, and counts of what was heard."""

import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0005_levels_and_roles"),
    ]

    operations = [
        CreateModel(
            name="Airing",
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
                ("title", models.CharField(max_length=200)),
                ("clip_sha256", models.CharField(max_length=64)),
                ("clip_size_bytes", models.PositiveBigIntegerField()),
                ("clip_duration_ms", models.PositiveIntegerField()),
                ("start_at", models.DateTimeField()),
                ("end_at", models.DateTimeField()),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (60, "alert"),
                            (50, "live_emergency"),
                            (40, "live"),
                            (30, "priority"),
                            (20, "scheduled"),
                            (10, "relay"),
                        ]
                    ),
                ),
                (
                    "late_rule",
                    models.CharField(choices=[("start", "start"), ("join", "join"), ("skip", "skip")], max_length=8),
                ),
                ("late_tolerance_ms", models.PositiveIntegerField()),
                ("volume_pct", models.PositiveSmallIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("released", "released"),
                            ("stopped", "stopped"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=16,
                    ),
                ),
                ("is_now", models.BooleanField()),
                ("is_chosen", models.BooleanField()),
                ("source", models.CharField(max_length=120, unique=True)),
                ("requested_by", models.CharField(blank=True, max_length=160)),
                ("created_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("stopped_by", models.CharField(blank=True, max_length=160)),
                ("stop_reason", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "db_table": "dispatch_airing",
                "indexes": [
                    models.Index(models.F("unit"), models.F("start_at"), name="dispatch_airing_unit"),
                    models.Index(models.F("start_at"), models.F("end_at"), name="dispatch_airing_time"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end_at__gt", models.F("start_at"))),
                        name="dispatch_airing_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("start_at__gt", models.F("created_at"))),
                        name="dispatch_airing_asked_before_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("clip_duration_ms__gt", 0)), name="dispatch_airing_lasts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("clip_sha256__regex", "^[0-9a-f]{64}$")), name="dispatch_airing_digest"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("volume_pct", None), ("volume_pct__lte", 100), _connector="OR"),
                        name="dispatch_airing_volume",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", ""), _negated=True), models.Q(("title", ""), _negated=True)
                        ),
                        name="dispatch_airing_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("priority__in", [60, 50, 40, 30, 20, 10]), ("late_rule__in", ["start", "join", "skip"])
                        ),
                        name="dispatch_airing_rules_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("released_at", None), ("state", "planned"), ("stopped_at", None)),
                            models.Q(("released_at__isnull", False), ("state", "released"), ("stopped_at", None)),
                            models.Q(
                                ("released_at__isnull", False), ("state", "stopped"), ("stopped_at__isnull", False)
                            ),
                            models.Q(("state", "cancelled"), ("stopped_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispatch_airing_times_fit_state",
                    ),
                ],
            },
        ),
        CreateModel(
            name="AiringTarget",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "airing_id", "device_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "airing",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="dispatch.airing",
                    ),
                ),
                ("device_id", models.UUIDField()),
                ("area_path", models.CharField(db_collation="C", max_length=160)),
            ],
            options={
                "db_table": "dispatch_target",
                "indexes": [models.Index(models.F("device_id"), name="dispatch_target_device")],
            },
        ),
        CreateModel(
            name="Told",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("airing_id", models.UUIDField()),
            ],
            options={
                "db_table": "dispatch_told",
            },
        ),
        CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "airing_id", "unit_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "airing",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="dispatch.airing",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
                ("on", models.DateField(db_column="on_day")),
                ("meant", models.PositiveIntegerField()),
                ("heard", models.PositiveIntegerField()),
                ("heard_ms", models.BigIntegerField()),
            ],
            options={
                "db_table": "dispatch_tally",
                "indexes": [
                    models.Index(models.F("unit"), models.F("on"), name="dispatch_tally_unit"),
                    models.Index(models.F("on"), name="dispatch_tally_day"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("heard__lte", models.F("meant")), ("heard_ms__gte", 0), ("meant__gt", 0)),
                        name="dispatch_tally_adds_up",
                    )
                ],
            },
        ),
        CreateModel(
            name="Pending",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "airing",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="dispatch.airing",
                    ),
                ),
                ("device_id", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "dispatch_pending",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("airing__isnull", False), ("device_id", None)),
                            models.Q(("airing", None), ("device_id__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispatch_pending_one_thing",
                    )
                ],
            },
        ),
    ]
