"""A ceiling is ended by another person than the one who asked for it, and never changed."""

import django.db.models.deletion
from django.db import migrations, models

STANDS = """
CREATE FUNCTION dispatch_ceiling_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'dispatch_ceiling: a ceiling is ended, not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND OLD.ending_by_id IS NULL THEN
        RAISE EXCEPTION 'dispatch_ceiling: two people end it' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.ended_at IS NOT NULL AND to_jsonb(NEW) - 'unit_id' IS DISTINCT FROM to_jsonb(OLD) - 'unit_id'
        OR to_jsonb(NEW) - '{unit_id,ending_by_id,ending_at,ended_by_id,ended_at}'::text[]
           IS DISTINCT FROM to_jsonb(OLD) - '{unit_id,ending_by_id,ending_at,ended_by_id,ended_at}'::text[] THEN
        RAISE EXCEPTION 'dispatch_ceiling: a ceiling stands as it was set' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER dispatch_ceiling_stands BEFORE UPDATE OR DELETE ON dispatch_ceiling
    FOR EACH ROW EXECUTE FUNCTION dispatch_ceiling_stands();
CREATE TRIGGER dispatch_ceiling_never_emptied BEFORE TRUNCATE ON dispatch_ceiling
    FOR EACH STATEMENT EXECUTE FUNCTION dispatch_ceiling_stands();
"""
GONE = "DROP FUNCTION dispatch_ceiling_stands() CASCADE"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("dispatch", "0006_relays")]

    operations = [
        migrations.AddField(
            model_name="ceiling",
            name="ending_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
            ),
        ),
        migrations.AddField(model_name="ceiling", name="ending_at", field=models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="ceiling",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ending_at", None), ("ending_by", None)),
                    models.Q(("ending_at__isnull", False), ("ending_by__isnull", False)),
                    _connector="OR",
                ),
                name="dispatch_ceiling_ending_asked_by_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="ceiling",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_by", None),
                    ("ending_by", None),
                    models.Q(("ended_by", models.F("ending_by")), _negated=True),
                    _connector="OR",
                ),
                name="dispatch_ceiling_ended_by_another",
            ),
        ),
        migrations.RunSQL(STANDS, GONE),
    ]
