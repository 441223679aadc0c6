"""No slot becomes an airing unless the words of its bulletin stand approved: every step was decided."""

from django.db import migrations

FORWARD = """
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
BACKWARD = """
DROP TRIGGER schedules_slot_airs_approved_words ON schedules_slot;
DROP FUNCTION schedules_slot_airs_approved_words();
"""


class Migration(migrations.Migration):
    dependencies = [("schedules", "0005_a_slot_moves_with_its_unit"), ("bulletins", "0012_all_steps_are_decided")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
