"""What guards renditions: they change with a draft alone, whoever asks."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION bulletins_rendition_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named uuid;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'bulletins_rendition is never emptied';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.revision_id, NEW.form) IS DISTINCT FROM (OLD.id, OLD.revision_id, OLD.form) THEN
        RAISE EXCEPTION 'bulletins_rendition stays with its revision and form';
    END IF;
    named := CASE TG_OP WHEN 'INSERT' THEN NEW.revision_id ELSE OLD.revision_id END;
    -- held until the transaction ends: whoever hands in or decides waits, or has been waited for
    PERFORM 1 FROM bulletins_revision WHERE id = named AND state = 'draft' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'bulletins_rendition: what was handed in stands';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER bulletins_rendition_stands BEFORE INSERT OR UPDATE OR DELETE ON bulletins_rendition
    FOR EACH ROW EXECUTE FUNCTION bulletins_rendition_stands();
CREATE TRIGGER bulletins_rendition_never_emptied BEFORE TRUNCATE ON bulletins_rendition
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_rendition_stands();
"""
BACKWARD = """
DROP TRIGGER bulletins_rendition_stands ON bulletins_rendition;
DROP TRIGGER bulletins_rendition_never_emptied ON bulletins_rendition;
DROP FUNCTION bulletins_rendition_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0008_renditions")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
