from datetime import timedelta
from itertools import pairwise

import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import Client

from loa.accounts.models import User, UserSession
from loa.accounts.web import known
from loa.audit.models import Entry
from loa.kernel import clock
from loa.orgs.tests.world import PASSWORD

SIGN_IN = "/desk/sign-in/"
NEW = "mua-he-ruc-ro-2025"


def signed_in(username="canbo", password=PASSWORD, **fields):
    browser = Client()
    answer = browser.post(SIGN_IN, {"username": username, "password": password, **fields})
    return browser, answer


def test_signing_in_leads_home_and_out_again(world):
    browser, answer = signed_in()

    assert (answer.status_code, answer.url) == (302, "/desk/")
    assert browser.get("/desk/me/").status_code == 200

    left = browser.post("/desk/sign-out/")
    assert (left.status_code, left.url) == (302, SIGN_IN)
    assert browser.get("/desk/me/").url == f"{SIGN_IN}?next=%2Fdesk%2Fme%2F"
    assert not UserSession.objects.exists()


@pytest.mark.parametrize("path", ["/desk/", "/desk/me/", "/desk/people/", "/desk/no-such-page/"])
def test_a_stranger_is_led_to_sign_in(world, path):
    answer = Client().get(path)

    assert answer.status_code == 302
    assert answer.url.startswith(SIGN_IN)


def test_a_stranger_using_htmx_is_led_there_too(world):
    answer = Client().get("/desk/me/", headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"].startswith(SIGN_IN)


@pytest.mark.parametrize(
    ("wanted", "arrived"),
    [
        ("/desk/people/", "/desk/people/"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example/", "/desk/"),
        ("/\\evil.example", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
        ("", "/desk/"),
    ],
)
def test_after_signing_in_nobody_is_led_to_another_site(world, wanted, arrived):
    _, answer = signed_in(next=wanted)

    assert answer.url == arrived


def test_a_session_key_known_before_is_worth_nothing_after(world):
    browser = Client()
    browser.cookies["loa_session"] = "planted-by-somebody-else-0000000"

    browser.post(SIGN_IN, {"username": "canbo", "password": PASSWORD})

    assert browser.cookies["loa_session"].value != "planted-by-somebody-else-0000000"
    thief = Client()
    thief.cookies["loa_session"] = "planted-by-somebody-else-0000000"
    assert thief.get("/desk/me/").status_code == 302


def test_the_session_cookie_is_hidden_from_scripts_and_lives_twelve_hours(world):
    browser, _ = signed_in()

    cookie = browser.cookies["loa_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 12 * 3600


def test_a_wrong_password_is_answered_in_the_page_without_the_typed_password(world):
    _, answer = signed_in(password="hunter2-hunter2")

    assert answer.status_code == 422
    assert "hunter2" not in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


def test_a_locked_name_is_answered_with_too_many_tries(world):
    for _ in range(5):
        signed_in(password="wrong")

    _, answer = signed_in()

    assert answer.status_code == 429


def test_who_has_signed_in_here_before_is_not_closed_out_by_a_stranger_beside_them(world):
    browser, _ = signed_in()
    browser.post("/desk/sign-out/")
    for _ in range(5):
        signed_in(password="wrong")

    answer = browser.post(SIGN_IN, {"username": "CanBo ", "password": PASSWORD})

    assert (answer.status_code, answer.url) == (302, "/desk/")
    assert signed_in()[1].status_code == 429


@pytest.mark.parametrize("cookie", ["", "x:y:z", "eyJhIjoiYiJ9:1sGvKx:forged"])
def test_a_cookie_we_did_not_sign_makes_no_browser_known(world, cookie):
    for _ in range(5):
        signed_in(password="wrong")

    stranger = Client(headers={"cookie": f"{known.COOKIE}={cookie}"})

    assert stranger.post(SIGN_IN, {"username": "canbo", "password": PASSWORD}).status_code == 429


def test_a_browser_known_for_one_person_is_a_stranger_for_another(world):
    browser, _ = signed_in("lanhdao")
    browser.post("/desk/sign-out/")
    for _ in range(5):
        signed_in(password="wrong")

    assert browser.post(SIGN_IN, {"username": "canbo", "password": PASSWORD}).status_code == 429


def test_an_office_computer_knows_the_last_six_people_by_no_name(rf):
    request, names = rf.get(SIGN_IN), [f"person{number}" for number in range(7)]
    for name in names:
        response = HttpResponse()
        known.remember(request, response, name)
        request.COOKIES[known.COOKIE] = response.cookies[known.COOKIE].value

    assert [bool(known.device_of(request, name)) for name in names] == [False, *[True] * 6]
    assert "person" not in str(signing.loads(request.COOKIES[known.COOKIE], salt="loa.accounts.known"))


def test_sign_in_without_the_token_of_the_form_is_refused(world):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(SIGN_IN, {"username": "canbo", "password": PASSWORD}).status_code == 403


def test_the_first_sign_in_leads_nowhere_but_to_an_own_password(world):
    User.objects.filter(username="canbo").update(must_change_password=True)
    browser, _ = signed_in()

    assert browser.get("/desk/me/").url == "/desk/password/?next=%2Fdesk%2Fme%2F"
    assert browser.get("/desk/password/").status_code == 200

    answer = browser.post("/desk/password/", {"old": PASSWORD, "new": NEW, "again": NEW, "next": "/desk/me/"})
    assert answer.url == "/desk/me/"
    assert browser.get("/desk/me/").status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"old": "wrong", "new": NEW, "again": NEW},
        {"old": PASSWORD, "new": NEW, "again": NEW + "x"},
        {"old": PASSWORD, "new": "short", "again": "short"},
        {"old": "", "new": "", "again": ""},
    ],
)
def test_a_refused_password_change_stands_beside_its_field_and_in_a_summary(world, fields):
    browser, _ = signed_in()

    answer = browser.post("/desk/password/", fields)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "summary-errors" in page
    assert 'aria-invalid="true"' in page


def test_guessing_the_present_password_in_a_stolen_session_is_locked_too(world):
    browser, _ = signed_in()
    for _ in range(5):
        browser.post("/desk/password/", {"old": "wrong", "new": NEW, "again": NEW})

    answer = browser.post("/desk/password/", {"old": PASSWORD, "new": NEW, "again": NEW})

    assert answer.status_code == 422


def test_one_signs_out_everywhere_else_but_stays_here(world):
    here, _ = signed_in()
    there, _ = signed_in()

    here.post("/desk/me/sessions/end/")

    assert here.get("/desk/me/").status_code == 200
    assert there.get("/desk/me/").status_code == 302


def test_one_session_can_be_ended_but_not_somebody_elses(world):
    here, _ = signed_in()
    there, _ = signed_in()
    other, _ = signed_in("giamsat")
    mine = UserSession.objects.filter(user=world.officer_user).latest("pk")
    theirs = UserSession.objects.get(user=world.monitor_user)

    assert here.post(f"/desk/me/sessions/{mine.pk}/end/").status_code == 302
    assert here.post(f"/desk/me/sessions/{theirs.pk}/end/").status_code == 404

    assert there.get("/desk/me/").status_code == 302
    assert other.get("/desk/me/").status_code == 200


def test_a_session_ends_when_its_account_is_closed(world):
    browser, _ = signed_in()
    User.objects.filter(username="canbo").update(is_active=False)

    assert browser.get("/desk/me/").status_code == 302


def test_a_rested_session_leads_to_sign_in(world):
    browser, _ = signed_in()
    long_ago = clock.now() - timedelta(minutes=61)
    UserSession.objects.update(created_at=long_ago, seen_at=long_ago)

    assert browser.get("/desk/me/").status_code == 302


def test_pages_of_the_desk_are_kept_by_no_cache(world):
    browser, _ = signed_in()

    assert "no-store" in browser.get("/desk/me/").headers["Cache-Control"]


def test_behind_a_trusted_proxy_the_clients_address_is_on_record(world, settings):
    settings.LOA_TRUSTED_PROXIES = ["127.0.0.0/8"]
    Client().post(
        SIGN_IN, {"username": "canbo", "password": PASSWORD}, headers={"X-Forwarded-For": "1.1.1.1, 203.0.113.9"}
    )

    assert Entry.objects.latest("pk").origin == "203.0.113.9"


def test_without_a_trusted_proxy_claims_about_the_address_are_ignored(world):
    Client().post(SIGN_IN, {"username": "canbo", "password": PASSWORD}, headers={"X-Forwarded-For": "203.0.113.9"})

    assert Entry.objects.latest("pk").origin == "127.0.0.1"


def test_a_cookie_carried_to_another_make_of_browser_ends_the_session_for_both(world):
    browser = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36"})
    browser.post(SIGN_IN, {"username": "canbo", "password": PASSWORD})
    thief = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Firefox/120.0"})
    thief.cookies["loa_session"] = browser.cookies["loa_session"].value

    assert thief.get("/desk/me/").url.startswith(SIGN_IN)

    assert browser.get("/desk/me/").url.startswith(SIGN_IN)
    assert Entry.objects.filter(action="accounts.sign_out", detail__reason="another_browser").count() == 1


def test_a_browser_that_renewed_itself_at_noon_goes_on(world):
    browser = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36"})
    browser.post(SIGN_IN, {"username": "canbo", "password": PASSWORD})

    newer = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/121.0 Safari/537.36"}
    assert browser.get("/desk/me/", headers=newer).status_code == 200


def test_a_cookie_is_worth_nothing_after_signing_out(world):
    browser, _ = signed_in()
    thief = Client()
    thief.cookies["loa_session"] = browser.cookies["loa_session"].value
    assert thief.get("/desk/me/").status_code == 200

    browser.post("/desk/sign-out/")

    assert thief.get("/desk/me/").url.startswith(SIGN_IN)


def change(browser, old, new):
    return browser.post("/desk/password/", {"old": old, "new": new, "again": new})


def test_the_last_five_passwords_are_not_taken_again(world):
    browser, _ = signed_in()
    words = [PASSWORD, *(f"mua-he-ruc-ro-{number}" for number in range(2031, 2036))]
    for old, new in pairwise(words):
        assert change(browser, old, new).status_code == 302

    for used in words[1:]:
        assert change(browser, words[-1], used).status_code == 422, used
    assert change(browser, words[-1], PASSWORD).status_code == 302, "the sixth is forgotten"


def test_an_old_password_has_to_be_changed_where_the_operator_says_so(world, settings):
    browser, _ = signed_in()
    User.objects.update(password_set_at=clock.now() - timedelta(days=90))
    assert browser.get("/desk/me/").status_code == 200

    settings.PASSWORD_MAX_AGE = timedelta(days=90)

    assert browser.get("/desk/bulletins/").url.startswith("/desk/password/")
    assert "quá hạn" in browser.get("/desk/password/").content.decode()
    change(browser, PASSWORD, NEW)
    assert browser.get("/desk/me/").status_code == 200
