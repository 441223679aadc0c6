"""Who works with loudspeakers puts them together in groups."""

from django.db import migrations

GIVE = """
UPDATE orgs_role SET permissions = permissions || '{devices.group}'
 WHERE is_standard AND code IN ('officer', 'editor', 'technician') AND NOT permissions @> '{devices.group}';
"""
TAKE = "UPDATE orgs_role SET permissions = array_remove(permissions, 'devices.group') WHERE is_standard;"


class Migration(migrations.Migration):
    dependencies = [("orgs", "0013_stations_are_kept")]

    operations = [migrations.RunSQL(GIVE, TAKE)]
