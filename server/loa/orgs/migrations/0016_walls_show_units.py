"""Leaders let screens on a wall show their unit, and technicians who put them up."""

from django.db import migrations

GIVE = """
UPDATE orgs_role SET permissions = permissions || '{dispatch.show_wall}'
 WHERE is_standard AND code IN ('leader', 'technician') AND NOT permissions @> '{dispatch.show_wall}';
"""
TAKE = """
UPDATE orgs_role SET permissions = array_remove(permissions, 'dispatch.show_wall') WHERE is_standard;
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0015_software_is_sent_out")]

    operations = [migrations.RunSQL(GIVE, TAKE)]
