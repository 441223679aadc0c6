"""The tree, the external fields and the languages that come with the program; a deployment changes the tree.

The tree follows the contents which Decree 49/2024/NĐ-CP names for grassroots information, in words of our own; the
external codes are those the field's devices and the central system were seen to use (R18, R40).
"""

from django.db import migrations

STANDARD = """
INSERT INTO bulletins_external_field (code, name_vi, name_en, during) VALUES
  (1, 'Thông tin chung', 'General information', '(,)'),
  (2, 'Thông tin đột xuất', 'Unexpected events', '(,)'),
  (3, 'Chủ trương của Đảng, chính sách, pháp luật của Nhà nước', 'Policy of the Party, policy and law of the State', '(,)'),
  (4, 'Chỉ đạo, điều hành của cấp ủy, chính quyền địa phương', 'Direction by the local Party committee and authorities', '(,)'),
  (5, 'Kiến thức khoa học, công nghệ, kinh tế, văn hóa, xã hội', 'Knowledge of science, technology, economy, culture and society', '(,)'),
  (6, 'Người tốt, việc tốt', 'Good people, good deeds', '(,)');

CREATE TEMP TABLE standard_category (
    sort_order integer, code text, parent text, external_code integer, name_vi text, name_en text
);
INSERT INTO standard_category VALUES
  (100, 'policy', NULL, 3, 'Chủ trương, chính sách, pháp luật', 'Policy and law'),
  (110, 'policy.state', 'policy', 3, 'Chủ trương của Đảng; chính sách, pháp luật của Nhà nước', 'Policy of the Party; policy and law of the State'),
  (120, 'policy.local', 'policy', 4, 'Quy định của địa phương', 'Local regulations'),
  (130, 'policy.events', 'policy', 1, 'Sự kiện chính trị, xã hội quan trọng', 'Important political and social events'),
  (200, 'local', NULL, 1, 'Thông tin phục vụ người dân địa phương', 'Information for people of the place'),
  (210, 'local.direction', 'local', 4, 'Thông báo, chỉ đạo, điều hành của địa phương', 'Notices and direction by the local authorities'),
  (220, 'local.programmes', 'local', 4, 'Chương trình, dự án, kế hoạch của địa phương', 'Programmes, projects and plans of the place'),
  (230, 'local.services', 'local', 1, 'Điện, nước, giao thông, dịch vụ công', 'Power, water, traffic and public services'),
  (240, 'local.health', 'local', 5, 'Y tế, sức khỏe, bảo hiểm', 'Health and insurance'),
  (250, 'local.knowledge', 'local', 5, 'Kiến thức kinh tế, xã hội, khoa học, kỹ thuật', 'Knowledge of economy, society, science and technology'),
  (260, 'local.culture', 'local', 5, 'Văn hóa, thể thao, du lịch', 'Culture, sports and tourism'),
  (270, 'local.security', 'local', 4, 'An ninh, trật tự, quân sự, quốc phòng', 'Security, order and defence'),
  (300, 'disaster', NULL, 2, 'Thiên tai, cứu nạn, cháy nổ, dịch bệnh', 'Disasters, rescue, fire and epidemics'),
  (310, 'disaster.weather', 'disaster', 2, 'Phòng, chống bão, lũ, sạt lở', 'Storms, floods and landslides'),
  (320, 'disaster.fire', 'disaster', 2, 'Phòng cháy, chữa cháy, cứu nạn, sơ cứu', 'Fire, rescue and first aid'),
  (330, 'disaster.epidemic', 'disaster', 2, 'Phòng, chống dịch bệnh', 'Epidemics'),
  (400, 'people', NULL, 6, 'Gương điển hình và đời sống', 'Examples and daily life'),
  (410, 'people.exemplary', 'people', 6, 'Người tốt, việc tốt, điển hình tiên tiến', 'Good people, good deeds'),
  (420, 'people.goods', 'people', 1, 'Hàng hóa, sản phẩm, dịch vụ phục vụ đời sống', 'Goods, products and services for daily life'),
  (500, 'feedback', NULL, 4, 'Phản ánh của người dân và trả lời', 'What people report, and the answers'),
  (510, 'feedback.answer', 'feedback', 4, 'Trả lời phản ánh, kiến nghị', 'Answers to reports and requests'),
  (600, 'third_party', NULL, 1, 'Thông báo của tổ chức, cá nhân', 'Announcements for organizations and persons');
INSERT INTO bulletins_category (code, name_vi, name_en, sort_order, during)
    SELECT code, name_vi, name_en, sort_order, '(,)' FROM standard_category;
INSERT INTO bulletins_category_place (category_id, parent_id, external_code, during)
    SELECT code, parent, external_code, '(,)' FROM standard_category ORDER BY sort_order;
DROP TABLE standard_category;

-- ISO 639: two letters where there are two, else three; x-… where ISO has none
INSERT INTO bulletins_language (code, name_vi, name_en, sort_order) VALUES
  ('vi', 'Tiếng Việt', 'Vietnamese', 0),
  ('mtq', 'Tiếng Mường', 'Mường', 10),
  ('tyz', 'Tiếng Tày', 'Tày', 20),
  ('nut', 'Tiếng Nùng', 'Nùng', 30),
  ('ium', 'Tiếng Dao', 'Dao', 40),
  ('x-sandiu', 'Tiếng Sán Dìu', 'Sán Dìu', 50),
  ('mlc', 'Tiếng Cao Lan', 'Cao Lan', 60),
  ('hmn', 'Tiếng H’Mông', 'H’Mông', 70),
  ('blt', 'Tiếng Thái Đen', 'Thái Đen (Tai Dam)', 80),
  ('twh', 'Tiếng Thái Trắng', 'Thái Trắng (Tai Dón)', 90),
  ('km', 'Tiếng Khmer', 'Khmer', 100),
  ('cjm', 'Tiếng Chăm (miền Trung)', 'Eastern Cham', 110),
  ('cja', 'Tiếng Chăm (miền Tây)', 'Western Cham', 120),
  ('rad', 'Tiếng Ê Đê', 'Ê Đê', 130),
  ('jra', 'Tiếng Gia Rai', 'Gia Rai', 140),
  ('bdq', 'Tiếng Ba Na', 'Ba Na', 150),
  ('kpm', 'Tiếng Cơ Ho', 'Cơ Ho', 160),
  ('sed', 'Tiếng Xơ Đăng', 'Xơ Đăng', 170),
  ('hre', 'Tiếng Hrê', 'Hrê', 180);
"""


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0006_the_archive_is_searched")]
    operations = [migrations.RunSQL(STANDARD)]
