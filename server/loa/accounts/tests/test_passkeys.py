import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from loa.accounts import ceremonies, passkeys
from loa.accounts.models import Ceremony, Passkey, User, UserSession
from loa.accounts.refusals import PasskeyCopied, PasskeyRefused
from loa.accounts.tests.authenticator import PRESENT, Authenticator, tampered
from loa.accounts.tests.proofs import CONFIRM, SECOND, SIGN_IN, gave_password, session_of
from loa.audit.models import Entry
from loa.kernel import clock

NEW, BEGIN_NEW = "/desk/me/factors/passkey/", "/desk/me/factors/passkey/begin/"
ALONE, BEGIN = "/desk/sign-in/passkey/", "/desk/sign-in/passkey/begin/"


@pytest.fixture(autouse=True)
def public_address(settings):
    settings.LOA_PUBLIC_URL = "http://localhost:8080"


@pytest.fixture
def phone(world):
    """The leader's phone, with a passkey made by it."""
    phone = Authenticator()
    browser, _ = gave_password()
    answer = browser.post(NEW, {"name": "Điện thoại", "answer": phone.make(browser.post(BEGIN_NEW).json())})
    assert answer.status_code == 200, answer.content.decode()
    UserSession.objects.all().delete()
    return phone


def asked(browser=None, address=BEGIN):
    browser = browser or Client()
    return browser, browser.post(address).json()


def test_a_passkey_is_made_once_and_brings_recovery_codes(world):
    phone, (browser, _) = Authenticator(), gave_password()
    options = browser.post(BEGIN_NEW).json()
    answer = phone.make(options)

    page = browser.post(NEW, {"name": "Điện thoại", "answer": answer})
    assert page.content.decode().count("<li><code>") == 10
    kept = Passkey.objects.get()
    assert (kept.user, kept.name, kept.transports) == (world.leader_user, "Điện thoại", ["internal"])
    assert bytes(kept.credential_id) == phone.credential_id
    assert session_of(browser).factor == "passkey"

    assert browser.post(NEW, {"name": "Lại", "answer": answer}).status_code == 422
    assert Passkey.objects.count() == 1


def test_the_browser_is_asked_for_a_key_that_stays_and_unlocks_and_for_no_attestation(world):
    browser, _ = gave_password()

    options = browser.post(BEGIN_NEW).json()

    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    assert options["rp"]["id"] == "localhost"
    assert world.leader_user.username not in options["user"]["id"]


def test_a_passkey_alone_signs_in_and_counts_as_both_factors(phone, world):
    browser, options = asked()
    assert "allowCredentials" not in options or options["allowCredentials"] == []

    answer = browser.post(ALONE, {"answer": phone.sign(options), "next": "/desk/me/"})

    assert answer.url == "/desk/me/"
    session = session_of(browser)
    assert (session.user, session.factor) == (world.leader_user, "passkey")
    assert browser.get("/desk/me/").status_code == 200


def test_a_passkey_is_the_second_factor_after_a_password(phone):
    browser, led = gave_password()
    assert led.url == SECOND

    browser, options = asked(browser)
    assert len(options["allowCredentials"]) == 1
    assert browser.post(SECOND, {"answer": phone.sign(options, handle=False)}).url == "/desk/"
    assert session_of(browser).factor == "passkey"


def test_a_passkey_confirms(phone):
    browser, options = asked()
    browser.post(ALONE, {"answer": phone.sign(options)})
    UserSession.objects.update(confirmed_at=clock.now() - timedelta(hours=1))

    browser, options = asked(browser, "/desk/confirm/passkey/")
    assert browser.post(CONFIRM, {"answer": phone.sign(options), "next": "/desk/me/"}).url == "/desk/me/"
    assert clock.now() - session_of(browser).confirmed_at < timedelta(minutes=1)


def test_an_answer_counts_once_and_in_the_browser_that_asked(phone):
    browser, options = asked()
    answer = phone.sign(options)

    assert Client().post(ALONE, {"answer": answer}).status_code == 422
    assert browser.post(ALONE, {"answer": answer}).status_code == 302
    other, _ = asked()
    assert other.post(ALONE, {"answer": answer}).status_code == 422
    assert UserSession.objects.count() == 1


def test_a_challenge_is_used_up_by_a_wrong_answer_too_and_by_time(phone):
    browser, options = asked()
    assert browser.post(ALONE, {"answer": tampered(phone.sign(options), "signature")}).status_code == 422
    assert browser.post(ALONE, {"answer": phone.sign(options)}).status_code == 422

    browser, options = asked()
    Ceremony.objects.update(created_at=clock.now() - timedelta(minutes=6), expires_at=clock.now())
    assert browser.post(ALONE, {"answer": phone.sign(options)}).status_code == 422
    assert not UserSession.objects.exists()


def elsewhere(phone):
    phone.origin = "https://evil.example"


def on_another_port(phone):
    phone.origin = "http://localhost:8081"


def for_another_site(phone):
    phone.host = "evil.example"


def without_a_finger(phone):
    phone.flags = PRESENT


@pytest.mark.parametrize("lie", [elsewhere, on_another_port, for_another_site, without_a_finger])
def test_an_answer_for_another_site_or_without_unlocking_is_refused_and_on_record(phone, lie):
    lie(phone)
    browser, options = asked()

    assert browser.post(ALONE, {"answer": phone.sign(options)}).status_code == 422
    browser, _ = gave_password()
    browser, options = asked(browser)
    assert browser.post(SECOND, {"answer": phone.sign(options)}).status_code == 422
    assert not UserSession.objects.exists()
    assert Entry.objects.filter(action="accounts.second_factor", result="passkey_refused").count() == 2


@pytest.mark.parametrize("lie", [elsewhere, for_another_site, without_a_finger])
def test_a_passkey_made_elsewhere_or_without_unlocking_is_not_taken(world, lie):
    phone = Authenticator()
    lie(phone)
    browser, _ = gave_password()

    answer = browser.post(NEW, {"name": "x", "answer": phone.make(browser.post(BEGIN_NEW).json())})

    assert answer.status_code == 422
    assert not Passkey.objects.exists()


def test_a_copy_is_found_by_its_counter_and_shut_out_with_the_original(phone, world):
    phone.count = 10
    browser, options = asked()
    assert browser.post(ALONE, {"answer": phone.sign(options)}).status_code == 302
    phone.count = 5
    browser, options = asked()

    answer = browser.post(ALONE, {"answer": phone.sign(options)})

    assert "sao chép" in answer.content.decode()
    assert Passkey.objects.get().cloned_at is not None
    phone.count = 100
    browser, options = asked()
    assert browser.post(ALONE, {"answer": phone.sign(options)}).status_code == 422
    assert gave_password()[1].url == SECOND, "who lost a factor to a copy is not let in by password alone"
    assert Entry.objects.filter(action="accounts.second_factor", result="passkey_copied").count() == 1


def test_keys_that_count_nothing_are_not_taken_for_copies(phone):
    Passkey.objects.update(sign_count=0)
    for _number in range(2):
        phone.count = -1
        browser, options = asked()
        assert browser.post(ALONE, {"answer": phone.sign(options)}).status_code == 302


def test_somebody_elses_passkey_is_no_second_factor(phone, world):
    thief = Authenticator()
    browser, _ = gave_password("canbo")
    browser.post(NEW, {"name": "x", "answer": thief.make(browser.post(BEGIN_NEW).json())})

    browser, _ = gave_password("lanhdao")
    browser, options = asked(browser)
    assert browser.post(SECOND, {"answer": thief.sign(options)}).status_code == 422


def test_a_handle_of_another_person_is_refused(phone, world):
    thief = Authenticator()
    browser, _ = gave_password("canbo")
    browser.post(NEW, {"name": "x", "answer": thief.make(browser.post(BEGIN_NEW).json())})
    thief.handle = phone.handle

    browser, options = asked()
    assert browser.post(ALONE, {"answer": thief.sign(options)}).status_code == 422


def test_a_closed_account_is_not_opened_by_a_passkey(phone, world):
    User.objects.filter(pk=world.leader_user.pk).update(is_active=False)
    browser, options = asked()

    assert browser.post(ALONE, {"answer": phone.sign(options)}).status_code == 422


@pytest.mark.parametrize(
    "answer",
    ["", "{", "[]", "null", "1", "{}", '{"rawId": 7}', '{"rawId": "é"}', '{"rawId": "AA", "response": 1}',
     '{"rawId":"AA","response":{"userHandle":"é"}}', "[" * 30_000, json.dumps({"rawId": "A" * 100_000}), "a\0b"],
)  # fmt: skip
def test_hostile_bytes_are_refused(phone, answer):
    browser, _ = asked()

    assert browser.post(ALONE, {"answer": answer}).status_code == 422


def test_a_tampered_part_is_refused(phone):
    for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        browser, options = asked()
        assert browser.post(ALONE, {"answer": tampered(phone.sign(options), part)}).status_code == 422, part


def test_no_passkeys_are_offered_where_the_server_is_reached_by_a_number(settings, world):
    settings.LOA_PUBLIC_URL = "http://127.0.0.1:8080"

    assert not passkeys.are_possible()
    assert "data-passkey" not in Client().get(SIGN_IN).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_one_answer_sent_many_times_at_once_one_counts(phone, world):
    _, options = asked()
    answer = phone.sign(options)
    asked_for = Ceremony.objects.get(kind="passkey")
    results, start = [], threading.Barrier(5)

    def attempt():
        try:
            start.wait()
            if not ceremonies.end(asked_for):
                results.append("late")
                return
            passkeys.prove(answer, challenge=options["challenge"], now=clock.now())
            results.append("in")
        except (PasskeyRefused, PasskeyCopied):
            results.append("out")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["in", *["late"] * 4]
