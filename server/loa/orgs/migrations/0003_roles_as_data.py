"""Roles become data; the standard ones come with their permissions."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.db import migrations, models

ROLES = """
INSERT INTO orgs_role (code, sort_order, is_standard, name_vi, name_en, told_vi, told_en, permissions) VALUES
  ('officer', 10, true, 'Cán bộ truyền thanh', 'Officer', 'Soạn và phát tin', 'Writes and airs',
   '{orgs.view,bulletins.view,schedules.view,dispatch.view,devices.view,media.view,bulletins.write,media.add,schedules.request,dispatch.stop}'),
  ('leader', 20, true, 'Lãnh đạo', 'Leader', 'Duyệt bản tin', 'Approves',
   '{orgs.view,bulletins.view,schedules.view,dispatch.view,devices.view,media.view,bulletins.approve,dispatch.stop}'),
  ('editor', 30, true, 'Biên tập viên', 'Editor', 'Soạn tin cho nhiều xã', 'Writes for many communes',
   '{orgs.view,bulletins.view,schedules.view,dispatch.view,devices.view,media.view,bulletins.write,media.add,schedules.request,dispatch.stop}'),
  ('monitor', 40, true, 'Giám sát', 'Monitor', 'Chỉ xem', 'Only sees',
   '{orgs.view,bulletins.view,schedules.view,dispatch.view,devices.view,media.view}'),
  ('technician', 50, true, 'Kỹ thuật viên', 'Technician', 'Quản lý thiết bị', 'Devices',
   '{orgs.view,devices.view,devices.enrol,devices.control,dispatch.view}'),
  ('administrator', 60, true, 'Quản trị', 'Administrator', 'Quản lý người dùng và quyền', 'People and rights',
   '{orgs.view,orgs.administer,accounts.administer,devices.view,devices.enrol,audit.view}'),
  ('contributor', 70, true, 'Cộng tác viên nội dung', 'Contributor', 'Cung cấp nội dung, không xem hoạt động phát',
   'Supplies words, sees no operations', '{orgs.view,bulletins.view,bulletins.write,media.add,media.view}');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("orgs", "0002_units_over_time"),
    ]

    operations = [
        migrations.CreateModel(
            name="Role",
            fields=[
                ("code", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("name_vi", models.CharField(max_length=80)),
                ("name_en", models.CharField(max_length=80)),
                ("told_vi", models.CharField(blank=True, max_length=200)),
                ("told_en", models.CharField(blank=True, max_length=200)),
                (
                    "permissions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), blank=True, default=list, size=None
                    ),
                ),
                ("is_standard", models.BooleanField(default=False)),
                ("sort_order", models.PositiveSmallIntegerField(default=100)),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "orgs_role",
            },
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[a-z][a-z0-9_]{1,31}$")), name="orgs_role_plain_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("name_vi", ""), _negated=True), models.Q(("name_en", ""), _negated=True)),
                name="orgs_role_named",
            ),
        ),
        migrations.RunSQL(ROLES),
    ]
