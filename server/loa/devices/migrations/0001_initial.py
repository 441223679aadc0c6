"""Devices, where they stood, how they join, and what is sent to them."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
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
            name="Device",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("loudspeaker", "loudspeaker"), ("board", "board"), ("gateway", "gateway")],
                        max_length=16,
                    ),
                ),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("registered", "registered"), ("enrolled", "enrolled"), ("revoked", "revoked")],
                        default="registered",
                        max_length=16,
                    ),
                ),
                ("is_demo", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("enrolled_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("public_key", models.TextField(blank=True, default="")),
                ("credential_digest", models.CharField(blank=True, default="", max_length=64)),
                ("volume_pct", models.PositiveSmallIntegerField(null=True)),
                ("plan", models.CharField(max_length=64, null=True)),
                ("config", models.CharField(max_length=64, null=True)),
                ("enrolled_area", models.CharField(blank=True, db_collation="C", default="", max_length=160)),
                ("told_area", models.CharField(blank=True, db_collation="C", default="", max_length=160)),
                (
                    "former_areas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=160), blank=True, default=list, size=None
                    ),
                ),
                ("state_seq", models.BigIntegerField(default=0)),
                ("published_seq", models.BigIntegerField(default=0)),
                ("published_at", models.DateTimeField(null=True)),
                ("connected", models.BooleanField(default=False)),
                ("seen_at", models.DateTimeField(null=True)),
                ("agent_version", models.CharField(blank=True, default="", max_length=64)),
                ("boot", models.CharField(blank=True, default="", max_length=64)),
                ("playing", models.CharField(blank=True, default="", max_length=64)),
                ("reported_plan", models.CharField(blank=True, default="", max_length=64)),
                ("reported_config", models.CharField(blank=True, default="", max_length=64)),
                ("reported_volume_pct", models.PositiveSmallIntegerField(null=True)),
                ("clock_offset_ms", models.IntegerField(null=True)),
                ("pending_events", models.PositiveIntegerField(default=0)),
                ("storage_free_bytes", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "devices_device",
                "indexes": [
                    models.Index(models.F("unit"), models.F("name"), models.F("id"), name="devices_device_unit"),
                    models.Index(
                        models.F("id"),
                        condition=models.Q(("state", "enrolled"), ("state_seq__gt", models.F("published_seq"))),
                        name="devices_device_unsent",
                    ),
                    models.Index(
                        models.F("id"),
                        condition=models.Q(("state", "enrolled"), ("told_area", "")),
                        name="devices_device_untold",
                    ),
                    models.Index(
                        models.F("unit"),
                        condition=models.Q(("state", "enrolled"), models.Q(("former_areas", []), _negated=True)),
                        name="devices_device_moving",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["loudspeaker", "board", "gateway"])),
                        name="devices_device_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="devices_device_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("credential_digest", ""), ("public_key", ""), ("state", "registered")),
                            models.Q(
                                ("enrolled_at__isnull", False),
                                ("state", "enrolled"),
                                models.Q(("credential_digest", ""), _negated=True),
                                models.Q(("public_key", ""), _negated=True),
                            ),
                            models.Q(("credential_digest", ""), ("revoked_at__isnull", False), ("state", "revoked")),
                            _connector="OR",
                        ),
                        name="devices_device_keys_fit_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("volume_pct", None), ("volume_pct__lte", 100), _connector="OR"),
                        name="devices_device_volume_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("published_seq__lte", models.F("state_seq"))),
                        name="devices_device_sent_what_is",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude", None), ("latitude__range", (-90, 90)), _connector="OR"),
                            models.Q(("longitude", None), ("longitude__range", (-180, 180)), _connector="OR"),
                        ),
                        name="devices_device_on_earth",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="devices.device"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                "db_table": "devices_posting",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("device", "="), ("during", "&&")], name="devices_posting_one_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)), name="devices_posting_lasts"
                    ),
                ],
            },
        ),
        CreateModel(
            name="EnrolmentCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="devices.device"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "devices_code",
                "indexes": [models.Index(models.F("expires_at"), name="devices_code_expiry")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="devices_code_ends_after_start",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("used_at", None)), fields=("device",), name="devices_code_one_open"
                    ),
                ],
            },
        ),
        CreateModel(
            name="WrongCode",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("origin", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "devices_wrong_code",
                "indexes": [models.Index(models.F("origin"), models.F("at"), name="devices_wrong_code_origin")],
            },
        ),
        CreateModel(
            name="Outbound",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("message", models.UUIDField(default=loa_protocol.uuid7.make, unique=True)),
                ("lane", models.CharField(choices=[("now", "now"), ("command", "command")], max_length=8)),
                ("area", models.CharField(blank=True, default="", max_length=160)),
                (
                    "device",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="devices.device"
                    ),
                ),
                ("body", models.JSONField()),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer_ok", models.BooleanField(null=True)),
                ("answer", models.CharField(blank=True, default="", max_length=200)),
                (
                    "txid",
                    models.BigIntegerField(
                        db_default=django.db.models.functions.comparison.Cast(
                            django.db.models.functions.comparison.Cast(
                                models.Func(function="pg_current_xact_id"), models.TextField()
                            ),
                            models.BigIntegerField(),
                        ),
                        editable=False,
                    ),
                ),
            ],
            options={
                "db_table": "devices_outbound",
                "indexes": [
                    models.Index(
                        models.F("lane"),
                        models.F("id"),
                        condition=models.Q(("published_at", None)),
                        name="devices_outbound_waiting",
                    ),
                    models.Index(
                        models.F("device"),
                        models.F("id"),
                        condition=models.Q(("answered_at", None), ("lane", "command")),
                        name="devices_outbound_unanswered",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("device", None), ("lane", "now"), models.Q(("area", ""), _negated=True)),
                            models.Q(("area", ""), ("device__isnull", False), ("lane", "command")),
                            _connector="OR",
                        ),
                        name="devices_outbound_one_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="devices_outbound_ends_after_start",
                    ),
                ],
            },
        ),
        CreateModel(
            name="PlayEvent",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("device_id", models.UUIDField()),
                ("seq", models.BigIntegerField()),
                ("outcome", models.CharField(max_length=16)),
                ("airing_id", models.UUIDField(null=True)),
                ("clip", models.CharField(max_length=64, null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
                ("reason", models.TextField()),
                ("lateness_ms", models.IntegerField(null=True)),
                ("volume_pct", models.SmallIntegerField(null=True)),
                ("level_dbfs", models.FloatField(null=True)),
                ("clock_offset_ms", models.IntegerField(null=True)),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "db_table": "devices_event",
                "managed": False,
            },
        ),
        CreateModel(
            name="Refusal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("device_id", models.UUIDField(null=True)),
                ("topic", models.CharField(max_length=200)),
                ("reason", models.CharField(max_length=32)),
                ("detail", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "db_table": "devices_refusal",
                "indexes": [
                    models.Index(models.F("device_id"), models.F("id"), name="devices_refusal_device"),
                    models.Index(models.F("at"), name="devices_refusal_at"),
                ],
            },
        ),
        CreateModel(
            name="BridgeStatus",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("started_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("signing_problem", models.CharField(blank=True, default="", max_length=64)),
                ("connected", models.PositiveIntegerField(default=0)),
                ("unwritten", models.PositiveIntegerField(default=0)),
            ],
            options={
                "db_table": "devices_bridge",
            },
        ),
    ]
