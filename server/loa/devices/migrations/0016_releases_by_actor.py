"""Who confirms a release is told from who took it in by the account: people share names, and change them."""

from django.db import migrations, models
from django.db.models import F, Q

STANDS = """
UPDATE devices_release SET taken_by_actor = 'name:' || taken_by,
       confirmed_by_actor = CASE WHEN confirmed_at IS NULL THEN '' ELSE 'name:' || confirmed_by END;
CREATE OR REPLACE FUNCTION devices_release_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'devices_release: what was taken in stands' USING ERRCODE = 'check_violation';
    END IF;
    IF to_jsonb(NEW) - '{unit_id,confirmed_at,confirmed_by,confirmed_by_actor}'::text[]
       IS DISTINCT FROM to_jsonb(OLD) - '{unit_id,confirmed_at,confirmed_by,confirmed_by_actor}'::text[]
       OR OLD.confirmed_at IS NOT NULL AND to_jsonb(NEW) - 'unit_id' IS DISTINCT FROM to_jsonb(OLD) - 'unit_id'
    THEN
        RAISE EXCEPTION 'devices_release: what was taken in stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
"""
ANOTHER = "devices_release_confirmed_by_another"


class Migration(migrations.Migration):
    dependencies = [("devices", "0015_reminders")]

    operations = [
        migrations.RemoveConstraint("Release", ANOTHER),
        migrations.AddField("Release", "taken_by_actor", models.CharField(max_length=176, default=""), False),
        migrations.AddField("Release", "confirmed_by_actor", models.CharField(max_length=176, default="", blank=True)),
        migrations.RunSQL(STANDS),
        migrations.AddConstraint(
            "Release",
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by="", confirmed_by_actor="")
                | Q(confirmed_at__gte=F("taken_at"))
                & ~Q(confirmed_by="")
                & ~Q(confirmed_by_actor__in=["", F("taken_by_actor")]),
                name=ANOTHER,
            ),
        ),
    ]
