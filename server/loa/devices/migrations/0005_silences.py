"""Silences: what was said stands, lifting is added once; and what devices are told of them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel

GUARDS = """
CREATE FUNCTION devices_silence_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- whoever takes over a unit takes over its silences, which from then on name the devices they were for
    free text[] := '{unit_id}';
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'devices_silence: what was silenced is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.lifted_at IS NULL THEN
        free := free || '{lifted_at,lifted_by,lift_reason}'::text[];
    END IF;
    IF OLD.device_ids IS NULL AND NEW.unit_id <> OLD.unit_id THEN
        free := free || '{device_ids}'::text[];
    END IF;
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'devices_silence: what was said stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER devices_silence_stands BEFORE UPDATE OR DELETE ON devices_silence
    FOR EACH ROW EXECUTE FUNCTION devices_silence_stands();
CREATE TRIGGER devices_silence_never_emptied BEFORE TRUNCATE ON devices_silence
    FOR EACH STATEMENT EXECUTE FUNCTION devices_silence_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("devices", "0004_live"), ("orgs", "0010_loudspeakers_are_silenced")]

    operations = [
        migrations.AddField("Device", "is_muted", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("Device", "told_muted", models.BooleanField(db_default=False, default=False)),
        migrations.AddIndex(
            "Device", models.Index("id", condition=~Q(is_muted=F("told_muted")), name="devices_device_to_mute")
        ),
        migrations.AddIndex("Device", models.Index("id", condition=Q(is_muted=True), name="devices_device_muted")),
        CreateModel(
            name="Silence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("device_ids", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True)),
                ("is_drill", models.BooleanField(default=False)),
                ("stops", models.BooleanField(default=True)),
                ("reason", models.CharField(max_length=500)),
                ("meant", models.PositiveIntegerField()),
                ("began_at", models.DateTimeField()),
                ("began_by", models.CharField(max_length=160)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_by", models.CharField(blank=True, default="", max_length=160)),
                ("lift_reason", models.CharField(blank=True, default="", max_length=500)),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "db_table": "devices_silence",
                "indexes": [
                    models.Index("unit", "began_at", "id", name="devices_silence_unit"),
                    models.Index("id", condition=Q(lifted_at=None, stops=True), name="devices_silence_open"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=~Q(reason=""), name="devices_silence_has_reason"),
                    models.CheckConstraint(
                        condition=Q(is_drill=True) | Q(stops=True), name="devices_silence_only_drills_spare"
                    ),
                    models.CheckConstraint(
                        condition=Q(lifted_at=None, lifted_by="", lift_reason="")
                        | Q(stops=True, lifted_at__gte=F("began_at")) & ~Q(lifted_by="") & ~Q(lift_reason=""),
                        name="devices_silence_lifted_whole",
                    ),
                    models.CheckConstraint(
                        condition=Q(device_ids=None) | ~Q(device_ids=[]), name="devices_silence_names_somebody"
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS),
    ]
