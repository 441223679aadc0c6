"""Which items clashed, and how their order was decided, stands."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION schedules_clash_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'schedules_clash: what clashed is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state <> 'open' AND to_jsonb(NEW) - '{unit_id}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{unit_id}'::text[]
    THEN
        RAISE EXCEPTION 'schedules_clash: what was decided stands' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.applies_at <> OLD.applies_at OR NEW.made_at <> OLD.made_at THEN
        RAISE EXCEPTION 'schedules_clash: when the default applies stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER schedules_clash_stands BEFORE UPDATE OR DELETE ON schedules_clash
    FOR EACH ROW EXECUTE FUNCTION schedules_clash_stands();
CREATE TRIGGER schedules_clash_never_emptied BEFORE TRUNCATE ON schedules_clash
    FOR EACH STATEMENT EXECUTE FUNCTION schedules_clash_stands();

CREATE FUNCTION schedules_clash_part_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'schedules_clash_part: what clashed is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.place IS NOT NULL OR to_jsonb(NEW) - 'place' IS DISTINCT FROM to_jsonb(OLD) - 'place' THEN
        RAISE EXCEPTION 'schedules_clash_part: what was decided stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER schedules_clash_part_stands BEFORE UPDATE OR DELETE ON schedules_clash_part
    FOR EACH ROW EXECUTE FUNCTION schedules_clash_part_stands();
CREATE TRIGGER schedules_clash_part_never_emptied BEFORE TRUNCATE ON schedules_clash_part
    FOR EACH STATEMENT EXECUTE FUNCTION schedules_clash_part_stands();
"""
BACKWARD = """
DROP TRIGGER schedules_clash_stands ON schedules_clash;
DROP TRIGGER schedules_clash_never_emptied ON schedules_clash;
DROP TRIGGER schedules_clash_part_stands ON schedules_clash_part;
DROP TRIGGER schedules_clash_part_never_emptied ON schedules_clash_part;
DROP FUNCTION schedules_clash_stands();
DROP FUNCTION schedules_clash_part_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("schedules", "0007_items_from_above")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
