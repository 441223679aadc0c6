"""Administrators propose and approve changes of units."""

from django.db import migrations

GIVE = """
UPDATE orgs_role SET permissions = permissions || '{orgs.reorganise}'
WHERE code = 'administrator' AND NOT permissions @> '{orgs.reorganise}';
"""
TAKE = "UPDATE orgs_role SET permissions = array_remove(permissions, 'orgs.reorganise') WHERE code = 'administrator';"


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0009_shares_are_whole"),
    ]

    operations = [migrations.RunSQL(GIVE, TAKE)]
