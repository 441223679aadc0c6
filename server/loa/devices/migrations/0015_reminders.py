"""Who was told that a fault is overdue: once in each round, and it stands."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from loa.kernel.migrating import CreateModel

GUARDS = """
CREATE FUNCTION devices_reminder_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM devices_ticket AS ticket
                    WHERE ticket.id = NEW.ticket_id AND ticket.closed_at IS NULL AND ticket.due_at <= NEW.noted_at)
    THEN
        RAISE EXCEPTION 'devices_reminder: nobody is told of what is not overdue' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER devices_reminder_is_due BEFORE INSERT ON devices_reminder
    FOR EACH ROW EXECUTE FUNCTION devices_reminder_is_due();

CREATE FUNCTION devices_reminder_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'devices_reminder: who was told stands' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.seen_at IS NOT NULL OR to_jsonb(NEW) - 'seen_at' IS DISTINCT FROM to_jsonb(OLD) - 'seen_at' THEN
        RAISE EXCEPTION 'devices_reminder: who was told stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER devices_reminder_stands BEFORE UPDATE OR DELETE ON devices_reminder
    FOR EACH ROW EXECUTE FUNCTION devices_reminder_stands();
CREATE TRIGGER devices_reminder_never_emptied BEFORE TRUNCATE ON devices_reminder
    FOR EACH STATEMENT EXECUTE FUNCTION devices_reminder_stands();
"""
REASONS = ("mends", "near", "above")


class Migration(migrations.Migration):
    dependencies = [("devices", "0014_releases"), ("accounts", "0001_initial")]

    operations = [
        CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(choices=[(one, one) for one in REASONS], max_length=8)),
                ("noted_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="devices.ticket"
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
                "db_table": "devices_reminder",
                "indexes": [models.Index("user", "ticket", name="devices_reminder_user")],
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "user", "round"), name="devices_reminder_once"),
                    models.CheckConstraint(
                        condition=Q(round__gte=1, round__lte=2), name="devices_reminder_round_known"
                    ),
                    models.CheckConstraint(condition=Q(reason__in=list(REASONS)), name="devices_reminder_reason_known"),
                    models.CheckConstraint(
                        condition=Q(seen_at=None) | Q(seen_at__gte=F("noted_at")), name="devices_reminder_seen_later"
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS),
    ]
