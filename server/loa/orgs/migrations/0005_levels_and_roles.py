"""The levels there are, and the standard roles with what they may do."""

from django.db import migrations

LEVELS = """
INSERT INTO orgs_level (code, rank, name_vi, name_en, below, during) VALUES
  ('centre',   10, 'Trung ương',          'Centre',   '{}',                 daterange(NULL, NULL)),
  ('province', 20, 'Tỉnh, thành phố',     'Province', '{centre}',           daterange(NULL, NULL)),
  ('district', 30, 'Huyện, quận, thị xã', 'District', '{province}',         daterange(NULL, '2025-07-01')),
  ('commune',  40, 'Xã, phường',          'Commune',  '{province,district}', daterange(NULL, NULL)),
  ('hamlet',   50, 'Thôn, tổ dân phố',    'Hamlet',   '{commune}',          daterange(NULL, NULL));
"""

ROLES = """
INSERT INTO orgs_role (code, sort_order, is_standard, name_vi, name_en, told_vi, told_en, permissions, levels) VALUES
  ('officer', 10, true, 'Cán bộ truyền thanh', 'Officer', 'Soạn và phát tin', 'Writes and airs',
   '{orgs.view,bulletins.view,schedules.view,dispatch.view,devices.view,media.view,bulletins.write,'
   'media.add,schedules.request,dispatch.stop,orgs.delegate,media.pronounce,media.view_document,'
   'media.add_document,media.choose_voice}', '{}'),
  ('leader', 20, true, 'Lãnh đạo', 'Leader', 'Duyệt bản tin', 'Approves',
   '{orgs.view,bulletins.view,schedules.view,dispatch.view,devices.view,media.view,bulletins.approve,'
   'dispatch.stop,orgs.delegate,media.view_document,bulletins.release}', '{}'),
  ('editor', 30, true, 'Biên tập viên', 'Editor', 'Soạn tin cho nhiều xã', 'Writes for many communes',
   '{orgs.view,bulletins.view,schedules.view,dispatch.view,devices.view,media.view,bulletins.write,'
   'media.add,schedules.request,dispatch.stop,orgs.delegate,media.pronounce,media.view_document,'
   'media.add_document,bulletins.send,media.choose_voice}', '{}'),
  ('monitor', 40, true, 'Giám sát', 'Monitor', 'Chỉ xem', 'Only sees',
   '{orgs.view,bulletins.view,schedules.view,dispatch.view,devices.view,media.view}', '{}'),
  ('technician', 50, true, 'Kỹ thuật viên', 'Technician', 'Quản lý thiết bị', 'Devices',
   '{orgs.view,devices.view,devices.enrol,devices.control,dispatch.view,orgs.delegate}', '{}'),
  ('administrator', 60, true, 'Quản trị', 'Administrator', 'Quản lý người dùng và quyền', 'People and rights',
   '{orgs.view,orgs.administer,accounts.administer,devices.view,devices.enrol,audit.view,orgs.reorganise,'
   'orgs.define_roles,audit.administer,media.view_document,media.add_document,media.choose_voice,'
   'media.administer,bulletins.administer}', '{}'),
  ('contributor', 70, true, 'Cộng tác viên nội dung', 'Contributor', 'Cung cấp nội dung, không xem hoạt động phát', 'Supplies words, sees no operations',
   '{orgs.view,bulletins.view,bulletins.write,media.add,media.view}', '{}');
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0004_rights_stay_on_record")]

    operations = [migrations.RunSQL(LEVELS), migrations.RunSQL(ROLES)]
