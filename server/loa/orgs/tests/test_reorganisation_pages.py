import re

import pytest
from django.test import Client

from loa.accounts import commands as accounts
from loa.accounts.rules import Factor
from loa.kernel import clock, scope
from loa.orgs import commands, tasks
from loa.orgs.changes import Altering, Plan
from loa.orgs.models import Grant, LegalBasis, Reorganisation, Unit
from loa.orgs.rules import Role
from loa.orgs.tests.reorganising import (
    DAY,
    abolish_district,
    approved,
    in_force,
    merge,
    propose,
    second_administrator,
    shelf_of,
)
from loa.orgs.tests.world import make_user

DECISION = {
    "title": "Nhập xã",
    "basis_number": "12/NQ-HĐND",
    "basis_title": "Sắp xếp xã",
    "basis_issuer": "HĐND tỉnh",
    "effective_on": DAY.isoformat(),
}
PLACE = "/desk/reorganisations/"


def browser_of(user, *, is_fresh=True):
    browser = Client()
    session = browser.session
    session.save()
    factor = {"factor": Factor.TOTP} if is_fresh else {}
    accounts.open_session(user, session_key=session.session_key, origin="", browser="", now=clock.now(), **factor)
    return browser


@pytest.fixture
def admin(world):
    return browser_of(world.administrator_user)


@pytest.fixture
def second(world):
    return browser_of(second_administrator(world))


def only():
    return Reorganisation.objects.unscoped("test").get()


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


ASKED = {
    "merge": {"units": ["09043", "09037"], "heir": "09043", "name": "Xã Tam Hồng Mới"},
    "split": {"unit": "09043", "code": "09999", "name": "Xã Mới", "percent": "40", "along": ["09043.01"]},
    "transfer": {"units": ["09043"], "parent": "26"},
    "rename": {"unit": "09043", "name": "Xã Khác"},
    "abolish": {"units": ["251"], "level": "district"},
}


@pytest.mark.parametrize("kind", ASKED)
def test_each_kind_is_proposed_with_its_form(world, admin, kind):
    page = admin.get(f"{PLACE}new/{kind}/", {"unit": "09043"})
    assert page.status_code == 200

    answer = admin.post(f"{PLACE}new/{kind}/", DECISION | ASKED[kind] | {"below": "26"})

    assert answer.status_code == 302, text(answer)
    assert answer.url == f"{PLACE}{only().pk}/"
    assert only().state == "proposed"
    assert admin.get(answer.url).status_code == 200


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("merge", {"units": ["09043"], "heir": "09043"}, "ít nhất hai đơn vị"),
        ("merge", {}, "Vui lòng điền mục này"),
        ("merge", ASKED["merge"] | {"units": ["09043", "05440"]}, "05440"),
        ("rename", {"unit": "05440", "name": "Xã Khác"}, "05440"),
        ("rename", {"unit": "09043", "name": "Xã Khác", "effective_on": "2024-01-01"}, "0 giờ"),
        ("rename", {"unit": "09043", "name": "Xã Khác", "effective_on": "hôm qua"}, "ngày"),
        ("split", ASKED["split"] | {"code": "09037"}, "09037"),
    ],
)
def test_a_form_that_cannot_be_says_why_and_keeps_nothing(world, admin, kind, fields, words):
    answer = admin.post(f"{PLACE}new/{kind}/", DECISION | fields)

    assert answer.status_code == 422
    assert words in text(answer)
    assert not Reorganisation.objects.unscoped("test").exists()


def test_two_persons_and_a_day_make_the_change(world, admin, second, monkeypatch):
    shelf_of(monkeypatch, loa=world.other_commune.pk)
    admin.post(f"{PLACE}new/merge/", DECISION | ASKED["merge"])
    page = f"{PLACE}{only().pk}/"
    tasks.rehearse(str(only().pk))

    shown = text(second.get(page))
    assert "Xã Tam Hồng Mới" in shown
    assert "Two of a kind" not in shown
    plan = re.search(r'name="plan" value="([0-9a-f]{64})"', shown).group(1)
    assert "Phê duyệt phương án" not in text(admin.get(page))

    second.post(f"{page}approve/", {"plan": plan, "note": "đồng ý"})

    assert (only().state, only().note) == ("approved", "đồng ý")
    assert "Hủy phương án" in text(admin.get(page))


def test_the_same_person_is_told_that_another_has_to_approve(world, admin):
    made = propose(world, merge("09043", "09037"))

    answer = admin.post(f"{PLACE}{made.pk}/approve/", {"plan": made.plan_sha256}, follow=True)

    assert "Người khác phải phê duyệt" in text(answer)
    assert only().state == "proposed"


def test_without_a_fresh_factor_approval_leads_to_the_confirmation(world):
    made = propose(world, merge("09043", "09037"))
    browser = browser_of(second_administrator(world), is_fresh=False)

    answer = browser.post(f"{PLACE}{made.pk}/approve/", {"plan": made.plan_sha256})

    assert (answer.status_code, only().state) != (302, "approved")
    assert only().state == "proposed"


def test_declined_withdrawn_and_taken_back_over_the_page(world, admin, second):
    declined = propose(world, merge("09043", "09037"))
    second.post(f"{PLACE}{declined.pk}/decline/", {"note": "chưa rõ"})
    withdrawn = propose(world, merge("09043", "09037"))
    admin.post(f"{PLACE}{withdrawn.pk}/withdraw/")
    undone = approved(world, merge("09043", "09037"))
    admin.post(f"{PLACE}{undone.pk}/undo/", {"note": "hoãn"})

    states = [declined, withdrawn, undone]
    for one in states:
        one.refresh_from_db()
    assert [one.state for one in states] == ["declined", "withdrawn", "undone"]
    page = text(admin.get(PLACE))
    assert "Đã hủy trước ngày hiệu lực" in page


def test_the_page_waits_for_the_rehearsal_and_then_shows_it(world, admin, monkeypatch):
    shelf_of(monkeypatch, loa=world.other_commune.pk, micro=world.commune.pk)
    made = propose(world, merge("09043", "09037"))
    page = f"{PLACE}{made.pk}/"

    assert 'hx-trigger="every 2s"' in text(admin.get(page))
    assert "Đang chạy thử" in text(admin.get(f"{page}progress/"))
    tasks.rehearse(str(made.pk))

    shown = text(admin.get(f"{page}progress/"))
    assert "every 2s" not in shown
    assert "Two of a kind" in shown
    assert admin.post(f"{page}rehearse/").status_code == 302


def test_people_of_a_vanishing_level_are_placed_on_the_page(world, admin, second):
    person = make_user("canbohuyen", "Mai Văn Huyện", unit=world.district)
    Grant.objects.create(user=person, role_id="officer", unit=world.district)
    made = propose(world, abolish_district())
    tasks.rehearse(str(made.pk))
    page = f"{PLACE}{made.pk}/"
    assert "Mai Văn Huyện" in text(admin.get(page))
    assert "chưa được bố trí" in text(second.post(f"{page}approve/", {"plan": made.plan_sha256}, follow=True))

    admin.post(
        f"{page}place/", {f"place-{person.pk}": "09043", "place-others": "", "place-x": "09037", "place-9": "05440"}
    )

    made.refresh_from_db()
    assert made.plan["people"] == [{"user": person.pk, "unit": "09043"}, {"user": None, "unit": ""}]
    second.post(f"{page}approve/", {"plan": made.plan_sha256})
    made.refresh_from_db()
    assert made.state == "approved"


def test_the_hand_over_list_comes_as_word_and_as_pdf_and_only_afterwards(world, admin, monkeypatch):
    shelf_of(monkeypatch, loa=world.other_commune.pk)
    waiting = propose(world, Plan(alters=[Altering(code="09043.01", name="Thôn Mới")]))
    done = in_force(world, merge("09043", "09037"))

    assert admin.get(f"{PLACE}{waiting.pk}/handover.docx").status_code == 404
    word, pdf = (admin.get(f"{PLACE}{done.pk}/handover.{form}") for form in ("docx", "pdf"))
    assert word.content.startswith(b"PK")
    assert pdf.content.startswith(b"%PDF")
    assert "ban-giao" in pdf.headers["Content-Disposition"]
    assert "Biên bản bàn giao (PDF)" in text(admin.get(f"{PLACE}{done.pk}/"))


def test_the_reverse_is_proposed_from_the_page(world, admin):
    done = in_force(world, merge("09043", "09037"))
    later = DECISION | {"effective_on": (DAY.replace(year=DAY.year + 1)).isoformat()}

    answer = admin.post(f"{PLACE}{done.pk}/compensate/", later)

    back = Reorganisation.objects.unscoped("test").get(compensates=done)
    assert answer.url == f"{PLACE}{back.pk}/"
    assert back.plan["opens"][0]["code"] == "09037"
    assert "09037" in text(admin.get(answer.url))
    incomplete = admin.post(f"{PLACE}{done.pk}/compensate/", {}, follow=True)
    assert "Vui lòng ghi tên" in text(incomplete)


def test_the_shipped_reform_is_proposed_in_one_step(db):
    commands.import_units(scope.system("test"), province_code="26")
    top = Unit.objects.unscoped("test").get(code="26")
    admin = browser_of(make_user("quantri", "Vũ Thị Quản", unit=top, role=Role.ADMINISTRATOR))
    page = admin.get(f"{PLACE}reform/")
    assert "Tỉnh Vĩnh Phúc" in text(page)

    answer = admin.post(
        f"{PLACE}reform/",
        DECISION | {"province": "26", "effective_on": "2025-07-01", "is_retroactive": "on"},
    )

    assert answer.status_code == 302, text(answer)
    plan = only().plan
    assert len(plan["closes"]) == 1 + 9 + 85
    shown = text(admin.get(answer.url))
    assert shown.count("<circle") > 120
    assert "Tề Lỗ" in shown


def test_a_decision_that_is_kept_is_not_overwritten_by_a_form(world, admin):
    LegalBasis.objects.create(number="12/NQ-HĐND", title="Tên đúng", issuer="HĐND tỉnh")

    admin.post(f"{PLACE}new/rename/", DECISION | ASKED["rename"])

    assert LegalBasis.objects.get(number="12/NQ-HĐND").title == "Tên đúng"
