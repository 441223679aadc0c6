"""Fault tickets: opened once for each device and cause, closed with proof, and kept."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel

GUARDS = """
CREATE FUNCTION devices_ticket_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'devices_ticket: a fault on record is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'devices_ticket: what was closed stands' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.device_id, NEW.cause, NEW.origin, NEW.words, NEW.opened_at, NEW.opened_by, NEW.due_at)
        IS DISTINCT FROM (OLD.device_id, OLD.cause, OLD.origin, OLD.words, OLD.opened_at, OLD.opened_by, OLD.due_at)
    THEN
        RAISE EXCEPTION 'devices_ticket: what was reported stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER devices_ticket_stands BEFORE UPDATE OR DELETE ON devices_ticket
    FOR EACH ROW EXECUTE FUNCTION devices_ticket_stands();
CREATE TRIGGER devices_ticket_never_emptied BEFORE TRUNCATE ON devices_ticket
    FOR EACH STATEMENT EXECUTE FUNCTION devices_ticket_stands();
"""
CAUSES = ("noise", "silent", "speaker", "amplifier", "power", "offline", "drift", "supply", "hot", "storage", "other")
ORIGINS = ("telemetry", "evidence", "clock", "person", "citizen")
PROOFS = ("photo", "level", "telemetry")


def words(values: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return values as choices."""
    return [(value, value) for value in values]


class Migration(migrations.Migration):
    dependencies = [
        ("devices", "0006_readings"),
        ("media", "0002_guards"),
        ("accounts", "0001_initial"),
        ("orgs", "0011_faults_are_mended"),
    ]

    operations = [
        CreateModel(
            name="Ticket",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("cause", models.CharField(choices=words(CAUSES), max_length=16)),
                ("origin", models.CharField(choices=words(ORIGINS), max_length=16)),
                ("words", models.CharField(blank=True, default="", max_length=1000)),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.CharField(blank=True, default="", max_length=160)),
                ("due_at", models.DateTimeField()),
                ("assigned_at", models.DateTimeField(null=True)),
                ("well_since", models.DateTimeField(null=True)),
                ("escalations", models.PositiveSmallIntegerField(default=0)),
                ("escalated_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, default="", max_length=160)),
                ("proof", models.CharField(blank=True, choices=words(PROOFS), default="", max_length=16)),
                ("level_dbfs", models.FloatField(null=True)),
                ("close_words", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "assignee",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="devices.device"
                    ),
                ),
                (
                    "escalated_to",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="media.document"
                    ),
                ),
                (
                    "silence",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="devices.silence"
                    ),
                ),
            ],
            options={
                "db_table": "devices_ticket",
                "indexes": [
                    models.Index("device", "opened_at", name="devices_ticket_device"),
                    models.Index("due_at", condition=Q(closed_at=None), name="devices_ticket_open"),
                    models.Index("assignee", condition=Q(closed_at=None), name="devices_ticket_mine"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(closed_at=None), fields=("device", "cause"), name="devices_ticket_one_open"
                    ),
                    models.CheckConstraint(condition=Q(cause__in=list(CAUSES)), name="devices_ticket_cause_known"),
                    models.CheckConstraint(condition=Q(origin__in=list(ORIGINS)), name="devices_ticket_origin_known"),
                    models.CheckConstraint(condition=Q(due_at__gt=F("opened_at")), name="devices_ticket_due_later"),
                    models.CheckConstraint(
                        condition=Q(closed_at=None, proof="", photo=None, level_dbfs=None)
                        | Q(closed_at__gte=F("opened_at"))
                        & (
                            Q(proof="photo", photo__isnull=False)
                            | Q(proof="level", level_dbfs__gt=-50.0, photo=None)
                            | Q(proof="telemetry", photo=None)
                        ),
                        name="devices_ticket_closed_with_proof",
                    ),
                    models.CheckConstraint(
                        condition=Q(assignee=None) | Q(assigned_at__isnull=False),
                        name="devices_ticket_assigned_whole",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS),
    ]
