"""Evidence is never changed, deleted or emptied. Partitions may still be dropped whole, by the tables' owner."""

from django.db import migrations

FORWARD = """
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
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'devices_event'::regclass LOOP
        EXECUTE format(
            'CREATE TRIGGER devices_event_never_emptied BEFORE TRUNCATE ON %s
                 FOR EACH STATEMENT EXECUTE FUNCTION devices_event_append_only()', part);
    END LOOP;
END
$$;

-- It acts with its owner's rights: who runs it daily has none to make tables. So it looks for names in one place only.
CREATE OR REPLACE FUNCTION devices_event_partitions(moment timestamptz, months_ahead integer) RETURNS integer
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
"""


class Migration(migrations.Migration):
    dependencies = [("devices", "0002_evidence")]
    operations = [migrations.RunSQL(FORWARD)]
