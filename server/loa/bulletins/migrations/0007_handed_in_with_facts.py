"""From now on nothing is handed in by the former recipe: its approval would leave the facts unproved."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION bulletins_revision_tells_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.recipe < 2 THEN
        RAISE EXCEPTION 'bulletins_revision: what is handed in tells its facts'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bulletins_revision_tells_facts';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bulletins_revision_tells_facts BEFORE UPDATE ON bulletins_revision
    FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state <> 'draft') EXECUTE FUNCTION bulletins_revision_tells_facts();
"""
BACKWARD = """
DROP TRIGGER bulletins_revision_tells_facts ON bulletins_revision;
DROP FUNCTION bulletins_revision_tells_facts();
"""


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0006_facts_of_a_bulletin")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
