"""Which area a device was told to obey, and which it may obey still: a reform moves the ground under its feet."""

import django.contrib.postgres.fields
from django.db import migrations, models

FORWARD = """
UPDATE devices_device AS device SET enrolled_area = unit.path, told_area = unit.path
  FROM orgs_unit AS unit WHERE unit.id = device.unit_id AND device.state = 'enrolled';

CREATE FUNCTION devices_device_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'enrolled' AND NEW.told_area <> '' THEN
        NEW.former_areas := array_append(array_remove(NEW.former_areas, NEW.told_area), NEW.told_area);
        NEW.told_area := '';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION devices_device_moves IS 'A device that moves must be told, and obeys its former area until then.';
CREATE TRIGGER devices_device_moves BEFORE UPDATE OF unit_id ON devices_device
    FOR EACH ROW WHEN (OLD.unit_id IS DISTINCT FROM NEW.unit_id) EXECUTE FUNCTION devices_device_moves();
"""
BACKWARD = """
DROP TRIGGER devices_device_moves ON devices_device;
DROP FUNCTION devices_device_moves();
"""


class Migration(migrations.Migration):
    dependencies = [("devices", "0004_where_a_device_stood")]

    operations = [
        migrations.AddField(
            model_name="device",
            name="enrolled_area",
            field=models.CharField(blank=True, db_collation="C", default="", max_length=160),
        ),
        migrations.AddField(
            model_name="device",
            name="told_area",
            field=models.CharField(blank=True, db_collation="C", default="", max_length=160),
        ),
        migrations.AddField(
            model_name="device",
            name="former_areas",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=160), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="device",
            name="reported_config",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(
                models.F("id"),
                condition=models.Q(("state", "enrolled"), ("told_area", "")),
                name="devices_device_untold",
            ),
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(
                models.F("unit"),
                condition=models.Q(("state", "enrolled"), models.Q(("former_areas", []), _negated=True)),
                name="devices_device_moving",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
