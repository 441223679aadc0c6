"""What devices measure of themselves: the last of it with the device, raw by day, and rolled up by hour."""

from django.db import migrations, models

from loa.kernel.migrating import CreateModel

READINGS = """
CREATE TABLE devices_reading (
    device_id uuid NOT NULL,
    at timestamptz NOT NULL,
    power varchar(16) NOT NULL DEFAULT '',
    supply_v real,
    battery_pct smallint,
    temperature_c real,
    signal_dbm smallint,
    network varchar(16) NOT NULL DEFAULT '',
    speaker_fault boolean,
    amplifier_fault boolean,
    output_dbfs real,
    storage_free_bytes bigint,
    traffic_bytes bigint
) PARTITION BY RANGE (at);
CREATE INDEX devices_reading_device ON devices_reading (device_id, at);
CREATE TABLE devices_reading_rest PARTITION OF devices_reading DEFAULT;
"""

# It acts with its owner's rights, like devices_event_partitions.
PARTITIONS = """
CREATE FUNCTION devices_reading_partitions(moment timestamptz, days_ahead integer, days_kept integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    changed integer := 0;
    today date := (moment AT TIME ZONE 'UTC')::date;
    starts date;
    part text;
BEGIN
    PERFORM pg_advisory_xact_lock(7303013);
    FOR ahead IN 0..days_ahead LOOP
        starts := today + ahead;
        part := 'devices_reading_' || to_char(starts, 'YYYY_MM_DD');
        CONTINUE WHEN to_regclass(part) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE devices_reading INCLUDING DEFAULTS)', part);
        EXECUTE format(
            'WITH early AS (DELETE FROM devices_reading_rest WHERE at >= %L AND at < %L RETURNING *) INSERT INTO %I SELECT * FROM early',
            starts::timestamp AT TIME ZONE 'UTC', (starts + 1)::timestamp AT TIME ZONE 'UTC', part);
        EXECUTE format(
            'ALTER TABLE devices_reading ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            part, starts::timestamp AT TIME ZONE 'UTC', (starts + 1)::timestamp AT TIME ZONE 'UTC');
        changed := changed + 1;
    END LOOP;
    FOR part IN
        SELECT child.relname FROM pg_inherits AS tie JOIN pg_class AS child ON child.oid = tie.inhrelid
         WHERE tie.inhparent = 'devices_reading'::regclass AND child.relname ~ '^devices_reading_\\d{4}_\\d\\d_\\d\\d$'
           AND to_date(right(child.relname, 10), 'YYYY_MM_DD') < today - days_kept
    LOOP
        EXECUTE format('DROP TABLE %I', part);
        changed := changed + 1;
    END LOOP;
    RETURN changed;
END
$$;
COMMENT ON FUNCTION devices_reading_partitions IS 'Makes the partitions of today and of days after it, and drops old ones.';

SELECT devices_reading_partitions(now(), 2, 30);
"""


class Migration(migrations.Migration):
    dependencies = [("devices", "0005_silences")]

    operations = [
        migrations.AddField("Device", "condition_at", models.DateTimeField(null=True)),
        migrations.AddField("Device", "power", models.CharField(blank=True, db_default="", default="", max_length=16)),
        migrations.AddField("Device", "supply_v", models.FloatField(null=True)),
        migrations.AddField("Device", "battery_pct", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("Device", "temperature_c", models.FloatField(null=True)),
        migrations.AddField("Device", "signal_dbm", models.SmallIntegerField(null=True)),
        migrations.AddField(
            "Device", "network", models.CharField(blank=True, db_default="", default="", max_length=16)
        ),
        migrations.AddField("Device", "speaker_fault", models.BooleanField(null=True)),
        migrations.AddField("Device", "amplifier_fault", models.BooleanField(null=True)),
        migrations.AddField("Device", "output_dbfs", models.FloatField(null=True)),
        CreateModel(
            name="Reading",
            fields=[
                ("device_id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("power", models.CharField(max_length=16)),
                ("supply_v", models.FloatField(null=True)),
                ("battery_pct", models.SmallIntegerField(null=True)),
                ("temperature_c", models.FloatField(null=True)),
                ("signal_dbm", models.SmallIntegerField(null=True)),
                ("network", models.CharField(max_length=16)),
                ("speaker_fault", models.BooleanField(null=True)),
                ("amplifier_fault", models.BooleanField(null=True)),
                ("output_dbfs", models.FloatField(null=True)),
                ("storage_free_bytes", models.BigIntegerField(null=True)),
                ("traffic_bytes", models.BigIntegerField(null=True)),
            ],
            options={"db_table": "devices_reading", "managed": False},
        ),
        CreateModel(
            name="ReadingHour",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("device_id", models.UUIDField()),
                ("hour", models.DateTimeField()),
                ("readings", models.PositiveIntegerField()),
                ("on_battery", models.PositiveIntegerField()),
                ("speaker_faults", models.PositiveIntegerField()),
                ("amplifier_faults", models.PositiveIntegerField()),
                ("supply_v_low", models.FloatField(null=True)),
                ("supply_v_high", models.FloatField(null=True)),
                ("temperature_c_high", models.FloatField(null=True)),
                ("signal_dbm_low", models.SmallIntegerField(null=True)),
                ("output_dbfs_high", models.FloatField(null=True)),
                ("storage_free_bytes_low", models.BigIntegerField(null=True)),
                ("traffic_bytes", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "devices_reading_hour",
                "indexes": [models.Index("hour", name="devices_reading_hour_hour")],
                "constraints": [
                    models.UniqueConstraint(fields=("device_id", "hour"), name="devices_reading_hour_once"),
                ],
            },
        ),
        migrations.RunSQL(READINGS),
        migrations.RunSQL(PARTITIONS),
    ]
