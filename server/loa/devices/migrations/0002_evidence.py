"""The evidence table: partitioned by month of a UUIDv7, so that the primary key alone keeps events from counting twice."""

from django.db import migrations

EVENTS = """
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
-- rows lie in the order in which they came: the evidence of a day is found without reading all of it
CREATE INDEX devices_event_received ON devices_event USING brin (received_at);
CREATE TABLE devices_event_rest PARTITION OF devices_event DEFAULT;

CREATE FUNCTION devices_event_floor(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT rpad(lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;
COMMENT ON FUNCTION devices_event_floor IS 'The smallest UUIDv7 of a moment: 48 bits of milliseconds since 1970.';
"""

# Evidence is never changed, deleted or emptied. Partitions may still be dropped whole, by the tables' owner.
GUARDS = """
CREATE FUNCTION devices_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END
$$;

-- partitions there are and partitions to come inherit a row's trigger, but none of a statement
CREATE TRIGGER devices_event_append_only BEFORE UPDATE OR DELETE ON devices_event
    FOR EACH ROW EXECUTE FUNCTION devices_event_append_only();
CREATE TRIGGER devices_event_never_emptied BEFORE TRUNCATE ON devices_event
    FOR EACH STATEMENT EXECUTE FUNCTION devices_event_append_only();
CREATE TRIGGER devices_event_never_emptied BEFORE TRUNCATE ON devices_event_rest
    FOR EACH STATEMENT EXECUTE FUNCTION devices_event_append_only();
"""

PARTITIONS = """
-- It acts with its owner's rights: who runs it daily has none to make tables. So it looks for names in one place only.
CREATE FUNCTION devices_event_partitions(moment timestamptz, months_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
        -- rows that came before their month had a partition wait in the rest; they move, and nobody writes meanwhile
        ALTER TABLE devices_event_rest DISABLE TRIGGER devices_event_append_only;
        EXECUTE format(
            'WITH early AS (DELETE FROM devices_event_rest WHERE id >= %L AND id < %L RETURNING *) INSERT INTO %I SELECT * FROM early',
            devices_event_floor(starts), devices_event_floor(ends), part);
        ALTER TABLE devices_event_rest ENABLE TRIGGER devices_event_append_only;
        EXECUTE format(
            'CREATE TRIGGER devices_event_never_emptied BEFORE TRUNCATE ON %I
                 FOR EACH STATEMENT EXECUTE FUNCTION devices_event_append_only()', part);
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

DEVICES = """
ALTER TABLE devices_device SET (fillfactor = 70);
"""


class Migration(migrations.Migration):
    dependencies = [("devices", "0001_initial")]

    operations = [
        migrations.RunSQL(EVENTS),
        migrations.RunSQL(GUARDS),
        migrations.RunSQL(PARTITIONS),
        migrations.RunSQL(DEVICES),
    ]
