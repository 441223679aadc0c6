"""Whoever agrees that a version sounds at night agrees to times of day: another night of it is nobody's word."""

import django.contrib.postgres.fields
from django.db import migrations, models

STANDS = """
CREATE OR REPLACE FUNCTION schedules_entry_version_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{}';
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'schedules_entry_version: a version is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (
        (OLD.state = 'draft' AND NEW.state IN ('submitted', 'dropped'))
        OR (OLD.state = 'submitted' AND NEW.state IN ('approved', 'returned', 'dropped'))
    ) THEN
        RAISE EXCEPTION 'schedules_entry_version: % does not become %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'approved' AND NEW.decided_by_id::text IN (NEW.written_by, NEW.submitted_by) THEN
        RAISE EXCEPTION 'schedules_entry_version: another person approves' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'submitted' THEN
        free := '{state,decided_by_id,decided_at,wakes,wakes_at,words,overridden}';
    END IF;
    -- hour rules are set aside by whoever approves, with a reason on record
    IF NEW.overridden IS DISTINCT FROM OLD.overridden AND NOT EXISTS (
        SELECT FROM schedules_hours_override AS kept
         WHERE kept.source = 'entry_version:' || NEW.id AND kept.by_id = NEW.decided_by_id AND kept.reason <> ''
    ) THEN
        RAISE EXCEPTION 'schedules_entry_version: hour rules are set aside with a reason' USING ERRCODE = 'check_violation';
    END IF;
    -- the clusters it was approved for, when its unit or a station of it goes over to another
    IF OLD.device_ids IS NULL AND NEW.device_ids IS NOT NULL AND EXISTS (
        SELECT FROM schedules_entry AS entry JOIN orgs_unit AS unit
            ON unit.id = entry.unit_id OR unit.id = ANY (OLD.station_ids)
         WHERE entry.id = OLD.entry_id AND unit.closed_on IS NOT NULL
    ) THEN
        free := free || '{device_ids}'::text[];
    END IF;
    -- a column that is added later stands too, unless it is named here
    IF OLD.state <> 'draft' AND to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'schedules_entry_version: what was handed in stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("schedules", "0008_entries_may_break_hours")]

    operations = [
        migrations.AddField(
            model_name="entryversion",
            name="wakes_at",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TimeField(), null=True, size=None),
        ),
        migrations.AddConstraint(
            model_name="entryversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("wakes_at", None), models.Q(("wakes__isnull", False), ("wakes_at__len__gt", 0)), _connector="OR"
                ),
                name="schedules_entry_version_wakes_at_times",
            ),
        ),
        migrations.RunSQL(STANDS, migrations.RunSQL.noop),
    ]
