"""What became an airing before places had an approver was answered for by who approved the words."""

from django.db import migrations

FORWARD = """
UPDATE schedules_slot SET decided_by_id = revision.decided_by_id,
                          decided_at = greatest(revision.decided_at, schedules_slot.requested_at)
FROM bulletins_bulletin bulletin JOIN bulletins_revision revision ON revision.id = bulletin.current_id
WHERE bulletin.id = schedules_slot.bulletin_id AND schedules_slot.state = 'placed' AND schedules_slot.decided_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("schedules", "0002_who_decided_the_place")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
