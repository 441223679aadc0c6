"""What was sent down stands, and so does whom it was sent to."""

from django.db import migrations

FORWARD = """
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
BACKWARD = """
DROP TRIGGER bulletins_sending_stands ON bulletins_sending;
DROP TRIGGER bulletins_sending_never_emptied ON bulletins_sending;
DROP TRIGGER bulletins_receipt_stands ON bulletins_receipt;
DROP TRIGGER bulletins_receipt_never_emptied ON bulletins_receipt;
DROP FUNCTION bulletins_sending_stands();
DROP FUNCTION bulletins_receipt_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0015_sending_down")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
