"""Editors send approved bulletins to units below; leaders release the emergencies that others send."""

from django.db import migrations

GIVE = """
UPDATE orgs_role SET permissions = permissions || '{bulletins.send}'
 WHERE is_standard AND code = 'editor' AND NOT permissions @> '{bulletins.send}';
UPDATE orgs_role SET permissions = permissions || '{bulletins.release}'
 WHERE is_standard AND code = 'leader' AND NOT permissions @> '{bulletins.release}';
"""
TAKE = """
UPDATE orgs_role
   SET permissions = array_remove(array_remove(permissions, 'bulletins.send'), 'bulletins.release')
 WHERE is_standard;
"""


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0016_what_was_sent_stands"), ("orgs", "0018_administrators_keep_the_record")]

    operations = [migrations.RunSQL(GIVE, TAKE)]
