"""Where every device stood on any day, and which area it obeys: kept by the database whenever its unit changes."""

from django.db import migrations

# The day is the local one, unless the transaction says which: a reform takes effect on its own day, however late.
POSTINGS = """
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
"""

AREAS = """
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


class Migration(migrations.Migration):
    dependencies = [("devices", "0002_evidence")]

    operations = [migrations.RunSQL(POSTINGS), migrations.RunSQL(AREAS)]
