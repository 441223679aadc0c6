"""No slot is an airing without a person who approved it, and what was decided stands."""

from django.db import migrations, models

FORWARD = """
CREATE FUNCTION schedules_slot_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- a column that is added later stands too, unless it is named here
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
CREATE TRIGGER schedules_slot_stands BEFORE UPDATE ON schedules_slot
    FOR EACH ROW EXECUTE FUNCTION schedules_slot_stands();
"""
BACKWARD = """
DROP TRIGGER schedules_slot_stands ON schedules_slot;
DROP FUNCTION schedules_slot_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("schedules", "0003_who_decided_former_places")]

    operations = [
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("state", "waiting")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ["approved", "placed", "declined"]),
                    ),
                    ("state__in", ["refused", "cancelled"]),
                    _connector="OR",
                ),
                name="schedules_slot_decided_by_a_person",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
