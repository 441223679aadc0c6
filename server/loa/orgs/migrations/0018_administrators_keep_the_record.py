"""Administrators of a province set how long its record is kept."""

from django.db import migrations

GIVE = """
UPDATE orgs_role SET permissions = permissions || '{audit.administer}'
WHERE code = 'administrator' AND NOT permissions @> '{audit.administer}';
"""
TAKE = "UPDATE orgs_role SET permissions = array_remove(permissions, 'audit.administer') WHERE is_standard;"


class Migration(migrations.Migration):
    dependencies = [("orgs", "0017_guessed_parts_say_so")]

    operations = [migrations.RunSQL(GIVE, TAKE)]
