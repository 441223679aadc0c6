"""What was published as guidance stands, with what was read and done; so do offers, shares and uses of the library."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION bulletins_guidance_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{unit_id,reminded_at,ended_at,ended_by_id,reason}';
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'bulletins_guidance: guidance is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.ended_at IS NOT NULL THEN
        free := '{unit_id}';
    END IF;
    -- a column that is added later stands too, unless it is named here
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'bulletins_guidance: what was published stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bulletins_guidance_stands BEFORE UPDATE OR DELETE ON bulletins_guidance
    FOR EACH ROW EXECUTE FUNCTION bulletins_guidance_stands();
CREATE TRIGGER bulletins_guidance_never_emptied BEFORE TRUNCATE ON bulletins_guidance
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_guidance_stands();

CREATE FUNCTION bulletins_addressee_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{unit_id,done_at,done_by_id,note}';
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'bulletins_addressee: whom it went to is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.done_at IS NOT NULL THEN
        free := '{unit_id}';
    END IF;
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'bulletins_addressee: whom it went to and what was done stands'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bulletins_addressee_stands BEFORE UPDATE OR DELETE ON bulletins_addressee
    FOR EACH ROW EXECUTE FUNCTION bulletins_addressee_stands();
CREATE TRIGGER bulletins_addressee_never_emptied BEFORE TRUNCATE ON bulletins_addressee
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_addressee_stands();

CREATE FUNCTION bulletins_reading_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'bulletins_reading: who has read, and when, stands' USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER bulletins_reading_stands BEFORE UPDATE OR DELETE ON bulletins_reading
    FOR EACH ROW EXECUTE FUNCTION bulletins_reading_stands();
CREATE TRIGGER bulletins_reading_never_emptied BEFORE TRUNCATE ON bulletins_reading
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_reading_stands();

CREATE FUNCTION bulletins_offer_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{unit_id,state,decided_by_id,decided_at,reason,bulletin_id}';
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'bulletins_offer: what was written is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'draft' THEN
        free := free || '{author_id,title,text,category_id,offered_at}'::text[];
    ELSIF OLD.state <> 'offered' THEN
        free := '{unit_id}';
    END IF;
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'bulletins_offer: what was offered and decided stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bulletins_offer_stands BEFORE UPDATE OR DELETE ON bulletins_offer
    FOR EACH ROW EXECUTE FUNCTION bulletins_offer_stands();
CREATE TRIGGER bulletins_offer_never_emptied BEFORE TRUNCATE ON bulletins_offer
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_offer_stands();

CREATE FUNCTION bulletins_share_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{unit_id,ended_at,ended_by_id}';
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'bulletins_share: what was shared is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.ended_at IS NOT NULL THEN
        free := '{unit_id}';
    END IF;
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'bulletins_share: what was shared stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bulletins_share_stands BEFORE UPDATE OR DELETE ON bulletins_share
    FOR EACH ROW EXECUTE FUNCTION bulletins_share_stands();
CREATE TRIGGER bulletins_share_never_emptied BEFORE TRUNCATE ON bulletins_share
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_share_stands();

CREATE FUNCTION bulletins_use_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'bulletins_use: who used what stands' USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER bulletins_use_stands BEFORE UPDATE OR DELETE ON bulletins_use
    FOR EACH ROW EXECUTE FUNCTION bulletins_use_stands();
CREATE TRIGGER bulletins_use_never_emptied BEFORE TRUNCATE ON bulletins_use
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_use_stands();
"""
GIVE = """
UPDATE orgs_role SET permissions = permissions || '{bulletins.guide}'
 WHERE is_standard AND code IN ('editor', 'leader') AND NOT permissions @> '{bulletins.guide}';
UPDATE orgs_role SET permissions = permissions || '{bulletins.share}'
 WHERE is_standard AND code IN ('editor', 'officer') AND NOT permissions @> '{bulletins.share}';
UPDATE orgs_role SET permissions = '{orgs.view,bulletins.offer}' WHERE is_standard AND code = 'contributor';
"""


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0009_offers_and_library"), ("orgs", "0005_levels_and_roles")]

    operations = [migrations.RunSQL(FORWARD), migrations.RunSQL(GIVE)]
