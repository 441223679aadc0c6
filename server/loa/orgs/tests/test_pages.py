import re

import pytest
from django.test import Client

from loa.accounts.models import User
from loa.kernel import clock
from loa.orgs import queries
from loa.orgs.models import Grant
from loa.orgs.tests.signing import browser_of


@pytest.fixture
def admin(world):
    return browser_of("quantri")


def test_the_list_shows_people_below_with_their_roles_and_nobody_else(world, admin):
    page = admin.get("/desk/people/").content.decode()

    assert "Trần Văn Cán" in page
    assert "Xã Tam Hồng" in page
    assert "Bùi Thị Ngoại" not in page


def test_the_list_finds_by_name(world, admin):
    page = admin.get("/desk/people/?q=canbo2").content.decode()

    assert "Đỗ Văn Hai" in page
    assert "Trần Văn Cán" not in page


def test_an_added_person_signs_in_once_with_the_shown_password_and_chooses_their_own(world, admin):
    answer = admin.post(
        "/desk/people/add/", {"full_name": "Lý Văn Mới", "username": "moi", "unit": "09043", "role": "officer"}
    )

    once = re.search(r"<code>([a-z0-9-]+)</code>", answer.content.decode()).group(1)
    newcomer = Client()
    newcomer.post("/desk/sign-in/", {"username": "moi", "password": once})
    assert newcomer.get("/desk/").url.startswith("/desk/password/")
    assert Grant.objects.unscoped("test").get(user__username="moi").unit == world.commune


@pytest.mark.parametrize(
    "fields",
    [
        {"full_name": "", "username": "", "unit": "", "role": ""},
        {"full_name": "Lý", "username": "canbo", "unit": "09043", "role": "officer"},
        {"full_name": "Lý", "username": "có dấu", "unit": "09043", "role": "officer"},
        {"full_name": "Lý", "username": "moi", "unit": "05440", "role": "officer"},
        {"full_name": "Lý", "username": "moi", "unit": "09043", "role": "emperor"},
    ],
)
def test_a_wrong_form_adds_nobody_and_says_why(world, admin, fields):
    before = User.objects.count()

    answer = admin.post("/desk/people/add/", fields)

    assert answer.status_code == 422
    assert "summary-errors" in answer.content.decode()
    assert User.objects.count() == before


def test_roles_are_given_and_taken_away(world, admin):
    person = f"/desk/people/{world.monitor_user.pk}/"
    admin.post(f"{person}grant/", {"unit": "09043", "role": "leader"})
    held = Grant.objects.unscoped("test").get(user=world.monitor_user, role="leader")
    assert held.unit == world.commune

    admin.post(f"/desk/people/roles/{held.pk}/withdraw/")

    assert not queries.standing(at=clock.now()).filter(pk=held.pk).exists()


def test_an_account_is_closed_opened_and_given_a_new_password(world, admin):
    person = f"/desk/people/{world.officer_user.pk}/"

    admin.post(f"{person}close/")
    assert not User.objects.get(username="canbo").is_active
    admin.post(f"{person}open/")
    assert User.objects.get(username="canbo").is_active
    assert "<code>" in admin.post(f"{person}password/").content.decode()
    assert User.objects.get(username="canbo").must_change_password


def test_people_outside_do_not_exist_and_colleagues_are_denied(world):
    officer = browser_of("canbo")

    assert browser_of("quantri").get(f"/desk/people/{world.outsider_user.pk}/").status_code == 404
    assert officer.get(f"/desk/people/{world.leader_user.pk}/").status_code == 403
    assert officer.get(f"/desk/people/{world.other_officer_user.pk}/").status_code == 404
    assert officer.get("/desk/people/").status_code == 403


def test_the_record_shows_the_subtree_to_its_administrator_only(world, admin):
    browser_of("canbo")
    browser_of("nguoingoai")

    page = admin.get("/desk/record/").content.decode()

    assert "Trần Văn Cán" in page
    assert "Bùi Thị Ngoại" not in page
    assert browser_of("canbo").get("/desk/record/").status_code == 403


def test_the_record_is_read_page_by_page(world, admin):
    for number in range(60):
        admin.post(f"/desk/people/{world.officer_user.pk}/{'close' if number % 2 else 'open'}/")

    first = admin.get("/desk/record/").content.decode()
    older = re.search(r"\?before=(\d+)", first).group(1)
    second = admin.get(f"/desk/record/?before={older}").content.decode()

    shown = re.findall(r'id="entry-(\d+)"', first) + re.findall(r'id="entry-(\d+)"', second)
    assert len(shown) == len(set(shown)) > 60
    assert admin.get("/desk/record/?before=x").status_code == 200


@pytest.mark.parametrize("act", ["password", "close", "open"])
def test_who_also_holds_a_role_elsewhere_is_not_taken_over_from_below(world, admin, act):
    person = User.objects.get(username="canbo")
    address = f"/desk/people/{person.pk}/{act}/"
    assert admin.post(address).status_code != 403

    Grant.objects.create(user=person, role_id="leader", unit=world.other_province)

    assert admin.post(address).status_code == 403
