"""A voice is what its digest says: it may go to another unit or be removed, never become another."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION media_voice_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'unit_id' IS DISTINCT FROM to_jsonb(OLD) - 'unit_id' THEN
        RAISE EXCEPTION 'media_voice is never changed: % refused', TG_OP;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER media_voice_unchanged BEFORE UPDATE ON media_voice
    FOR EACH ROW EXECUTE FUNCTION media_voice_unchanged();
"""
BACKWARD = """
DROP TRIGGER media_voice_unchanged ON media_voice;
DROP FUNCTION media_voice_unchanged();
"""


class Migration(migrations.Migration):
    dependencies = [("media", "0009_voices")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
