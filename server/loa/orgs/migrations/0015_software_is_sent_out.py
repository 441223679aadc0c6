"""Technicians and administrators take in, confirm and send out software for devices: always two of them."""

from django.db import migrations

GIVE = """
UPDATE orgs_role SET permissions = permissions || '{devices.update}'
 WHERE is_standard AND code IN ('technician', 'administrator') AND NOT permissions @> '{devices.update}';
"""
TAKE = """
UPDATE orgs_role SET permissions = array_remove(permissions, 'devices.update') WHERE is_standard;
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0014_devices_are_grouped")]

    operations = [migrations.RunSQL(GIVE, TAKE)]
