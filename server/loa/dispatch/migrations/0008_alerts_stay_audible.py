"""No ceiling for alerts is set so low that nobody hears them. Those set before stand as they were set."""

from django.db import migrations

AUDIBLE = """
CREATE FUNCTION dispatch_ceiling_alert_is_heard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_alert AND NEW.most_pct < 50 THEN
        RAISE EXCEPTION 'dispatch_ceiling: alerts may sound at 50 percent at least' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER dispatch_ceiling_alert_is_heard BEFORE INSERT ON dispatch_ceiling
    FOR EACH ROW EXECUTE FUNCTION dispatch_ceiling_alert_is_heard();
"""
GONE = "DROP FUNCTION dispatch_ceiling_alert_is_heard() CASCADE"


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0007_ceilings_are_ended_by_two")]

    operations = [migrations.RunSQL(AUDIBLE, GONE)]
