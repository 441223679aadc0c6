"""A grant ends and stays; what is lent stays within its source; a seat exists; support lasts four hours at most."""

from django.db import migrations

STANDS = """
CREATE FUNCTION orgs_grant_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'grant % ends, it is never deleted', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_grant_stands';
    END IF;
    IF to_jsonb(NEW) - 'during' IS DISTINCT FROM to_jsonb(OLD) - 'during'
        OR NOT isempty(NEW.during) AND lower(NEW.during) IS DISTINCT FROM lower(OLD.during)
    THEN
        RAISE EXCEPTION 'grant % stands: only its end may change', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_grant_stands';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER orgs_grant_stands BEFORE UPDATE OR DELETE ON orgs_grant
    FOR EACH ROW EXECUTE FUNCTION orgs_grant_stands();
CREATE TRIGGER orgs_grant_never_emptied BEFORE TRUNCATE ON orgs_grant EXECUTE FUNCTION orgs_never_emptied();

CREATE FUNCTION orgs_grant_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    source orgs_grant;
    held orgs_post;
BEGIN
    IF NEW.delegated_from_id IS NOT NULL THEN
        SELECT * INTO source FROM orgs_grant WHERE id = NEW.delegated_from_id FOR SHARE;
        IF source.delegated_from_id IS NOT NULL OR source.user_id = NEW.user_id OR NOT source.during @> NEW.during
            OR (source.role, source.unit_id, source.device_id, source.channel, source.is_here_only)
                IS DISTINCT FROM (NEW.role, NEW.unit_id, NEW.device_id, NEW.channel, NEW.is_here_only)
        THEN
            RAISE EXCEPTION 'grant % cannot be lent like this', source.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_grant_lent_within_its_source';
        END IF;
    END IF;
    IF NEW.post_id IS NOT NULL AND TG_OP = 'INSERT' THEN
        SELECT * INTO held FROM orgs_post WHERE id = NEW.post_id FOR SHARE;
        IF NEW.seat > held.seats OR (held.role, held.unit_id) IS DISTINCT FROM (NEW.role, NEW.unit_id) THEN
            RAISE EXCEPTION 'post % has no such seat', held.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_grant_fits_its_post';
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER orgs_grant_fits BEFORE INSERT OR UPDATE ON orgs_grant
    FOR EACH ROW EXECUTE FUNCTION orgs_grant_fits();

ALTER TABLE orgs_support ADD CONSTRAINT orgs_support_four_hours_at_most
    CHECK (upper(during) - lower(during) <= interval '4 hours');
CREATE FUNCTION orgs_support_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NOT OLD.during @> NEW.during OR lower(NEW.during) <> lower(OLD.during)
        OR OLD.ended_at IS NOT NULL
        OR to_jsonb(NEW) - '{during,ended_at,ended_by}'::text[]
            IS DISTINCT FROM to_jsonb(OLD) - '{during,ended_at,ended_by}'::text[]
    THEN
        RAISE EXCEPTION 'support session % stands: it can only end earlier, once', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_support_stands';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER orgs_support_stands BEFORE UPDATE OR DELETE ON orgs_support
    FOR EACH ROW EXECUTE FUNCTION orgs_support_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0003_a_unit_stays")]

    operations = [migrations.RunSQL(STANDS)]
