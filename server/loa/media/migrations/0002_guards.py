"""What was recorded, said and handed in stays as it is."""

from django.db import migrations

# A clip never changes, nor what it was made of: approvals, plans and evidence name it.
CLIPS = """
CREATE FUNCTION media_clip_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END
$$;
CREATE TRIGGER media_clip_append_only BEFORE UPDATE OR DELETE ON media_clip
    FOR EACH ROW EXECUTE FUNCTION media_clip_append_only();
CREATE TRIGGER media_clip_never_emptied BEFORE TRUNCATE ON media_clip
    FOR EACH STATEMENT EXECUTE FUNCTION media_clip_append_only();
CREATE TRIGGER media_edit_append_only BEFORE UPDATE OR DELETE ON media_edit
    FOR EACH ROW EXECUTE FUNCTION media_clip_append_only();
CREATE TRIGGER media_edit_never_emptied BEFORE TRUNCATE ON media_edit
    FOR EACH STATEMENT EXECUTE FUNCTION media_clip_append_only();
"""

# A document and what was said of it never change: decisions refer to them by digest.
DOCUMENTS = """
CREATE TRIGGER media_document_append_only BEFORE UPDATE OR DELETE ON media_document
    FOR EACH ROW EXECUTE FUNCTION media_clip_append_only();
CREATE TRIGGER media_document_never_emptied BEFORE TRUNCATE ON media_document
    FOR EACH STATEMENT EXECUTE FUNCTION media_clip_append_only();
CREATE TRIGGER media_verdict_append_only BEFORE UPDATE OR DELETE ON media_verdict
    FOR EACH ROW EXECUTE FUNCTION media_clip_append_only();
CREATE TRIGGER media_verdict_never_emptied BEFORE TRUNCATE ON media_verdict
    FOR EACH STATEMENT EXECUTE FUNCTION media_clip_append_only();
"""

# A word of a dictionary is ended or goes along with its unit; what it said stays: recordings were made with it.
DICTIONARY = """
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

# A voice is what its digest says: it may go to another unit or be removed, never become another.
VOICES = """
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


class Migration(migrations.Migration):
    dependencies = [("media", "0001_initial")]

    operations = [
        migrations.RunSQL(CLIPS),
        migrations.RunSQL(DOCUMENTS),
        migrations.RunSQL(DICTIONARY),
        migrations.RunSQL(VOICES),
    ]
