"""Who works with loudspeakers may silence them, and let them sound again."""

from django.db import migrations

GIVE = """
UPDATE orgs_role SET permissions = permissions || '{devices.silence}'
 WHERE is_standard AND code IN ('officer', 'leader', 'editor', 'technician')
   AND NOT permissions @> '{devices.silence}';
"""
TAKE = "UPDATE orgs_role SET permissions = array_remove(permissions, 'devices.silence') WHERE is_standard;"


class Migration(migrations.Migration):
    dependencies = [("orgs", "0009_leaders_speak")]

    operations = [migrations.RunSQL(GIVE, TAKE)]
