"""No slot is an airing without a person who approved it and words that stand approved; what was decided stands."""

from django.db import migrations

SLOTS = """
-- A slot may go to the unit that keeps the history of its own, closed one, which stands below it from then on; and back
-- to where it came from, as the list of what was handed over says. It then reaches the clusters it was approved for.
CREATE FUNCTION schedules_slot_may_move(slot schedules_slot, to_unit bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM orgs_unit AS former, orgs_unit AS heir
         WHERE former.id = slot.unit_id AND heir.id = to_unit
           AND former.closed_on IS NOT NULL AND heir.closed_on IS NULL AND starts_with(former.path, heir.path || '/')
    ) OR EXISTS (
        SELECT FROM orgs_handover AS handed
         WHERE handed.keeper = 'schedules' AND handed.thing = 'slot:' || slot.id
           AND handed.from_unit_id = to_unit AND handed.to_unit_id = slot.unit_id
    )
$$;

CREATE FUNCTION schedules_slot_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{state,airing_id,reason}';
BEGIN
    IF NEW.unit_id <> OLD.unit_id AND NEW.state IN ('waiting', 'approved', 'placed', 'refused')
        AND schedules_slot_may_move(OLD, NEW.unit_id)
    THEN
        free := free || '{unit_id}'::text[];
        IF OLD.device_ids IS NULL THEN
            free := free || '{device_ids}'::text[];
        END IF;
    END IF;
    -- a column that is added later stands too, unless it is named here
    IF OLD.decided_at IS NOT NULL AND to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'schedules_slot: what was decided stands' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'placed' AND OLD.state NOT IN ('approved', 'placed') THEN
        RAISE EXCEPTION 'schedules_slot: only what was approved airs' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER schedules_slot_stands BEFORE UPDATE ON schedules_slot
    FOR EACH ROW EXECUTE FUNCTION schedules_slot_stands();

CREATE FUNCTION schedules_slot_airs_approved_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM bulletins_bulletin AS bulletin JOIN bulletins_revision AS revision ON revision.id = bulletin.current_id
         WHERE bulletin.id = NEW.bulletin_id AND bulletin.state = 'approved' AND revision.state = 'approved'
    ) THEN
        RAISE EXCEPTION 'schedules_slot: only approved words air' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER schedules_slot_airs_approved_words BEFORE UPDATE ON schedules_slot
    FOR EACH ROW WHEN (NEW.state = 'placed' AND OLD.state <> 'placed')
    EXECUTE FUNCTION schedules_slot_airs_approved_words();
"""

# Which items clashed, and how their order was decided, stands.
CLASHES = """
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


class Migration(migrations.Migration):
    dependencies = [("schedules", "0001_initial")]

    operations = [migrations.RunSQL(SLOTS), migrations.RunSQL(CLASHES)]
