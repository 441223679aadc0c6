"""The record's triggers in plain SQL: those of pgtrigger let any session switch them off by a setting."""

import pgtrigger.migrations
from django.db import migrations

FORWARD = """
DROP FUNCTION pgtrigger_append_only_a6b88();
DROP FUNCTION pgtrigger_never_emptied_6c9ae();

CREATE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END
$$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_append_only();
CREATE TRIGGER audit_entry_never_emptied BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="entry", name="append_only"),
        pgtrigger.migrations.RemoveTrigger(model_name="entry", name="never_emptied"),
        migrations.RunSQL(FORWARD),
    ]
