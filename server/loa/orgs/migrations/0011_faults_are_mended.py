"""Who works with loudspeakers reports their faults, has them mended, and closes them."""

from django.db import migrations

GIVE = """
UPDATE orgs_role SET permissions = permissions || '{devices.repair}'
 WHERE is_standard AND code IN ('officer', 'editor', 'technician') AND NOT permissions @> '{devices.repair}';
"""
TAKE = "UPDATE orgs_role SET permissions = array_remove(permissions, 'devices.repair') WHERE is_standard;"


class Migration(migrations.Migration):
    dependencies = [("orgs", "0010_loudspeakers_are_silenced")]

    operations = [migrations.RunSQL(GIVE, TAKE)]
