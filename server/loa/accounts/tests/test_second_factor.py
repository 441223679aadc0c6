import base64
import html
import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from loa.accounts import ceremonies, commands, factors, ports, proving, rules, totp
from loa.accounts.models import Ceremony, Passkey, RecoveryCode, Totp, User, UserSession
from loa.accounts.refusals import CodeUsed, LockedOut, NameTried, WrongCode
from loa.accounts.tests.proofs import (
    SECOND,
    SIGN_IN,
    gave_password,
    give_app,
    give_codes,
    second_factor_code,
    session_of,
    signed_in_with_app,
    use_next_code,
    wrong_code,
)
from loa.audit.models import Entry
from loa.kernel import clock
from loa.orgs.tests.world import PASSWORD

HERE = "203.0.113.7"


@pytest.fixture
def leader(world):
    give_app(world.leader_user)
    return world.leader_user


@pytest.fixture
def policy():
    """Leaders and administrators must have a factor, as the orgs room says."""
    before = list(ports._policy)
    ports.require_factor_by(lambda user: user.username in {"lanhdao", "quantri"})
    yield
    ports._policy[:] = before


def prove(user, typed, *, origin=HERE, device="", now=None):
    return proving.by_code(user, typed, action=proving.SIGN_IN, origin=origin, device=device, now=now or clock.now())


def test_whoever_has_a_factor_is_not_in_before_showing_it(leader):
    browser, answer = gave_password()

    assert (answer.status_code, answer.url) == (302, SECOND)
    assert not UserSession.objects.exists()
    assert browser.get("/desk/me/").url.startswith(SIGN_IN)
    assert browser.get(SECOND).status_code == 200


def test_the_right_code_lets_in_leads_on_and_counts_as_just_shown(leader):
    browser, answer = signed_in_with_app(next="/desk/me/")

    assert answer.url == "/desk/me/"
    assert browser.get("/desk/me/").status_code == 200
    session = session_of(browser)
    assert (session.user, session.factor) == (leader, "totp")
    assert session.confirmed_at == session.created_at


def test_whoever_has_none_signs_in_by_password_as_before(world):
    browser, answer = gave_password("canbo")

    assert answer.url == "/desk/"
    assert (session_of(browser).factor, session_of(browser).confirmed_at) == ("", None)


def test_the_browsers_key_changes_at_each_step_and_the_earlier_ones_open_nothing(leader):
    browser = Client()
    browser.get(SIGN_IN)
    browser, _ = gave_password(browser=browser)
    first = browser.cookies["loa_session"].value
    browser.post(SECOND, {"code": second_factor_code(leader)})
    second = browser.cookies["loa_session"].value

    thief = Client()
    thief.cookies["loa_session"] = first

    assert first != second
    assert thief.get("/desk/me/").url.startswith(SIGN_IN)
    assert thief.get(SECOND).url == SIGN_IN


def test_the_second_step_belongs_to_the_browser_that_gave_the_password(leader):
    gave_password()

    stranger = Client()

    assert stranger.get(SECOND).url == SIGN_IN
    assert stranger.post(SECOND, {"code": second_factor_code(leader)}).url == SIGN_IN
    assert not UserSession.objects.exists()


def test_the_second_step_waits_five_minutes_and_no_longer(leader):
    browser, _ = gave_password()
    Ceremony.objects.update(created_at=clock.now() - timedelta(minutes=6), expires_at=clock.now())

    assert browser.post(SECOND, {"code": second_factor_code(leader)}).url == SIGN_IN
    assert not UserSession.objects.exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "another"}])
def test_an_account_closed_or_a_password_changed_meanwhile_ends_the_second_step(leader, change):
    browser, _ = gave_password()
    User.objects.filter(pk=leader.pk).update(**change)

    assert browser.post(SECOND, {"code": second_factor_code(leader)}).url == SIGN_IN
    assert not UserSession.objects.exists()


def test_a_code_counts_once(leader):
    signed_in_with_app()
    browser, _ = gave_password()

    answer = browser.post(SECOND, {"code": second_factor_code(leader)})

    assert answer.status_code == 422
    assert "đã dùng" in answer.content.decode()
    assert UserSession.objects.count() == 1


def test_a_code_of_the_step_before_the_last_used_one_is_refused(leader):
    prove(leader, second_factor_code(leader))

    with pytest.raises(CodeUsed):
        prove(leader, second_factor_code(leader, ahead=-1))


def test_five_wrong_codes_close_the_second_step_also_for_the_right_one(leader):
    browser, _ = gave_password()
    for _number in range(5):
        assert browser.post(SECOND, {"code": wrong_code(leader)}).status_code == 422

    answer = browser.post(SECOND, {"code": second_factor_code(leader)})

    assert answer.status_code == 429
    assert not UserSession.objects.exists()
    asked = Entry.objects.filter(action="accounts.second_factor").order_by("pk")
    assert [entry.result for entry in asked] == ["wrong_code"] * 5 + ["locked_out"]


def test_giving_the_password_again_gives_no_new_tries_at_the_code(leader):
    for _number in range(5):
        browser, _ = gave_password()
        browser.post(SECOND, {"code": wrong_code(leader)})

    browser, answer = gave_password()

    assert answer.url == SECOND
    assert browser.post(SECOND, {"code": second_factor_code(leader)}).status_code == 429


def test_codes_guessed_from_everywhere_are_slowed_down(leader):
    for number in range(20):
        with pytest.raises(WrongCode):
            prove(leader, wrong_code(leader), origin=f"198.51.100.{number}")

    with pytest.raises(NameTried):
        prove(leader, second_factor_code(leader))


def test_no_user_name_that_is_typed_is_counted_with_somebodys_codes(leader):
    for name in (f"SECOND-FACTOR:{leader.pk}", f"second-factor:{leader.pk}"):
        for _number in range(5):
            Client().post(SIGN_IN, {"username": name, "password": "x"})

    assert prove(leader, second_factor_code(leader), origin="127.0.0.1") == rules.Factor.TOTP


def test_recovery_codes_are_guessed_no_faster(leader):
    give_codes(leader)
    for _number in range(5):
        with pytest.raises(WrongCode):
            prove(leader, "aaaaa-aaaaa")

    with pytest.raises(LockedOut):
        prove(leader, "aaaaa-aaaab")


def test_a_recovery_code_lets_in_once_however_it_is_typed(leader):
    code = give_codes(leader)[3]
    browser, _ = gave_password()

    assert browser.post(SECOND, {"code": f" {code.upper().replace('-', ' ')} "}).status_code == 302
    assert session_of(browser).factor == "recovery"
    with pytest.raises(WrongCode):
        prove(leader, code)
    assert factors.held(leader).recovery_codes == 9


def test_recovery_codes_are_kept_as_digests_and_are_of_their_person(leader, world):
    codes = give_codes(leader)
    give_app(world.officer_user)

    assert len(set(codes)) == 10
    assert not RecoveryCode.objects.filter(digest__in=codes).exists()
    with pytest.raises(WrongCode):
        prove(world.officer_user, codes[0])


@pytest.mark.parametrize("typed", ["", " ", "12345", "1" * 5000, "abc\0def", "１２３４５６", "-----------"])
def test_what_is_no_code_is_refused_and_breaks_nothing(leader, typed):
    browser, _ = gave_password()

    answer = browser.post(SECOND, {"code": typed})

    assert answer.status_code == 422
    assert not UserSession.objects.exists()


def test_what_the_app_shares_with_us_is_not_readable_in_the_database(leader):
    sealed = bytes(Totp.objects.get(user=leader).sealed_secret)

    assert b"12345678901234567890" not in sealed


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "paper"])
def test_of_many_requests_with_one_code_at_once_one_is_let_in(leader, kind):
    code = second_factor_code(leader) if kind == "app" else give_codes(leader)[0]
    now = clock.now()
    results, start = [], threading.Barrier(6)

    def attempt():
        try:
            start.wait()
            factors.prove_code(leader, code, now=now)
            results.append("in")
        except (WrongCode, CodeUsed):
            results.append("out")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["in", *["out"] * 5]


def test_whoever_must_have_a_factor_is_led_to_set_one_up_and_can_do_nothing_else(world, policy):
    browser, answer = gave_password()

    assert answer.url == "/desk/"
    for path in ("/desk/", "/desk/bulletins/", "/desk/people/", "/desk/me/", "/desk/password/"):
        assert browser.get(path).url.startswith("/desk/me/factors/"), path
    assert browser.post("/desk/me/sessions/end/").url == "/desk/me/factors/"
    page = browser.get("/desk/me/factors/").content.decode()
    assert "Vai trò của anh/chị" in page
    assert browser.post("/desk/sign-out/").url == SIGN_IN


def test_others_are_let_in_as_before_and_so_is_everybody_where_it_is_only_offered(world, policy, settings):
    assert gave_password("canbo")[0].get("/desk/").status_code == 200

    settings.LOA_SECOND_FACTOR = "offered"

    assert gave_password("lanhdao")[0].get("/desk/").status_code == 200


def test_setting_up_the_app_opens_the_desk_and_brings_recovery_codes_once(world, policy):
    browser, _ = gave_password()
    page = browser.get("/desk/me/factors/app/")
    secret = _secret_on(page)
    before = browser.cookies["loa_session"].value

    answer = browser.post("/desk/me/factors/app/", {"code": _code_of(secret)})

    assert answer.status_code == 200
    assert answer.content.decode().count("<li><code>") == 10
    assert browser.cookies["loa_session"].value != before
    assert browser.get("/desk/").status_code == 200
    assert session_of(browser).factor == "totp"
    assert factors.held(world.leader_user).has_totp


def test_what_was_typed_before_the_first_factor_was_set_up_is_still_there_after(world):
    browser, _ = gave_password("kythuat")
    asked = browser.post("/desk/devices/thresholds/", {"unit": world.commune.code, "action": "above", "why": "Mùa bão"})
    assert browser.get(asked.url).url == "/desk/me/factors/"
    secret = _secret_on(browser.get("/desk/me/factors/app/"))
    assert Ceremony.objects.get(kind="carry").expires_at > clock.now() + timedelta(minutes=15)

    codes = browser.post("/desk/me/factors/app/", {"code": _code_of(secret)})
    onward = re.search(r'href="(/desk/confirm/[^"]+)"', codes.content.decode())[1]
    page = browser.get(html.unescape(onward))

    assert page.status_code == 200
    assert "Mùa bão" in page.content.decode()
    assert 'action="/desk/devices/thresholds/"' in page.content.decode()


def test_a_mistyped_code_keeps_the_picture(world):
    browser, _ = gave_password()
    secret = _secret_on(browser.get("/desk/me/factors/app/"))

    answer = browser.post("/desk/me/factors/app/", {"code": "000000" if _code_of(secret) != "000000" else "000001"})

    assert answer.status_code == 422
    assert _secret_on(answer) == secret
    assert not factors.held(world.leader_user).is_any


def test_a_session_left_open_is_not_given_a_first_factor_by_whoever_finds_it(world):
    browser, _ = gave_password()
    page = browser.get("/desk/me/factors/app/")
    long_ago = clock.now() - rules.FIRST_FACTOR_WITHIN
    UserSession.objects.update(created_at=long_ago)

    answer = browser.post("/desk/me/factors/app/", {"code": _code_of(_secret_on(page))})

    assert answer.status_code == 422
    assert "đăng nhập lại" in answer.content.decode()
    assert not factors.held(world.leader_user).is_any


def test_a_second_factor_is_added_only_after_showing_the_first(leader):
    browser, _ = signed_in_with_app()
    UserSession.objects.update(confirmed_at=clock.now() - timedelta(minutes=6))

    for path in ("/desk/me/factors/app/", "/desk/me/factors/passkey/"):
        assert browser.get(path).url.startswith("/desk/confirm/")
    assert browser.post("/desk/me/factors/passkey/begin/").url.startswith("/desk/confirm/")


def test_a_policy_that_begins_to_hold_asks_a_session_without_a_factor_to_show_it(world, leader, policy):
    browser = Client()
    session = browser.session
    session.save()
    commands.open_session(leader, session_key=session.session_key, origin="", browser="", now=clock.now())

    assert browser.get("/desk/people/").url == "/desk/confirm/?next=%2Fdesk%2Fpeople%2F"
    browser.post("/desk/confirm/", {"code": second_factor_code(leader)})
    assert browser.get("/desk/").status_code == 200


def test_the_last_factor_stays_while_the_role_needs_one(leader, policy):
    browser, _ = signed_in_with_app()

    answer = browser.post("/desk/me/factors/app/remove/")

    assert answer.status_code == 409
    assert factors.held(leader).has_totp
    Passkey.objects.create(user=leader, credential_id=b"1", public_key=b"1", name="Điện thoại", created_at=clock.now())
    assert browser.post("/desk/me/factors/app/remove/").url == "/desk/me/"
    assert not factors.held(leader).has_totp


def test_without_a_factor_left_the_recovery_codes_end_too(leader, settings):
    settings.LOA_SECOND_FACTOR = "offered"
    give_codes(leader)
    browser, _ = signed_in_with_app()

    browser.post("/desk/me/factors/app/remove/")

    assert factors.held(leader) == factors.Held(has_totp=False, passkeys=0, recovery_codes=0)


def test_new_recovery_codes_end_the_earlier_ones(leader):
    earlier = give_codes(leader)
    browser, _ = signed_in_with_app()

    assert browser.post("/desk/me/factors/codes/").status_code == 200

    with pytest.raises(WrongCode):
        prove(leader, earlier[0])


def test_somebody_elses_passkey_does_not_exist(leader, world):
    other = Passkey.objects.create(
        user=world.officer_user, credential_id=b"1", public_key=b"1", name="x", created_at=clock.now()
    )
    browser, _ = signed_in_with_app()

    assert browser.post(f"/desk/me/factors/passkey/{other.pk}/remove/").status_code == 404
    assert Passkey.objects.count() == 1


def test_the_own_page_shows_what_one_has_and_no_secret(leader):
    browser, _ = signed_in_with_app()

    page = browser.get("/desk/me/").content.decode()

    assert "Ứng dụng tạo mã" in page
    assert "GEZD" not in page
    assert "set on" not in page


@pytest.mark.parametrize(("is_demo_box", "is_demo_person", "is_shown"), [
    (True, True, True), (True, False, False), (False, True, False), (False, False, False),
])  # fmt: skip
def test_only_a_demonstration_shows_a_code_and_only_of_people_it_made_up(
    leader, settings, is_demo_box, is_demo_person, is_shown
):
    settings.LOA_DEMO = is_demo_box
    User.objects.filter(pk=leader.pk).update(is_demo=is_demo_person)
    browser, _ = gave_password()
    code = second_factor_code(leader)

    page = browser.get(SECOND).content.decode()

    assert (f"{code[:3]} {code[3:]}" in page) is is_shown
    browser.post(SECOND, {"code": code})
    use_next_code(leader)
    assert ("demo-code" in browser.get("/desk/confirm/").content.decode()) is is_shown


def test_steps_whose_time_is_over_are_forgotten(leader):
    gave_password()
    now = clock.now()

    assert ceremonies.purge(now=now) == 0
    assert ceremonies.purge(now=now + timedelta(minutes=6)) == 1


def test_the_password_is_still_asked_first(leader):
    browser = Client()

    assert browser.post(SIGN_IN, {"username": "lanhdao", "password": "wrong"}).status_code == 422
    assert browser.get(SECOND).url == SIGN_IN
    assert PASSWORD not in str(Ceremony.objects.values_list("facts", flat=True))


def _secret_on(answer):
    return answer.content.decode().split('class="secret">')[1].split("<")[0].replace(" ", "")


def _code_of(letters):

    return totp.code(base64.b32decode(letters), totp.step_at(clock.now()))
