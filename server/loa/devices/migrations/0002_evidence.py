"""The evidence table: partitioned by month of a UUIDv7, so that the primary key alone keeps events from counting twice."""

from django.db import migrations

FORWARD = """
CREATE TABLE devices_event (
    id uuid PRIMARY KEY,
    device_id uuid NOT NULL,
    seq bigint NOT NULL,
    outcome varchar(16) NOT NULL,
    airing_id uuid,
    clip varchar(64),
    started_at timestamptz,
    ended_at timestamptz,
    at timestamptz NOT NULL,
    reason text NOT NULL DEFAULT '',
    lateness_ms integer,
    volume_pct smallint,
    level_dbfs double precision,
    clock_offset_ms integer,
    received_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT devices_event_outcome_known
        CHECK (outcome IN ('received', 'played', 'partial', 'missed', 'refused', 'pre_empted')),
    CONSTRAINT devices_event_volume_in_range CHECK (volume_pct BETWEEN 0 AND 100)
) PARTITION BY RANGE (id);

CREATE INDEX devices_event_airing ON devices_event (airing_id) WHERE airing_id IS NOT NULL;
CREATE INDEX devices_event_device ON devices_event (device_id, id);
CREATE TABLE devices_event_rest PARTITION OF devices_event DEFAULT;

CREATE FUNCTION devices_event_floor(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT rpad(lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;
COMMENT ON FUNCTION devices_event_floor IS 'The smallest UUIDv7 of a moment: 48 bits of milliseconds since 1970.';

CREATE FUNCTION devices_event_partitions(moment timestamptz, months_ahead integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    made integer := 0;
    starts timestamptz;
    ends timestamptz;
    part text;
BEGIN
    PERFORM pg_advisory_xact_lock(7303012);
    FOR ahead IN 0..months_ahead LOOP
        starts := (date_trunc('month', moment AT TIME ZONE 'UTC') + make_interval(months => ahead)) AT TIME ZONE 'UTC';
        ends := (date_trunc('month', moment AT TIME ZONE 'UTC') + make_interval(months => ahead + 1)) AT TIME ZONE 'UTC';
        part := 'devices_event_' || to_char(starts AT TIME ZONE 'UTC', 'YYYY_MM');
        CONTINUE WHEN to_regclass(part) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE devices_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
        -- rows that came before their month had a partition wait in the rest
        EXECUTE format(
            'WITH early AS (DELETE FROM devices_event_rest WHERE id >= %L AND id < %L RETURNING *) INSERT INTO %I SELECT * FROM early',
            devices_event_floor(starts), devices_event_floor(ends), part);
        EXECUTE format(
            'ALTER TABLE devices_event ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            part, devices_event_floor(starts), devices_event_floor(ends));
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;
COMMENT ON FUNCTION devices_event_partitions IS 'Makes the partitions of this month and of so many after it; may run twice.';

SELECT devices_event_partitions(now(), 2);
"""

BACKWARD = """
DROP FUNCTION devices_event_partitions;
DROP TABLE devices_event;
DROP FUNCTION devices_event_floor;
"""


class Migration(migrations.Migration):
    dependencies = [("devices", "0001_initial")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(
            "ALTER TABLE devices_device SET (fillfactor = 70)",
            "ALTER TABLE devices_device RESET (fillfactor)",
        ),
    ]
