"""A document and what was said of it never change: decisions refer to them by digest."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER media_document_append_only BEFORE UPDATE OR DELETE ON media_document
    FOR EACH ROW EXECUTE FUNCTION media_clip_append_only();
CREATE TRIGGER media_document_never_emptied BEFORE TRUNCATE ON media_document
    FOR EACH STATEMENT EXECUTE FUNCTION media_clip_append_only();
CREATE TRIGGER media_verdict_append_only BEFORE UPDATE OR DELETE ON media_verdict
    FOR EACH ROW EXECUTE FUNCTION media_clip_append_only();
CREATE TRIGGER media_verdict_never_emptied BEFORE TRUNCATE ON media_verdict
    FOR EACH STATEMENT EXECUTE FUNCTION media_clip_append_only();
"""
BACKWARD = """
DROP TRIGGER media_document_append_only ON media_document;
DROP TRIGGER media_document_never_emptied ON media_document;
DROP TRIGGER media_verdict_append_only ON media_verdict;
DROP TRIGGER media_verdict_never_emptied ON media_verdict;
"""


class Migration(migrations.Migration):
    dependencies = [("media", "0003_documents")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
