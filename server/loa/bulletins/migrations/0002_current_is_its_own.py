"""A bulletin's current revision is one of its own: a key over both columns, which the models cannot say."""

from django.db import migrations

FORWARD = """
ALTER TABLE bulletins_bulletin ADD CONSTRAINT bulletins_bulletin_current_is_its_own
    FOREIGN KEY (current_id, id) REFERENCES bulletins_revision (id, bulletin_id) DEFERRABLE INITIALLY DEFERRED
"""
BACKWARD = "ALTER TABLE bulletins_bulletin DROP CONSTRAINT bulletins_bulletin_current_is_its_own"


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
