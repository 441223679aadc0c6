"""What was decided stands; but where a reform closes the unit it was decided in, the slot goes along."""

from django.db import migrations

# A slot may go to the unit that keeps the history of its own, closed one, which stands below it from then on; and back
# to where it came from, as the list of what was handed over says. It then reaches the clusters it was approved for.
FORWARD = """
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

CREATE OR REPLACE FUNCTION schedules_slot_stands() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION schedules_slot_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.decided_at IS NOT NULL
        AND to_jsonb(NEW) - '{state,airing_id,reason}'::text[]
            IS DISTINCT FROM to_jsonb(OLD) - '{state,airing_id,reason}'::text[]
    THEN
        RAISE EXCEPTION 'schedules_slot: what was decided stands' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'placed' AND OLD.state NOT IN ('approved', 'placed') THEN
        RAISE EXCEPTION 'schedules_slot: only what was approved airs' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
DROP FUNCTION schedules_slot_may_move(schedules_slot, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("schedules", "0004_only_what_was_approved_airs"),
        ("orgs", "0006_reorganisations"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
