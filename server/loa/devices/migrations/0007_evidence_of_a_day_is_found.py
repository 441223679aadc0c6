"""Lets the evidence that came on a day be found without reading all of it: rows lie in the order in which they came."""

from django.db import migrations

FORWARD = "CREATE INDEX devices_event_received ON devices_event USING brin (received_at)"
BACK = "DROP INDEX devices_event_received"


class Migration(migrations.Migration):
    dependencies = [("devices", "0006_orders_are_on_record")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
