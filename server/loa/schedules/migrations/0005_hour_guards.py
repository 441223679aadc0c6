"""An hour rule is laid down by a second person and then stands; what was set aside of one stays on record."""

from django.db import migrations

HOURS = """
CREATE FUNCTION schedules_hours_are_windows(windows jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_typeof(windows) = 'object' AND NOT EXISTS (
        SELECT FROM jsonb_each(windows) AS day (weekday, spans) CROSS JOIN LATERAL jsonb_array_elements(spans) AS span
         WHERE weekday !~ '^[0-6]$' OR jsonb_array_length(span) <> 2
            OR NOT ((span->>0)::int >= 0 AND (span->>0)::int < (span->>1)::int AND (span->>1)::int <= 1440)
    )
$$;
-- a night is a stretch of the minutes after noon
CREATE FUNCTION schedules_after_noon(clock time) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT ((extract(epoch FROM clock) / 60)::int + 720) % 1440
$$;
ALTER TABLE schedules_hour_rule
    ADD CONSTRAINT schedules_hour_rule_windows CHECK (schedules_hours_are_windows(windows)),
    ADD CONSTRAINT schedules_hour_rule_night CHECK (schedules_after_noon(quiet_from) < schedules_after_noon(quiet_until));

CREATE FUNCTION schedules_hour_rule_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{state,decided_by_id,decided_at,unit_id}';
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'schedules_hour_rule: what was laid down is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state NOT IN ('proposed', 'in_force') THEN
        free := '{unit_id}';
    ELSIF OLD.state = 'in_force' THEN
        -- another rule may end it, or take its place
        IF NEW.state NOT IN ('in_force', 'replaced') OR NOT NEW.during <@ OLD.during
            OR lower(NEW.during) <> lower(OLD.during) THEN
            RAISE EXCEPTION 'schedules_hour_rule: what was laid down stands' USING ERRCODE = 'check_violation';
        END IF;
        free := '{state,during,unit_id}';
    END IF;
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'schedules_hour_rule: what was laid down stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER schedules_hour_rule_stands BEFORE UPDATE OR DELETE ON schedules_hour_rule
    FOR EACH ROW EXECUTE FUNCTION schedules_hour_rule_stands();
CREATE TRIGGER schedules_hour_rule_never_emptied BEFORE TRUNCATE ON schedules_hour_rule
    FOR EACH STATEMENT EXECUTE FUNCTION schedules_hour_rule_stands();

CREATE FUNCTION schedules_hours_override_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'unit_id' = to_jsonb(OLD) - 'unit_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'schedules_hours_override: what was set aside stays on record' USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER schedules_hours_override_stands BEFORE UPDATE OR DELETE ON schedules_hours_override
    FOR EACH ROW EXECUTE FUNCTION schedules_hours_override_stands();
CREATE TRIGGER schedules_hours_override_never_emptied BEFORE TRUNCATE ON schedules_hours_override
    FOR EACH STATEMENT EXECUTE FUNCTION schedules_hours_override_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("schedules", "0004_hours")]

    operations = [migrations.RunSQL(HOURS)]
