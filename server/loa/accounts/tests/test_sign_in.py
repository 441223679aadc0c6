import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import translation

from loa import settings as shipped
from loa.accounts import commands, pacing, passwords, sessions
from loa.accounts.models import SignInPace, User, UserSession
from loa.accounts.refusals import BadCredentials, LockedOut, NameTried, TooFast
from loa.audit.models import Entry
from loa.orgs.tests.world import PASSWORD

NOW = datetime(2024, 5, 6, 5, 30, tzinfo=UTC)
HERE = "203.0.113.7"


def sign_in(username="canbo", password=PASSWORD, *, origin=HERE, device="", now=NOW):
    return commands.authenticate(username, password, origin=origin, device=device, now=now)


def fail(username, times, *, origin=HERE, device="", now=NOW):
    for _ in range(times):
        with pytest.raises(BadCredentials):
            sign_in(username, "not the password", origin=origin, device=device, now=now)


def fail_from_everywhere(username, times, *, now=NOW):
    for number in range(times):
        fail(username, 1, origin=f"198.51.100.{number}", now=now)


def test_the_right_password_lets_in_whatever_the_case_of_the_name(world):
    assert sign_in(" CanBo ") == world.officer_user


@pytest.mark.parametrize(("username", "password"), [("canbo", "wrong"), ("nobody", PASSWORD), ("", ""), ("a\0b", "\0")])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(world, username, password):
    with pytest.raises(BadCredentials) as refusal, translation.override("vi"):
        sign_in(username, password)

    assert str(refusal.value)
    assert refusal.value.facts == {}


def test_a_closed_account_is_refused_like_an_unknown_one(world):
    User.objects.filter(pk=world.officer_user.pk).update(is_active=False)

    with pytest.raises(BadCredentials):
        sign_in()


@pytest.mark.parametrize("username", ["canbo", "nobody-at-all"])
def test_five_failures_close_a_name_at_that_address_for_fifteen_minutes_whether_it_exists_or_not(world, username):
    fail(username, 5)

    with pytest.raises(LockedOut) as refusal:
        sign_in(username, PASSWORD, now=NOW + timedelta(minutes=14))

    assert refusal.value.facts == {"minutes": 1}


def test_after_the_lock_the_right_password_lets_in_and_forgets_the_failures(world):
    fail("canbo", 5)

    sign_in(now=NOW + timedelta(minutes=15))

    fail("canbo", 4, now=NOW + timedelta(minutes=16))
    assert sign_in(now=NOW + timedelta(minutes=17)) == world.officer_user


def test_the_second_lock_lasts_twice_as_long(world):
    fail("canbo", 5)
    later = NOW + timedelta(minutes=15)
    fail("canbo", 5, now=later)

    with pytest.raises(LockedOut):
        sign_in(now=later + timedelta(minutes=29))

    assert sign_in(now=later + timedelta(minutes=30)) == world.officer_user


def test_a_stranger_cannot_close_a_person_out_by_failing_in_their_name(world):
    fail("canbo", 5, origin="198.51.100.1")

    assert sign_in(origin=HERE) == world.officer_user


@pytest.mark.parametrize("username", ["canbo", "nobody-at-all"])
def test_a_name_tried_from_everywhere_is_slowed_down_whether_it_exists_or_not(world, username):
    fail_from_everywhere(username, 20)

    with pytest.raises(NameTried) as refusal:
        sign_in(username)

    assert refusal.value.facts == {"seconds": 1}


def test_a_browser_that_is_known_is_let_in_while_strangers_try_the_name_from_everywhere(world):
    fail_from_everywhere("canbo", 20)

    assert sign_in(device="known") == world.officer_user
    with pytest.raises(NameTried):
        sign_in()


def test_a_known_browser_is_let_in_from_an_address_that_others_have_closed(world):
    fail("canbo", 5)
    for number in range(15):
        fail(f"name{number}", 1)

    assert sign_in(device="known") == world.officer_user


def test_guessing_in_a_known_browser_closes_that_browser_alone(world):
    fail("canbo", 5, device="known")

    with pytest.raises(LockedOut):
        sign_in(device="known")

    assert sign_in() == world.officer_user


def test_one_name_is_guessed_less_than_fifty_times_an_hour_from_all_the_world(world):
    tried, moment = 0, NOW
    while moment < NOW + timedelta(hours=1):
        try:
            pacing.take("canbo", origin=f"2001:db8::{tried:x}", now=moment)
            tried += 1
        except NameTried as refusal:
            moment += timedelta(seconds=refusal.facts["seconds"])

    assert tried < 50


def test_an_address_that_tries_many_names_is_slowed_down(world):
    for number in range(20):
        fail(f"name{number}", 1, origin=HERE)

    with pytest.raises(TooFast):
        sign_in()

    assert sign_in(origin="198.51.100.1") == world.officer_user
    assert sign_in(now=NOW + timedelta(seconds=1)) == world.officer_user


def test_tries_are_kept_without_the_typed_name(world):
    fail("my-password-typed-in-the-wrong-field", 1)

    assert not SignInPace.objects.filter(key__contains="my-password").exists()


def test_a_refused_sign_in_is_on_record_without_what_was_typed(world):
    with pytest.raises(BadCredentials):
        sign_in("canbo", "hunter2-hunter2")
    with pytest.raises(BadCredentials):
        sign_in("hunter2-hunter2", "x")

    known, unknown = Entry.objects.order_by("-pk")[1], Entry.objects.order_by("-pk")[0]
    assert (known.action, known.result, known.target, known.origin) == (
        "accounts.sign_in", "bad_credentials", world.officer_user.audit_name, HERE,
    )  # fmt: skip
    assert known.unit_path.startswith(world.commune.path)
    assert unknown.target == "user:unknown"
    assert not Entry.objects.filter(detail__icontains="hunter2").exists()
    assert not Entry.objects.filter(target__contains="hunter2").exists()


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_get_no_further_than_five(django_db_blocker):
    outcomes = []

    def guess():
        try:
            pacing.take("canbo", origin="", now=NOW)
            outcomes.append("tried")
        except LockedOut:
            outcomes.append("closed")
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count("tried") == 5
    assert outcomes.count("closed") == 11


def test_passwords_are_argon2id_of_nineteen_mebibytes_in_two_passes(settings):
    settings.PASSWORD_HASHERS = shipped.PASSWORD_HASHERS

    assert passwords.hashed("x").startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_unknown_name_costs_the_same_work_as_a_known_one(world, monkeypatch):
    works = []
    verify = passwords.Argon2.verify
    monkeypatch.setattr(passwords.Argon2, "verify", lambda self, *args: works.append(1) or verify(self, *args))

    for username in ("canbo", "nobody"):
        with pytest.raises(BadCredentials):
            sign_in(username, "wrong")

    assert len(works) == 2


def test_the_oldest_of_four_sessions_ends(world):
    for number in range(4):
        commands.open_session(
            world.officer_user, session_key=f"key{number}", origin=HERE, browser="", now=NOW + timedelta(minutes=number)
        )

    assert set(UserSession.objects.values_list("session_key", flat=True)) == {"key1", "key2", "key3"}


def test_a_session_ends_after_an_hour_of_rest_and_lives_on_with_use(world):
    commands.open_session(world.officer_user, session_key="used", origin=HERE, browser="", now=NOW)

    assert sessions.living_session("used", now=NOW + timedelta(minutes=59))
    assert sessions.living_session("used", now=NOW + timedelta(minutes=118))
    assert sessions.living_session("used", now=NOW + timedelta(minutes=178)) is None
    assert not UserSession.objects.exists()


def test_a_session_ends_after_twelve_hours_whatever_it_does(world):
    commands.open_session(world.officer_user, session_key="used", origin=HERE, browser="", now=NOW)
    for step in range(1, 15):
        sessions.living_session("used", now=NOW + timedelta(minutes=50 * step))

    assert sessions.living_session("used", now=NOW + timedelta(hours=12)) is None


def test_purging_forgets_sessions_and_tries_that_are_over(world):
    commands.open_session(world.officer_user, session_key="old", origin=HERE, browser="", now=NOW)
    commands.open_session(world.officer_user, session_key="new", origin=HERE, browser="", now=NOW + timedelta(hours=25))
    fail("canbo", 1)

    ended = sessions.purge(now=NOW + timedelta(hours=25))

    assert ended == 1
    assert list(UserSession.objects.values_list("session_key", flat=True)) == ["new"]
    assert not SignInPace.objects.exists()
