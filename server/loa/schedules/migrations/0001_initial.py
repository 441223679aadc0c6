"""Slots, and those that clash."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("bulletins", "0007_standard_taxonomy"),
        ("dispatch", "0001_initial"),
        ("orgs", "0005_levels_and_roles"),
    ]

    operations = [
        CreateModel(
            name="Clash",
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
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("decided", "decided"),
                            ("defaulted", "defaulted"),
                            ("gone", "gone"),
                        ],
                        max_length=16,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("applies_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "schedules_clash",
                "indexes": [
                    models.Index(fields=["state", "applies_at"], name="schedules_clash_due"),
                    models.Index(fields=["unit", "state"], name="schedules_clash_unit"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("state", "open")),
                            models.Q(
                                ("decided_at__isnull", False), ("decided_by__isnull", False), ("state", "decided")
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by", None),
                                ("state__in", ["defaulted", "gone"]),
                            ),
                            _connector="OR",
                        ),
                        name="schedules_clash_decided_or_not",
                    )
                ],
            },
        ),
        CreateModel(
            name="Slot",
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
                    "device_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
                ),
                ("start_at", models.DateTimeField(null=True)),
                ("confirmed", models.BooleanField()),
                ("asked_by", models.CharField(max_length=64)),
                ("requested_by", models.CharField(max_length=160)),
                ("requested_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("approved", "approved"),
                            ("placed", "placed"),
                            ("refused", "refused"),
                            ("declined", "declined"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("wakes", models.PositiveIntegerField(null=True)),
                (
                    "airing",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dispatch.airing"
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("is_priority", models.BooleanField(db_default=False, default=False)),
                ("priority_reason", models.CharField(blank=True, db_default="", default="", max_length=300)),
                (
                    "receipt",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bulletins.receipt"
                    ),
                ),
                (
                    "sending",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bulletins.sending"
                    ),
                ),
            ],
            options={
                "db_table": "schedules_slot",
                "indexes": [models.Index(models.F("unit"), models.F("start_at"), name="schedules_slot_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("airing", None), ("reason", ""), ("state__in", ["waiting", "approved", "declined"])
                            ),
                            models.Q(("airing__isnull", False), ("reason", ""), ("state", "placed")),
                            models.Q(("airing", None), ("state", "refused"), models.Q(("reason", ""), _negated=True)),
                            models.Q(("reason", ""), ("state", "cancelled")),
                            _connector="OR",
                        ),
                        name="schedules_slot_airing_fits_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("state", "waiting")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ["approved", "placed", "declined"]),
                            ),
                            ("state__in", ["refused", "cancelled"]),
                            _connector="OR",
                        ),
                        name="schedules_slot_decided_by_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("start_at", None), ("start_at__gt", models.F("requested_at")), _connector="OR"
                        ),
                        name="schedules_slot_asked_before_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("device_ids", None), ("device_ids__len__gt", 0), _connector="OR"),
                        name="schedules_slot_some_device",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_priority", False),
                            models.Q(("priority_reason", ""), _negated=True),
                            ("receipt__isnull", False),
                            _connector="OR",
                        ),
                        name="schedules_slot_first_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sending", None), models.Q(("receipt", None), ("start_at", None)), _connector="OR"
                        ),
                        name="schedules_slot_emergency_at_once",
                    ),
                ],
            },
        ),
        CreateModel(
            name="ClashPart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "clash",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="schedules.clash"
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schedules.slot"
                    ),
                ),
                ("wanted_at", models.DateTimeField()),
                ("default_place", models.PositiveSmallIntegerField()),
                ("place", models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                "db_table": "schedules_clash_part",
                "constraints": [
                    models.UniqueConstraint(fields=("clash", "slot"), name="schedules_clash_part_once"),
                    models.CheckConstraint(
                        condition=models.Q(("default_place__gte", 1)), name="schedules_clash_part_counts_from_one"
                    ),
                ],
            },
        ),
    ]
