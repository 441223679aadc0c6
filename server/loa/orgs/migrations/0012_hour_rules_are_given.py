"""Officers and editors propose hour rules, leaders lay them down, set them aside and say how loud it may be."""

from django.db import migrations

GIVE = """
UPDATE orgs_role SET permissions = permissions || '{schedules.propose_hours,dispatch.limit}'
 WHERE is_standard AND code IN ('officer', 'editor') AND NOT permissions @> '{schedules.propose_hours}';
UPDATE orgs_role SET permissions = permissions || '{schedules.lay_down_hours,schedules.override,dispatch.limit}'
 WHERE is_standard AND code = 'leader' AND NOT permissions @> '{schedules.lay_down_hours}';
UPDATE orgs_role SET permissions = permissions || '{dispatch.measure}'
 WHERE is_standard AND code IN ('officer', 'editor', 'leader', 'technician') AND NOT permissions @> '{dispatch.measure}';
"""
TAKE = """
UPDATE orgs_role SET permissions =
    array(SELECT one FROM unnest(permissions) AS one WHERE one NOT IN
          ('schedules.propose_hours', 'schedules.lay_down_hours', 'schedules.override', 'dispatch.limit', 'dispatch.measure'))
 WHERE is_standard;
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0011_faults_are_mended")]

    operations = [migrations.RunSQL(GIVE, TAKE)]
