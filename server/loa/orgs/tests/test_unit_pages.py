import csv
import io
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateRange

from loa.kernel.scope import system
from loa.orgs import commands, gazetteer, queries
from loa.orgs.models import Level, Reorganisation, Unit
from loa.orgs.rules import Role
from loa.orgs.tests.signing import browser_of
from loa.orgs.tests.world import make_user

DAY = date(2025, 7, 1)


@pytest.fixture
def admin(world):
    return browser_of("quantri")


@pytest.fixture
def today(db):
    """Vĩnh Phúc's communes of today with their history, and somebody who sees all of Phú Thọ."""
    commands.import_units(system("test"), as_of=DAY)
    make_user("phutho", "Trần Thị Phú", unit=Unit.objects.unscoped("test").get(code="25"), role=Role.ADMINISTRATOR)
    return browser_of("phutho")


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_tree_of_a_day_shows_what_stood_then(today):
    before = text_of(today.get("/desk/units/?on=2025-06-30"))
    after = text_of(today.get("/desk/units/?on=2025-07-01"))

    assert "Huyện Yên Lạc" in before
    assert "Phường Vĩnh Yên" not in before
    assert "Phường Vĩnh Yên" in after
    assert "Huyện Yên Lạc" not in after


@pytest.mark.parametrize("day", ["", "2025-02-31", "tomorrow", "0000-00-00", "99999-01-01", "\0"])
def test_a_day_that_is_none_is_today_and_the_page_says_so(today, day):
    pages = [text_of(today.get(address, {"on": day})) for address in ("/desk/units/", "/desk/units/08707/")]

    assert all("Phường Vĩnh Yên" in page for page in pages)
    assert ["Ngày trong địa chỉ không hợp lệ" in page for page in pages] == [bool(day)] * 2


def test_a_unit_is_found_by_its_old_name_on_the_day_it_bore_it(today):
    found = text_of(today.get("/desk/units/?on=2025-06-30&q=tich son"))
    gone = text_of(today.get("/desk/units/?on=2025-07-01&q=tich son"))

    assert "08707 · Thành phố Vĩnh Yên, Tỉnh Vĩnh Phúc" in found
    assert "Không có đơn vị nào mang tên này" in gone


def test_the_page_of_a_unit_tells_what_it_was_made_of_and_on_what_it_rests(today):
    page = text_of(today.get("/desk/units/08707/"))

    for words in ("Phường Tích Sơn", "Phường Hội Hợp", "Phường Đồng Tâm", "Xã Thanh Trù", "19/2025/QĐ-TTg"):
        assert words in page


def test_the_page_of_the_province_tells_how_many_went_into_how_many(today):
    assert "121 → 36" in text_of(today.get("/desk/units/25/"))


def test_the_page_of_a_closed_unit_names_who_keeps_its_history(today):
    page = text_of(today.get("/desk/units/08713/"))

    assert "Phường Vĩnh Yên lưu giữ lịch sử" in page
    assert "Phường Hội Hợp" in page


def test_an_officer_sees_the_own_commune_and_not_the_neighbor(world):
    officer = browser_of("canbo")

    assert officer.get("/desk/units/09043/").status_code == 200
    assert officer.get("/desk/units/09037/").status_code == 404
    assert "Xã Đồng Cương" not in text_of(officer.get("/desk/units/"))
    assert "Xã Đồng Cương" not in text_of(officer.get("/desk/units/?q=dong cuong"))


def written(rows):
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["code", "name", "level", "parent", "valid_from", "predecessors"])
    table.writerows(rows)
    return out.getvalue()


STANDING = [
    ["26", "Tỉnh Vĩnh Phúc", "tỉnh", "", "", ""],
    ["251", "Huyện Yên Lạc", "huyện", "26", "", ""],
    ["09043", "Xã Tam Hồng Mới", "xã", "251", "01/01/2027", "09043 09037"],
]
DECISION = {
    "title": "Sắp xếp",
    "basis_number": "1/NQ",
    "basis_title": "Sắp xếp đơn vị",
    "basis_issuer": "Hội đồng nhân dân tỉnh",
    "effective_on": "2027-01-01",
}


def upload(browser, body, **more):
    file = SimpleUploadedFile("units.csv", body if isinstance(body, bytes) else body.encode())
    return browser.post("/desk/units/import/", {"unit": "26", "file": file, **more})


def test_a_list_is_shown_before_it_is_proposed_and_changes_nothing_yet(world, admin):
    shown = upload(admin, written(STANDING))

    assert shown.status_code == 200
    page = text_of(shown)
    assert "Xã Tam Hồng → Xã Tam Hồng Mới" in page
    assert "Xã Đồng Cương" in page
    assert not Reorganisation.objects.unscoped("test").exists()


def test_the_list_goes_on_as_a_proposal(world, admin):
    answer = admin.post(
        "/desk/units/import/", {"unit": "26", "source": written(STANDING), "on": "2027-01-01", **DECISION}
    )

    made = Reorganisation.objects.unscoped("test").get()
    assert answer.url == f"/desk/reorganisations/{made.pk}/"
    assert (made.state, str(made.effective_on), made.plan["closes"]) == ("proposed", "2027-01-01", ["09037"])
    assert queries.unit_by_code(system("test"), "09037").closed_on is None


def test_what_vanishes_unexplained_is_asked_and_the_answer_goes_on(world, admin):
    rows = [*STANDING[:2], ["09043", "Xã Tam Hồng", "xã", "251", "01/01/2027", ""]]

    asked = upload(admin, written(rows))
    refused = admin.post("/desk/units/import/", {"unit": "26", "source": written(rows), "on": "2027-01-01", **DECISION})
    told = {"unit": "26", "source": written(rows), "on": "2027-01-01", "heir-09037": "09043"}
    answered = admin.post("/desk/units/import/", told)
    kept = admin.post("/desk/units/import/", told | DECISION)

    assert 'name="heir-09037"' in asked.content.decode()
    assert refused.status_code == 200
    assert "09037" in text_of(answered)
    assert kept.status_code == 302
    assert Reorganisation.objects.unscoped("test").get().plan["closes"] == ["09037"]


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"", b"PK\x03\x04\x00", b"code,name\n1,x", b"[{]"])
def test_hostile_files_are_told_and_never_a_crash(world, admin, body):
    assert upload(admin, body).status_code == 422


def test_nobody_brings_a_list_for_another_province_or_without_the_right(world, admin):
    assert admin.post("/desk/units/import/", {"unit": "19", "source": "x"}).status_code == 404
    assert browser_of("lanhdao").get("/desk/units/import/").status_code == 403


def test_the_preview_of_a_list_names_nothing_beyond_what_its_proposer_sees(world):
    make_user("sapxep", "Lý Thị Sắp", unit=world.commune, role=Role.ADMINISTRATOR)
    body = written([["09043", "Xã Tam Hồng", "xã", "251", "01/01/2027", "09043 09037"],
                    ["09037", "Xã Tên Khác", "xã", "251", "01/01/2027", ""]])  # fmt: skip
    absent = written([["09043", "Xã Tam Hồng", "xã", "251", "01/01/2027", "09043 09999"],
                      ["09999", "Xã Tên Khác", "xã", "251", "01/01/2027", ""]])  # fmt: skip

    told, unknown = (
        text_of(
            browser_of("sapxep").post(
                "/desk/units/import/",
                {"unit": "09043", "file": SimpleUploadedFile("units.csv", one.encode())},
            )
        )
        for one in (body, absent)
    )

    assert "Xã Đồng Cương" not in told
    assert told.replace("09037", "09999") == unknown


def test_who_does_not_administer_every_top_is_told_why_levels_cannot_be_changed(world, admin):
    held_back = admin.get("/desk/units/levels/")
    Unit.objects.unscoped("test").filter(pk=world.other_province.pk).update(closed_on=DAY)
    allowed = admin.get("/desk/units/levels/")

    assert [b'name="name_vi"' in page.content for page in (held_back, allowed)] == [False, True]
    assert ["người quản trị mọi tỉnh" in text_of(page) for page in (held_back, allowed)] == [True, False]


def test_a_list_of_what_stands_says_what_is_already_so(db):
    commands.import_units(system("test"))
    make_user("vinhphuc", "Lê Văn Phúc", unit=Unit.objects.unscoped("test").get(code="26"), role=Role.ADMINISTRATOR)
    admin = browser_of("vinhphuc")
    rows = [
        [entry.code, entry.name, entry.level, entry.parent_path.rpartition("/")[2], "", ""]
        for entry in gazetteer.read("26")
    ]

    assert "Danh sách khớp với hiện trạng" in text_of(upload(admin, written(rows)))


def test_levels_are_shown_added_and_ended_by_who_administers_every_top(world, admin):
    data = {"code": "region", "name_vi": "Vùng", "name_en": "Region", "below": "centre", "above": "province"}

    assert admin.post("/desk/units/levels/", data).status_code in {404, 422}
    Unit.objects.unscoped("test").filter(pk=world.other_province.pk).update(closed_on=DAY)
    assert admin.post("/desk/units/levels/", data).status_code == 302
    assert "Vùng" in text_of(admin.get("/desk/units/levels/"))
    admin.post("/desk/units/levels/end/", {"end-code": "region", "end-end_on": "2999-01-01"})
    assert Level.objects.get(pk="region").during == DateRange(None, date(2999, 1, 1))
    assert "Đến ngày đó vẫn còn" in text_of(
        admin.post("/desk/units/levels/end/", {"end-code": "hamlet", "end-end_on": "2999-01-01"}, follow=True)
    )
