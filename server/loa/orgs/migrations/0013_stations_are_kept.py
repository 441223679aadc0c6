"""Who works with loudspeakers keeps the stations without a device, and notes what was played there by hand."""

from django.db import migrations

GIVE = """
UPDATE orgs_role SET permissions = permissions || '{devices.keep_stations}'
 WHERE is_standard AND code IN ('officer', 'editor', 'technician') AND NOT permissions @> '{devices.keep_stations}';
"""
TAKE = "UPDATE orgs_role SET permissions = array_remove(permissions, 'devices.keep_stations') WHERE is_standard;"


class Migration(migrations.Migration):
    dependencies = [("orgs", "0012_hour_rules_are_given")]

    operations = [migrations.RunSQL(GIVE, TAKE)]
