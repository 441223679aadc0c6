"""A unit is never deleted and keeps its code; what it was on a day that has come is never rewritten, and days' versions are trees."""

from django.db import migrations

STAYS = """
-- A unit never stands without a version, whoever makes it.
CREATE FUNCTION orgs_unit_opens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO orgs_unit_version (unit_id, name, level, parent_id, path, during)
    VALUES (NEW.id, NEW.name, NEW.level, NEW.parent_id, NEW.path, daterange(NEW.opened_on, NULL));
    RETURN NULL;
END
$$;
CREATE TRIGGER orgs_unit_opens AFTER INSERT ON orgs_unit FOR EACH ROW EXECUTE FUNCTION orgs_unit_opens();

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

-- A generated column is not yet filled when a trigger looks before the row is kept
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
        OR has_begun AND to_jsonb(NEW) - '{during,folded_name}'::text[]
            IS DISTINCT FROM to_jsonb(OLD) - '{during,folded_name}'::text[]
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

# Whatever day is asked for, the versions of that day are a tree whose levels nest; checked at commit.
TREE = """
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

# Nothing is lost and nothing doubled when a unit is divided: shares add up to 1 in both directions, at commit.
WHOLE = """
CREATE FUNCTION orgs_lineage_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_ orgs_lineage := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    given numeric;
    taken numeric;
BEGIN
    SELECT sum(share) INTO given FROM orgs_lineage WHERE predecessor_id = row_.predecessor_id AND on_day = row_.on_day;
    SELECT sum(share_back) INTO taken FROM orgs_lineage WHERE successor_id = row_.successor_id AND on_day = row_.on_day;
    IF abs(coalesce(given, 1) - 1) > 1e-9 THEN
        RAISE EXCEPTION 'the parts of unit % on % add up to %', row_.predecessor_id, row_.on_day, given
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_lineage_shares_whole';
    END IF;
    IF abs(coalesce(taken, 1) - 1) > 1e-9 THEN
        RAISE EXCEPTION 'what unit % was made of on % adds up to %', row_.successor_id, row_.on_day, taken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_lineage_shares_back_whole';
    END IF;
    IF EXISTS (SELECT FROM orgs_lineage WHERE id = row_.id) AND NOT (
        EXISTS (SELECT FROM orgs_unit_version WHERE unit_id = row_.predecessor_id AND during @> row_.on_day - 1)
        AND EXISTS (SELECT FROM orgs_unit_version WHERE unit_id = row_.successor_id AND during @> row_.on_day)
    ) THEN
        RAISE EXCEPTION 'unit % was not there before %, or unit % not after', row_.predecessor_id, row_.on_day, row_.successor_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_lineage_both_exist';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER orgs_lineage_is_whole AFTER INSERT OR UPDATE OR DELETE ON orgs_lineage
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orgs_lineage_is_whole();

CREATE INDEX orgs_lineage_day ON orgs_lineage (on_day, predecessor_id) INCLUDE (successor_id, share, share_back);
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0002_roles_and_grants")]

    operations = [migrations.RunSQL(STAYS), migrations.RunSQL(TREE), migrations.RunSQL(WHOLE)]
