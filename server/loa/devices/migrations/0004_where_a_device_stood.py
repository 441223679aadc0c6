"""Where every device stood on any day, kept by the database whenever its unit changes."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

# The day is the local one, unless the transaction says which: a reform takes effect on its own day, however late.
FORWARD = """
CREATE FUNCTION devices_posting_day() RETURNS date LANGUAGE sql STABLE AS $$
    SELECT COALESCE(NULLIF(current_setting('loa.on_day', true), '')::date, (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
$$;

CREATE FUNCTION devices_posting_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO devices_posting (device_id, unit_id, during) SELECT id, unit_id, daterange(NULL, NULL) FROM arrived;
    RETURN NULL;
END
$$;
CREATE TRIGGER devices_posting_begins AFTER INSERT ON devices_device
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION devices_posting_begins();

CREATE FUNCTION devices_posting_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today date := devices_posting_day();
BEGIN
    UPDATE devices_posting SET during = daterange(lower(during), today)
     WHERE device_id = NEW.id AND upper_inf(during) AND (lower_inf(during) OR lower(during) < today);
    IF FOUND THEN
        INSERT INTO devices_posting (device_id, unit_id, during) VALUES (NEW.id, NEW.unit_id, daterange(today, NULL));
    ELSE
        UPDATE devices_posting SET unit_id = NEW.unit_id WHERE device_id = NEW.id AND upper_inf(during);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER devices_posting_goes_on AFTER UPDATE OF unit_id ON devices_device
    FOR EACH ROW WHEN (OLD.unit_id IS DISTINCT FROM NEW.unit_id) EXECUTE FUNCTION devices_posting_goes_on();

INSERT INTO devices_posting (device_id, unit_id, during) SELECT id, unit_id, daterange(NULL, NULL) FROM devices_device;
"""
BACKWARD = """
DROP TRIGGER devices_posting_begins ON devices_device;
DROP TRIGGER devices_posting_goes_on ON devices_device;
DROP FUNCTION devices_posting_begins();
DROP FUNCTION devices_posting_goes_on();
DROP FUNCTION devices_posting_day();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("devices", "0003_evidence_is_append_only"),
        ("orgs", "0002_units_over_time"),
    ]

    operations = [
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField()),
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
            ],
            options={"db_table": "devices_posting"},
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("device", "="), ("during", "&&")], name="devices_posting_one_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(("during__isempty", False)), name="devices_posting_lasts"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
