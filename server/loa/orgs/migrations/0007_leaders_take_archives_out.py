"""Leaders and administrators may let a unit's whole archive leave the program."""

from django.db import migrations

GIVE = """
UPDATE orgs_role SET permissions = permissions || '{bulletins.export}'
 WHERE is_standard AND code IN ('leader', 'administrator') AND NOT permissions @> '{bulletins.export}';
"""
TAKE = "UPDATE orgs_role SET permissions = array_remove(permissions, 'bulletins.export') WHERE is_standard;"


class Migration(migrations.Migration):
    dependencies = [("orgs", "0006_support_is_agreed_to")]

    operations = [migrations.RunSQL(GIVE, TAKE)]
