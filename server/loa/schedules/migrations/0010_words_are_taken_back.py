"""The word that somebody may speak at night is taken back by who gave it, and wakes somebody."""

from django.db import migrations, models

STANDS = """
CREATE OR REPLACE FUNCTION schedules_speech_consent_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.airing_id IS NULL OR OLD.airing_id = NEW.airing_id)
        AND (OLD.taken_back_at IS NULL OR OLD.taken_back_at = NEW.taken_back_at)
        AND to_jsonb(NEW) - '{airing_id,unit_id,taken_back_at}'::text[]
            = to_jsonb(OLD) - '{airing_id,unit_id,taken_back_at}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'schedules_speech_consent: what somebody agreed to stays on record'
        USING ERRCODE = 'check_violation';
END
$$;
CREATE FUNCTION schedules_speech_consent_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.wakes < 1 OR NEW.taken_back_at IS NOT NULL THEN
        RAISE EXCEPTION 'schedules_speech_consent: it begins by waking somebody' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER schedules_speech_consent_begins BEFORE INSERT ON schedules_speech_consent
    FOR EACH ROW EXECUTE FUNCTION schedules_speech_consent_begins();
"""


class Migration(migrations.Migration):
    dependencies = [("schedules", "0009_nights_are_agreed_to_by_time")]

    operations = [
        migrations.AddField(
            model_name="speechconsent",
            name="taken_back_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="speechconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(("airing", None), ("taken_back_at", None), _connector="OR"),
                name="schedules_consent_used_or_taken_back",
            ),
        ),
        migrations.RunSQL(STANDS, migrations.RunSQL.noop),
    ]
