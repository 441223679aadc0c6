"""Who adds voices and who chooses the usual one, among the standard roles."""

from django.db import migrations

FORWARD = """
UPDATE orgs_role SET permissions = permissions || '{media.choose_voice}'
 WHERE is_standard AND code IN ('officer', 'editor', 'administrator') AND NOT permissions @> '{media.choose_voice}';
UPDATE orgs_role SET permissions = permissions || '{media.administer}'
 WHERE is_standard AND code = 'administrator' AND NOT permissions @> '{media.administer}';
"""
BACKWARD = """
UPDATE orgs_role
   SET permissions = array_remove(array_remove(permissions, 'media.choose_voice'), 'media.administer')
 WHERE is_standard;
"""


class Migration(migrations.Migration):
    dependencies = [("media", "0010_a_voice_never_changes"), ("orgs", "0003_roles_as_data")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
