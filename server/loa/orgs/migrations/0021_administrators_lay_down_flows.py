"""Administrators lay down how bulletins of their units are approved."""

from django.db import migrations

GIVE = """
UPDATE orgs_role SET permissions = permissions || '{bulletins.administer}'
 WHERE is_standard AND code = 'administrator' AND NOT permissions @> '{bulletins.administer}';
"""
TAKE = "UPDATE orgs_role SET permissions = array_remove(permissions, 'bulletins.administer') WHERE is_standard;"


class Migration(migrations.Migration):
    dependencies = [("orgs", "0020_officers_keep_the_dictionary")]

    operations = [migrations.RunSQL(GIVE, TAKE)]
