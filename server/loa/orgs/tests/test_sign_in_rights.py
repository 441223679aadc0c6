"""What administrators may do to others' second factors, from where and when they may do it."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from loa.accounts import commands, factors
from loa.accounts.models import UserSession
from loa.accounts.refusals import OwnFactors
from loa.accounts.tests.proofs import gave_password, give_app, give_codes, grow_stale, signed_in_with_app
from loa.audit.models import Entry
from loa.box import people
from loa.box.saying import Refused
from loa.kernel import clock
from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound
from loa.kernel.scope import Limit, withhold
from loa.orgs.rules import Role
from loa.orgs.tests.world import make_user

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def officer(world):
    give_app(world.officer_user)
    give_codes(world.officer_user)
    return world.officer_user


@pytest.fixture
def browser(world):
    give_app(world.administrator_user)
    return signed_in_with_app("quantri")[0]


def test_an_administrator_resets_a_lost_factor_and_the_sessions_end(world, officer):
    signed_in_with_app("canbo")

    commands.reset_factors(world.administrator, officer)

    assert not factors.held(officer).is_any
    assert factors.held(officer).recovery_codes == 0
    assert not UserSession.objects.filter(user=officer).exists()
    assert gave_password("canbo")[1].url == "/desk/"
    assert Entry.objects.get(action="accounts.reset_factors").detail == {"factors": 1, "ended": 1}


def test_resetting_needs_the_right_there_and_a_fresh_factor_and_never_ones_own(world, officer):
    for scope, refusal in (
        (world.leader, Denied),
        (world.outsider, NotFound),
        (replace(world.administrator, is_fresh=False), FreshFactorNeeded),
    ):
        with pytest.raises(refusal):
            commands.reset_factors(scope, officer)
    with pytest.raises(OwnFactors):
        commands.reset_factors(world.administrator, world.administrator_user)
    assert factors.held(officer).is_any


def test_nobody_resets_the_factor_of_somebody_with_rights_beyond_theirs(world, officer):
    small = make_user("quantrixa", "Lý Văn Quản", unit=world.commune, role=Role.ADMINISTRATOR)
    give_app(small)
    chief = make_user("truong", "Đinh Văn Trưởng", unit=world.province, role=Role.LEADER)
    type(chief).objects.filter(pk=chief.pk).update(unit_path=world.commune.path)
    give_app(chief)
    browser, _ = signed_in_with_app("quantrixa")

    assert browser.post(f"/desk/people/{chief.pk}/factors/").status_code == 403
    assert factors.held(chief).is_any
    assert browser.post(f"/desk/people/{officer.pk}/factors/").status_code == 302
    assert not factors.held(officer).is_any


def test_a_stale_administrator_is_asked_to_confirm_first(world, officer, browser):
    grow_stale(browser, by=clock.now() - datetime(2020, 1, 1, tzinfo=ZONE))

    assert browser.post(f"/desk/people/{officer.pk}/factors/").url.startswith("/desk/confirm/?carry=")
    assert factors.held(officer).is_any


def test_the_operator_resets_from_the_console(world, officer):
    people.reset_factors("canbo")

    assert not factors.held(officer).is_any
    with pytest.raises(Refused):
        people.reset_factors("nobody")


@pytest.mark.parametrize(("address", "status"), [("10.1.2.3", 200), ("203.0.113.9", 403), ("2001:db8::1", 403)])
def test_administration_is_done_from_the_office_network_only_and_the_refusal_says_so(
    world, browser, settings, address, status
):
    settings.LOA_ADMIN_NETWORKS = ["10.1.0.0/16", "2001:db8:1::/48"]

    page = browser.get("/desk/people/", REMOTE_ADDR=address)
    person = browser.get(f"/desk/people/{world.officer_user.pk}/", REMOTE_ADDR=address)
    change = browser.post(f"/desk/people/{world.officer_user.pk}/close/", REMOTE_ADDR=address)

    assert (page.status_code, person.status_code) == (status, status)
    assert ("mạng của cơ quan" in page.content.decode()) is (status == 403)
    assert change.status_code in ({403, 404} if status == 403 else {302, 404})
    assert browser.get("/desk/", REMOTE_ADDR=address).status_code == 200


def test_administration_is_done_in_office_hours_only(world, browser, settings, monkeypatch):
    present = clock.now().astimezone(ZONE)
    settings.LOA_ADMIN_HOURS = f"{(present.hour + 2) % 24:02d}:00-{(present.hour + 4) % 24:02d}:00"

    page = browser.get("/desk/people/")

    assert page.status_code == 403
    assert "giờ làm việc" in page.content.decode()
    settings.LOA_ADMIN_HOURS = f"{(present.hour - 1) % 24:02d}:00-{(present.hour + 4) % 24:02d}:00"
    assert browser.get("/desk/people/").status_code == 200


def test_the_right_held_back_is_on_record_as_such(world, officer):
    elsewhere = withhold(world.administrator, {"accounts.administer"}, by=Limit.NETWORK)

    with pytest.raises(Denied) as refusal:
        commands.deactivate(elsewhere, officer)

    assert refusal.value.code == "only_from_office"
    assert Entry.objects.filter(action="accounts.deactivate", result="only_from_office").count() == 1


def test_an_invitation_is_shown_once_to_who_administers_the_person(world, browser):
    answer = browser.post(f"/desk/people/{world.officer_user.pk}/invitation/")

    assert answer.status_code == 200
    assert len(answer.content.decode().split("<code>")[1].split("<")[0]) == 14
    assert Entry.objects.filter(action="accounts.invite", result="done").count() == 1
