"""A unit is never deleted and keeps its code; what it was on a day that has come is never rewritten."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION orgs_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER orgs_unit_never_emptied BEFORE TRUNCATE ON orgs_unit EXECUTE FUNCTION orgs_never_emptied();
CREATE TRIGGER orgs_unit_version_never_emptied BEFORE TRUNCATE ON orgs_unit_version EXECUTE FUNCTION orgs_never_emptied();
CREATE TRIGGER orgs_lineage_never_emptied BEFORE TRUNCATE ON orgs_lineage EXECUTE FUNCTION orgs_never_emptied();

CREATE FUNCTION orgs_today() RETURNS date LANGUAGE sql STABLE AS $$
    SELECT (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
$$;

CREATE FUNCTION orgs_unit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'unit % is closed, never deleted', OLD.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_unit_stays';
    END IF;
    IF (NEW.code, NEW.id) IS DISTINCT FROM (OLD.code, OLD.id) THEN
        RAISE EXCEPTION 'unit % keeps its code for ever', OLD.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_unit_stays';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER orgs_unit_stays BEFORE UPDATE OF id, code OR DELETE ON orgs_unit
    FOR EACH ROW EXECUTE FUNCTION orgs_unit_stays();

CREATE FUNCTION orgs_unit_version_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    has_begun boolean := coalesce(lower(OLD.during) <= orgs_today(), true);
    has_ended boolean := coalesce(upper(OLD.during) <= orgs_today(), false);
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF has_begun THEN
            RAISE EXCEPTION 'version % has begun and is not deleted', OLD.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_unit_version_stands';
        END IF;
        RETURN OLD;
    END IF;
    -- a column that is added later stands too
    IF NEW.unit_id <> OLD.unit_id OR NEW.id <> OLD.id
        OR has_begun AND to_jsonb(NEW) - 'during' IS DISTINCT FROM to_jsonb(OLD) - 'during'
        OR has_begun AND lower(NEW.during) IS DISTINCT FROM lower(OLD.during)
        OR has_ended AND NEW.during <> OLD.during
    THEN
        RAISE EXCEPTION 'version % has begun: only its end may be set, while that lies ahead', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_unit_version_stands';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER orgs_unit_version_stands BEFORE UPDATE OR DELETE ON orgs_unit_version
    FOR EACH ROW EXECUTE FUNCTION orgs_unit_version_stands();

CREATE FUNCTION orgs_lineage_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.on_day <= orgs_today() THEN
        RAISE EXCEPTION 'what became of a unit on % stands', OLD.on_day
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_lineage_stands';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER orgs_lineage_stands BEFORE UPDATE OR DELETE ON orgs_lineage
    FOR EACH ROW EXECUTE FUNCTION orgs_lineage_stands();
"""

BACK = """
DROP TRIGGER orgs_lineage_stands ON orgs_lineage;
DROP TRIGGER orgs_unit_version_stands ON orgs_unit_version;
DROP TRIGGER orgs_unit_stays ON orgs_unit;
DROP TRIGGER orgs_lineage_never_emptied ON orgs_lineage;
DROP TRIGGER orgs_unit_version_never_emptied ON orgs_unit_version;
DROP TRIGGER orgs_unit_never_emptied ON orgs_unit;
DROP FUNCTION orgs_lineage_stands();
DROP FUNCTION orgs_unit_version_stands();
DROP FUNCTION orgs_unit_stays();
DROP FUNCTION orgs_today();
DROP FUNCTION orgs_never_emptied();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0006_reorganisations"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACK),
    ]
