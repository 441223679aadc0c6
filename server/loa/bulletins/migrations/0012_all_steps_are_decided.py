"""A wording is approved only when every step is, by as many people; steps and decisions stand."""

from django.db import migrations

FORWARD = """
-- what waited before there were steps goes the standard way, without a deadline
INSERT INTO bulletins_step (revision_id, position, asks, who, "where", hours, is_own_allowed, begun_at, is_open)
SELECT id, 1, 'places', 'right', 'here', 8, false, submitted_at, false FROM bulletins_revision WHERE state = 'submitted';

CREATE FUNCTION bulletins_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% stands', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END
$$;

-- the arguments are the columns that may change
CREATE FUNCTION bulletins_mostly_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - TG_ARGV IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV THEN
        RAISE EXCEPTION '% stands', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION bulletins_step_begins_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.begun_at IS NOT NULL AND (NEW.begun_at, NEW.due_at) IS DISTINCT FROM (OLD.begun_at, OLD.due_at)
    THEN
        RAISE EXCEPTION 'bulletins_step stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION bulletins_decision_in_turn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    step bulletins_step;
    revision bulletins_revision;
    author bigint;
BEGIN
    SELECT * INTO step FROM bulletins_step WHERE id = NEW.step_id;
    SELECT * INTO revision FROM bulletins_revision WHERE id = NEW.revision_id;
    SELECT author_id INTO author FROM bulletins_bulletin WHERE id = revision.bulletin_id;
    IF step.revision_id <> NEW.revision_id OR revision.state <> 'submitted' OR step.begun_at IS NULL THEN
        RAISE EXCEPTION 'bulletins_decision: only a step that waits is decided' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM bulletins_step AS earlier LEFT JOIN bulletins_decision AS made ON made.step_id = earlier.id
         WHERE earlier.revision_id = NEW.revision_id AND earlier.position < step.position
           AND made.verdict IS DISTINCT FROM 'approved'
    ) THEN
        RAISE EXCEPTION 'bulletins_decision: steps are decided in order' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.decided_by_id = author OR NEW.decided_by_id::text = revision.written_by)
        AND NOT (step.is_own_allowed AND NEW.verdict = 'approved' AND NEW.own_reason <> '')
    THEN
        RAISE EXCEPTION 'bulletins_decision: another person decides' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION bulletins_revision_all_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM bulletins_step WHERE revision_id = NEW.id) OR EXISTS (
        SELECT FROM bulletins_step AS step LEFT JOIN bulletins_decision AS made ON made.step_id = step.id
         WHERE step.revision_id = NEW.id AND made.verdict IS DISTINCT FROM 'approved'
    ) THEN
        RAISE EXCEPTION 'bulletins_revision: every step is decided first' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER bulletins_revision_all_decided BEFORE UPDATE ON bulletins_revision
    FOR EACH ROW WHEN (NEW.state = 'approved' AND OLD.state = 'submitted')
    EXECUTE FUNCTION bulletins_revision_all_decided();

CREATE TRIGGER bulletins_decision_in_turn BEFORE INSERT ON bulletins_decision
    FOR EACH ROW EXECUTE FUNCTION bulletins_decision_in_turn();
CREATE TRIGGER bulletins_decision_stands BEFORE UPDATE OR DELETE ON bulletins_decision
    FOR EACH ROW EXECUTE FUNCTION bulletins_stands();
CREATE TRIGGER bulletins_decision_never_emptied BEFORE TRUNCATE ON bulletins_decision
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_stands();

CREATE TRIGGER bulletins_step_stands BEFORE UPDATE ON bulletins_step
    FOR EACH ROW EXECUTE FUNCTION bulletins_mostly_stands('begun_at', 'due_at', 'is_open');
CREATE TRIGGER bulletins_step_begins_once BEFORE UPDATE ON bulletins_step
    FOR EACH ROW EXECUTE FUNCTION bulletins_step_begins_once();
CREATE TRIGGER bulletins_step_stays BEFORE DELETE ON bulletins_step
    FOR EACH ROW EXECUTE FUNCTION bulletins_stands();
CREATE TRIGGER bulletins_step_never_emptied BEFORE TRUNCATE ON bulletins_step
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_stands();

CREATE TRIGGER bulletins_flow_step_stands BEFORE UPDATE OR DELETE ON bulletins_flow_step
    FOR EACH ROW EXECUTE FUNCTION bulletins_stands();
CREATE TRIGGER bulletins_flow_step_never_emptied BEFORE TRUNCATE ON bulletins_flow_step
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_stands();
CREATE TRIGGER bulletins_flow_stands BEFORE UPDATE ON bulletins_flow
    FOR EACH ROW EXECUTE FUNCTION bulletins_mostly_stands('ends_on', 'unit_id');
CREATE TRIGGER bulletins_flow_stays BEFORE DELETE ON bulletins_flow
    FOR EACH ROW EXECUTE FUNCTION bulletins_stands();
CREATE TRIGGER bulletins_flow_never_emptied BEFORE TRUNCATE ON bulletins_flow
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0011_steps_and_decisions")]

    operations = [migrations.RunSQL(FORWARD)]
