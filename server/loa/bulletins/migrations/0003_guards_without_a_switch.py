"""What guards a revision, in plain SQL: the triggers of pgtrigger let any session switch them off by a setting."""

import pgtrigger.migrations
from django.db import migrations

FORWARD = """
DROP FUNCTION pgtrigger_approved_stands_b0fd5();
DROP FUNCTION pgtrigger_handed_in_words_stand_2ffff();
DROP FUNCTION pgtrigger_handed_in_stays_ef847();

CREATE FUNCTION bulletins_revision_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'bulletins_revision begins as a draft';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'bulletins_revision is never emptied';
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'bulletins_revision: what was handed in is not deleted';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state = 'approved' THEN
        RAISE EXCEPTION 'bulletins_revision: what was approved stands';
    END IF;
    IF NEW.state IN ('approved', 'returned') AND OLD.state <> 'submitted' THEN
        RAISE EXCEPTION 'bulletins_revision: only what was handed in is decided';
    END IF;
    -- a column that is added later stands too, unless it is named here
    IF OLD.state <> 'draft' AND (
        NEW.state = 'draft'
        OR to_jsonb(NEW) - '{state,decided_at,decided_by_id,note}'::text[]
            IS DISTINCT FROM to_jsonb(OLD) - '{state,decided_at,decided_by_id,note}'::text[]
    ) THEN
        RAISE EXCEPTION 'bulletins_revision: words that were handed in stand';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bulletins_revision_stands BEFORE INSERT OR UPDATE OR DELETE ON bulletins_revision
    FOR EACH ROW EXECUTE FUNCTION bulletins_revision_stands();
CREATE TRIGGER bulletins_revision_never_emptied BEFORE TRUNCATE ON bulletins_revision
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_revision_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0002_current_is_its_own")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="revision", name="approved_stands"),
        pgtrigger.migrations.RemoveTrigger(model_name="revision", name="handed_in_words_stand"),
        pgtrigger.migrations.RemoveTrigger(model_name="revision", name="handed_in_stays"),
        migrations.RunSQL(FORWARD),
    ]
