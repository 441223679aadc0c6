"""A word of a dictionary is ended or goes along with its unit; what it said stays: recordings were made with it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION media_pronunciation_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION '% keeps what was said: % refused', TG_TABLE_NAME, TG_OP;
    END IF;
    IF OLD.ended_at IS NOT NULL
        OR (NEW.ended_at IS NOT NULL AND NEW.unit_id <> OLD.unit_id)
        OR ROW(NEW.id, NEW.written, NEW.spoken, NEW.is_exact_case, NEW.added_by_id, NEW.started_at)
            IS DISTINCT FROM ROW(OLD.id, OLD.written, OLD.spoken, OLD.is_exact_case, OLD.added_by_id, OLD.started_at)
    THEN
        RAISE EXCEPTION '% is only ended: change refused', TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER media_pronunciation_only_ends BEFORE UPDATE OR DELETE ON media_pronunciation
    FOR EACH ROW EXECUTE FUNCTION media_pronunciation_only_ends();
CREATE TRIGGER media_pronunciation_never_emptied BEFORE TRUNCATE ON media_pronunciation
    FOR EACH STATEMENT EXECUTE FUNCTION media_pronunciation_only_ends();
"""
BACKWARD = """
DROP TRIGGER media_pronunciation_only_ends ON media_pronunciation;
DROP TRIGGER media_pronunciation_never_emptied ON media_pronunciation;
DROP FUNCTION media_pronunciation_only_ends();
"""


class Migration(migrations.Migration):
    dependencies = [("media", "0007_pronunciations")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
