"""Whatever day is asked for, the versions of that day are a tree whose levels nest; checked at commit."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION orgs_unit_version_flaw(version orgs_unit_version) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    allowed varchar[];
    level_during daterange;
    parent_days datemultirange;
    parents_fit boolean;
BEGIN
    SELECT below, during INTO allowed, level_during FROM orgs_level WHERE code = version.level;
    IF NOT FOUND THEN
        RETURN 'orgs_unit_version_level_known';
    END IF;
    -- an open version may outlast its level: districts stood until a decision closed each of them
    IF NOT (CASE WHEN lower_inf(version.during) THEN lower_inf(level_during)
                 ELSE level_during @> lower(version.during) END) THEN
        RETURN 'orgs_unit_version_level_exists';
    END IF;
    IF version.parent_id IS NULL THEN
        RETURN CASE WHEN EXISTS (SELECT FROM orgs_unit WHERE id = version.unit_id AND code = version.path)
                    THEN NULL ELSE 'orgs_unit_version_path_fits' END;
    END IF;
    SELECT range_agg(above.during * version.during),
           bool_and(above.level = ANY (allowed) AND version.path = above.path || '/' || unit.code)
      INTO parent_days, parents_fit
      FROM orgs_unit_version above, orgs_unit unit
     WHERE above.unit_id = version.parent_id AND above.during && version.during AND unit.id = version.unit_id;
    IF parent_days IS NULL OR NOT parent_days @> version.during THEN
        RETURN 'orgs_unit_version_within_parent';
    END IF;
    RETURN CASE WHEN parents_fit THEN NULL ELSE 'orgs_unit_version_path_and_level_fit' END;
END
$$;

CREATE FUNCTION orgs_unit_version_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    one orgs_unit_version;
    flaw text;
BEGIN
    IF TG_OP <> 'DELETE' THEN
        SELECT * INTO one FROM orgs_unit_version WHERE id = NEW.id;
        flaw := CASE WHEN FOUND THEN orgs_unit_version_flaw(one) END;
    END IF;
    IF flaw IS NULL AND TG_OP <> 'INSERT' THEN
        FOR one IN SELECT * FROM orgs_unit_version WHERE parent_id = OLD.unit_id AND during && OLD.during LOOP
            flaw := orgs_unit_version_flaw(one);
            EXIT WHEN flaw IS NOT NULL;
        END LOOP;
    END IF;
    IF flaw IS NOT NULL THEN
        RAISE EXCEPTION 'unit % at % in % does not fit (%)', one.unit_id, one.path, one.during, flaw
            USING ERRCODE = 'check_violation', CONSTRAINT = flaw;
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER orgs_unit_version_fits AFTER INSERT OR UPDATE OR DELETE ON orgs_unit_version
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orgs_unit_version_fits();

CREATE FUNCTION orgs_level_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.code = OLD.code THEN
        IF EXISTS (
            SELECT FROM orgs_unit_version
             WHERE level = OLD.code
               AND NOT (CASE WHEN lower_inf(during) THEN lower_inf(NEW.during) ELSE NEW.during @> lower(during) END)
        ) THEN
            RAISE EXCEPTION 'units of level % begin on days it would not exist', OLD.code
                USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_level_stays';
        END IF;
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM orgs_unit_version WHERE level = OLD.code) THEN
        RAISE EXCEPTION 'units had level %: it is ended, not deleted', OLD.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_level_stays';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER orgs_level_stays BEFORE UPDATE OR DELETE ON orgs_level
    FOR EACH ROW EXECUTE FUNCTION orgs_level_stays();

ALTER TABLE orgs_level ADD CONSTRAINT orgs_level_lasts CHECK (NOT isempty(during));
ALTER TABLE orgs_level ADD CONSTRAINT orgs_level_named CHECK (name_vi <> '' AND name_en <> '');
"""

BACK = """
ALTER TABLE orgs_level DROP CONSTRAINT orgs_level_named;
ALTER TABLE orgs_level DROP CONSTRAINT orgs_level_lasts;
DROP TRIGGER orgs_level_stays ON orgs_level;
DROP TRIGGER orgs_unit_version_fits ON orgs_unit_version;
DROP FUNCTION orgs_level_stays();
DROP FUNCTION orgs_unit_version_fits();
DROP FUNCTION orgs_unit_version_flaw(orgs_unit_version);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0007_a_unit_stays"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACK),
    ]
