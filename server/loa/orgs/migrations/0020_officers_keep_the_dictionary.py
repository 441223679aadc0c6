"""Officers and editors say how words of their unit are read out."""

from django.db import migrations

GIVE = """
UPDATE orgs_role SET permissions = permissions || '{media.pronounce}'
 WHERE is_standard AND code IN ('officer', 'editor') AND NOT permissions @> '{media.pronounce}';
"""
TAKE = "UPDATE orgs_role SET permissions = array_remove(permissions, 'media.pronounce') WHERE is_standard;"


class Migration(migrations.Migration):
    dependencies = [("orgs", "0019_names_are_found_by_their_parts")]

    operations = [migrations.RunSQL(GIVE, TAKE)]
