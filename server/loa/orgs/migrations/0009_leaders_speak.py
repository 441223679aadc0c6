"""Leaders may speak live on the loudspeakers of their unit."""

from django.db import migrations

GIVE = """
UPDATE orgs_role SET permissions = permissions || '{schedules.speak}'
 WHERE is_standard AND code = 'leader' AND NOT permissions @> '{schedules.speak}';
"""
TAKE = "UPDATE orgs_role SET permissions = array_remove(permissions, 'schedules.speak') WHERE is_standard;"


class Migration(migrations.Migration):
    dependencies = [("orgs", "0008_names_are_found_at_once")]

    operations = [migrations.RunSQL(GIVE, TAKE)]
