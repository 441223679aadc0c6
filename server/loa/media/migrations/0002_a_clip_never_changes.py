"""A clip never changes: approvals, plans and evidence name it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION media_clip_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END
$$;
CREATE TRIGGER media_clip_append_only BEFORE UPDATE OR DELETE ON media_clip
    FOR EACH ROW EXECUTE FUNCTION media_clip_append_only();
CREATE TRIGGER media_clip_never_emptied BEFORE TRUNCATE ON media_clip
    FOR EACH STATEMENT EXECUTE FUNCTION media_clip_append_only();
"""
BACKWARD = """
DROP TRIGGER media_clip_append_only ON media_clip;
DROP TRIGGER media_clip_never_emptied ON media_clip;
DROP FUNCTION media_clip_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("media", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
