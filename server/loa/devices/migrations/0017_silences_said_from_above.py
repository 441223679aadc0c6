"""A silence keeps from which unit above it was said: only from there it is lifted, and whoever takes over has it."""

import django.db.models.deletion
from django.db import migrations, models

STANDS = """
CREATE OR REPLACE FUNCTION devices_silence_stands() RETURNS trigger LANGUAGE plpgsql AS $$
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
    -- another unit may take over what was said from above; what was is never forgotten nor added
    IF OLD.said_from_id IS NOT NULL AND NEW.said_from_id IS NOT NULL THEN
        free := free || '{said_from_id}'::text[];
    END IF;
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'devices_silence: what was said stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("devices", "0016_releases_by_actor")]

    operations = [
        migrations.AddField(
            "Silence",
            "said_from",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
        ),
        migrations.RunSQL(STANDS),
    ]
