"""What was handed in, decided, sent and brought in stands, whoever asks."""

from django.db import migrations

WORDINGS = """
-- a key over both columns, which the models cannot say
ALTER TABLE bulletins_bulletin ADD CONSTRAINT bulletins_bulletin_current_is_its_own
    FOREIGN KEY (current_id, id) REFERENCES bulletins_revision (id, bulletin_id) DEFERRABLE INITIALLY DEFERRED;

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

-- nothing is handed in by the former recipe: its approval would leave the facts unproved
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

# Renditions change with a draft alone.
RENDITIONS = """
CREATE FUNCTION bulletins_rendition_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named uuid;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'bulletins_rendition is never emptied';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.revision_id, NEW.form) IS DISTINCT FROM (OLD.id, OLD.revision_id, OLD.form) THEN
        RAISE EXCEPTION 'bulletins_rendition stays with its revision and form';
    END IF;
    named := CASE TG_OP WHEN 'INSERT' THEN NEW.revision_id ELSE OLD.revision_id END;
    -- held until the transaction ends: whoever hands in or decides waits, or has been waited for
    PERFORM 1 FROM bulletins_revision WHERE id = named AND state = 'draft' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'bulletins_rendition: what was handed in stands';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER bulletins_rendition_stands BEFORE INSERT OR UPDATE OR DELETE ON bulletins_rendition
    FOR EACH ROW EXECUTE FUNCTION bulletins_rendition_stands();
CREATE TRIGGER bulletins_rendition_never_emptied BEFORE TRUNCATE ON bulletins_rendition
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_rendition_stands();
"""

# A wording is approved only when every step is, by as many people; steps and decisions stand.
STEPS = """
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

MARKS = """
CREATE FUNCTION bulletins_mark_is_there() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    revision bulletins_revision;
BEGIN
    SELECT * INTO revision FROM bulletins_revision WHERE id = NEW.revision_id;
    IF revision.state NOT IN ('submitted', 'returned')
        OR NEW.quote <> substr(revision.text, NEW.begins + 1, NEW.ends - NEW.begins)
        OR length(NEW.quote) <> NEW.ends - NEW.begins
    THEN
        RAISE EXCEPTION 'bulletins_mark: the passage is not in what was handed in' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bulletins_mark_is_there BEFORE INSERT ON bulletins_mark
    FOR EACH ROW EXECUTE FUNCTION bulletins_mark_is_there();
CREATE TRIGGER bulletins_mark_stands BEFORE UPDATE OR DELETE ON bulletins_mark
    FOR EACH ROW EXECUTE FUNCTION bulletins_stands();
CREATE TRIGGER bulletins_mark_never_emptied BEFORE TRUNCATE ON bulletins_mark
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_stands();
CREATE TRIGGER bulletins_mark_answer_stands BEFORE UPDATE OR DELETE ON bulletins_mark_answer
    FOR EACH ROW EXECUTE FUNCTION bulletins_stands();
CREATE TRIGGER bulletins_mark_answer_never_emptied BEFORE TRUNCATE ON bulletins_mark_answer
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_stands();
CREATE TRIGGER bulletins_reminder_stands BEFORE UPDATE OR DELETE ON bulletins_reminder
    FOR EACH ROW EXECUTE FUNCTION bulletins_stands();
CREATE TRIGGER bulletins_reminder_never_emptied BEFORE TRUNCATE ON bulletins_reminder
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_stands();
"""

TAPES = """
CREATE FUNCTION bulletins_tape_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'bulletins_tape: what was brought in stays on record';
    END IF;
    IF OLD.state <> 'new' THEN
        RAISE EXCEPTION 'bulletins_tape: what became of a file stands';
    END IF;
    IF to_jsonb(NEW) - '{state,reason,bulletin_id,document_id,text,written_down_by}'::text[]
        IS DISTINCT FROM to_jsonb(OLD) - '{state,reason,bulletin_id,document_id,text,written_down_by}'::text[] THEN
        RAISE EXCEPTION 'bulletins_tape: what was found stands';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bulletins_tape_stands BEFORE UPDATE OR DELETE ON bulletins_tape
    FOR EACH ROW EXECUTE FUNCTION bulletins_tape_stands();
CREATE TRIGGER bulletins_tape_never_emptied BEFORE TRUNCATE ON bulletins_tape
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_tape_stands();

CREATE FUNCTION bulletins_archived_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM bulletins_tape WHERE bulletin_id = OLD.bulletin_id) THEN
        RAISE EXCEPTION 'bulletins_revision: what was archived stands';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER bulletins_archived_stands BEFORE UPDATE OR DELETE ON bulletins_revision
    FOR EACH ROW EXECUTE FUNCTION bulletins_archived_stands();
"""

# What was sent down stands, and so does whom it was sent to.
SENDINGS = """
CREATE FUNCTION bulletins_sending_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{unit_id,state,released_by_id,released_at,reminded_at,called_back_by_id,called_back_at,reason}';
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'bulletins_sending: what was sent is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'called_back' THEN
        free := '{unit_id}';
    END IF;
    IF OLD.released_at IS NOT NULL AND NEW.released_at IS DISTINCT FROM OLD.released_at THEN
        RAISE EXCEPTION 'bulletins_sending: what was released stands' USING ERRCODE = 'check_violation';
    END IF;
    -- a column that is added later stands too, unless it is named here
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'bulletins_sending: what was sent stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bulletins_sending_stands BEFORE UPDATE OR DELETE ON bulletins_sending
    FOR EACH ROW EXECUTE FUNCTION bulletins_sending_stands();
CREATE TRIGGER bulletins_sending_never_emptied BEFORE TRUNCATE ON bulletins_sending
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_sending_stands();

CREATE FUNCTION bulletins_receipt_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'bulletins_receipt: what came down is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.sending_id <> OLD.sending_id OR NEW.sent_to_id <> OLD.sent_to_id THEN
        RAISE EXCEPTION 'bulletins_receipt: whom it was sent to stands' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.seen_at IS NOT NULL AND NEW.seen_at IS DISTINCT FROM OLD.seen_at THEN
        RAISE EXCEPTION 'bulletins_receipt: the first look counts' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bulletins_receipt_stands BEFORE UPDATE OR DELETE ON bulletins_receipt
    FOR EACH ROW EXECUTE FUNCTION bulletins_receipt_stands();
CREATE TRIGGER bulletins_receipt_never_emptied BEFORE TRUNCATE ON bulletins_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_receipt_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0004_sending_and_search")]

    operations = [
        migrations.RunSQL(WORDINGS),
        migrations.RunSQL(RENDITIONS),
        migrations.RunSQL(STEPS),
        migrations.RunSQL(MARKS),
        migrations.RunSQL(TAPES),
        migrations.RunSQL(SENDINGS),
    ]
