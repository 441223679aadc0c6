"""Who reads and adds documents, among the standard roles."""

from django.db import migrations

FORWARD = """
UPDATE orgs_role SET permissions = permissions || '{media.view_document,media.add_document}'
 WHERE is_standard AND code IN ('officer', 'editor', 'administrator') AND NOT permissions @> '{media.add_document}';
UPDATE orgs_role SET permissions = permissions || '{media.view_document}'
 WHERE is_standard AND code = 'leader' AND NOT permissions @> '{media.view_document}';
"""
BACKWARD = """
UPDATE orgs_role
   SET permissions = array_remove(array_remove(permissions, 'media.view_document'), 'media.add_document')
 WHERE is_standard;
"""


class Migration(migrations.Migration):
    dependencies = [("media", "0004_a_document_never_changes"), ("orgs", "0003_roles_as_data")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
