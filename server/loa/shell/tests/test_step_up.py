import re
from datetime import timedelta

import pytest
from django.test import Client

from loa.accounts.models import Ceremony, UserSession
from loa.accounts.tests.proofs import (
    CONFIRM,
    gave_password,
    give_app,
    grow_stale,
    second_factor_code,
    session_of,
    signed_in_with_app,
    use_next_code,
    wrong_code,
)
from loa.audit.models import Entry
from loa.devices.models import Device
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.shell.tests.desk import text_of


@pytest.fixture
def device(world):
    return make_devices(world.commune, count=1)[0]


@pytest.fixture
def technician(world):
    give_app(world.technician_user)
    return world.technician_user


@pytest.fixture
def browser(technician):
    """A technician whose factor was shown six minutes ago."""
    browser, _ = signed_in_with_app("kythuat")
    grow_stale(browser, by=timedelta(minutes=6))
    use_next_code(technician)
    return browser


def address(device):
    return f"/desk/devices/{device.pk}/volume/"


def volume(device):
    return Device.objects.unscoped("test").get(pk=device.pk).volume_pct


def form_on(page):
    action = re.search(r'<form class="card" method="post" action="([^"]+)"', page)[1]
    return action, dict(re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page, re.DOTALL))


def test_a_stale_session_is_led_to_confirm_and_the_form_is_sent_again_by_the_person(browser, technician, device):
    before = volume(device)

    led = browser.post(address(device), {"volume_pct": "35"})
    assert led.url.startswith(f"{CONFIRM}?carry=")
    assert volume(device) == before
    carry = led.url.partition("=")[2]
    assert carry in text_of(browser.get(led.url))

    page = text_of(browser.post(CONFIRM, {"code": second_factor_code(technician), "carry": carry}))
    action, fields = form_on(page)
    assert (action, fields) == (address(device), {"volume_pct": "35"})
    assert volume(device) == before

    assert browser.post(action, fields).status_code == 302
    assert volume(device) == 35


def test_what_was_refused_and_what_was_shown_are_on_record(browser, technician, device):
    browser.post(address(device), {"volume_pct": "35"})
    browser.post(CONFIRM, {"code": wrong_code(technician)})
    browser.post(CONFIRM, {"code": second_factor_code(technician)})

    told = list(Entry.objects.order_by("pk").values_list("action", "result"))[-3:]
    assert told == [
        ("devices.set_volume", "fresh_factor_needed"), ("accounts.confirm", "wrong_code"), ("accounts.confirm", "done"),
    ]  # fmt: skip


def test_a_fresh_session_goes_straight_through_and_for_five_minutes_only(technician, device):
    browser, _ = signed_in_with_app("kythuat")

    assert browser.post(address(device), {"volume_pct": "41"}).url.startswith("/desk/devices/")
    assert volume(device) == 41
    grow_stale(browser, by=timedelta(minutes=5))
    assert browser.post(address(device), {"volume_pct": "42"}).url.startswith(CONFIRM)
    assert volume(device) == 41


def test_a_clock_that_went_back_makes_nothing_fresh(technician, device):
    browser, _ = signed_in_with_app("kythuat")
    grow_stale(browser, by=-timedelta(minutes=1))

    assert browser.post(address(device), {"volume_pct": "42"}).url.startswith(CONFIRM)


def test_confirming_gives_the_browser_a_new_key_and_the_old_one_is_worth_nothing(browser, technician):
    before = browser.cookies["loa_session"].value

    browser.post(CONFIRM, {"code": second_factor_code(technician)})

    thief = Client()
    thief.cookies["loa_session"] = before
    assert browser.cookies["loa_session"].value != before
    assert browser.get("/desk/").status_code == 200
    assert thief.get("/desk/").url.startswith("/desk/sign-in/")
    assert session_of(browser).confirmed_at is not None
    assert UserSession.objects.count() == 1


def test_a_kept_form_is_offered_once(browser, technician, device):
    carry = browser.post(address(device), {"volume_pct": "35"}).url.partition("=")[2]
    browser.post(CONFIRM, {"code": second_factor_code(technician), "carry": carry})
    use_next_code(technician)

    answer = browser.post(CONFIRM, {"code": second_factor_code(technician), "carry": carry})

    assert answer.url == "/desk/"


def test_a_wrong_code_keeps_the_form_and_sends_nothing(browser, technician, device):
    carry = browser.post(address(device), {"volume_pct": "35"}).url.partition("=")[2]

    answer = browser.post(CONFIRM, {"code": wrong_code(technician), "carry": carry})

    assert answer.status_code == 422
    assert carry in text_of(answer)
    assert form_on(text_of(browser.post(CONFIRM, {"code": second_factor_code(technician), "carry": carry})))


def test_a_kept_form_is_not_given_to_another_person_or_browser(browser, technician, device, world):
    carry = browser.post(address(device), {"volume_pct": "35"}).url.partition("=")[2]
    give_app(world.leader_user)
    other, _ = signed_in_with_app("lanhdao")
    use_next_code(world.leader_user)
    twin, _ = signed_in_with_app("kythuat")
    use_next_code(technician)

    for stranger, user in ((other, world.leader_user), (twin, technician)):
        answer = stranger.post(CONFIRM, {"code": second_factor_code(user), "carry": carry})
        assert (answer.status_code, answer.url) == (302, "/desk/")


def test_a_kept_form_waits_five_minutes(browser, technician, device):
    carry = browser.post(address(device), {"volume_pct": "35"}).url.partition("=")[2]
    Ceremony.objects.update(created_at=clock.now() - timedelta(minutes=6), expires_at=clock.now())

    answer = browser.post(CONFIRM, {"code": second_factor_code(technician), "carry": carry})

    assert answer.url == "/desk/"


@pytest.mark.parametrize(
    "fields",
    [
        {"volume_pct": "35", "password": "con-ga"},
        {"volume_pct": "35", "text": "x" * 70_000},
        {"volume_pct": "35", "text": "a\0b"},
        {"volume_pct": "35"} | {f"n{number}": "1" for number in range(250)},
    ],
)
def test_passwords_and_what_is_too_much_are_not_kept(browser, device, fields):
    led = browser.post(address(device), fields, headers={"Referer": f"http://testserver/desk/devices/{device.pk}/"})

    assert led.url == f"{CONFIRM}?next=%2Fdesk%2Fdevices%2F{device.pk}%2F"
    assert not Ceremony.objects.filter(kind="carry").exists()


def test_a_form_with_html_in_it_comes_back_as_text(browser, technician, device):
    nasty = '</textarea><script src="//evil.example"></script>'
    carry = browser.post(address(device), {"volume_pct": "35", "why": nasty}).url.partition("=")[2]

    page = text_of(browser.post(CONFIRM, {"code": second_factor_code(technician), "carry": carry}))

    assert '<script src="//evil' not in page
    assert "&lt;/textarea&gt;" in page


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_confirming_leads_to_no_other_site(browser, technician, wanted):
    assert browser.post(CONFIRM, {"code": second_factor_code(technician), "next": wanted}).url == "/desk/"


def test_htmx_is_led_by_its_header(browser, device):
    answer = browser.post(address(device), {"volume_pct": "35"}, headers={"HX-Request": "true"})

    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith(CONFIRM)


def test_whoever_has_no_factor_is_told_to_set_one_up(world, device):
    browser, _ = gave_password("kythuat")

    led = browser.post(address(device), {"volume_pct": "35"})
    answer = browser.get(led.url, follow=True)

    assert answer.redirect_chain[-1][0] == "/desk/me/factors/"
    assert "chưa có lớp xác thực thứ hai" in text_of(answer)


def test_five_wrong_codes_close_confirming_but_not_signing_in_elsewhere(browser, technician):
    for _number in range(5):
        browser.post(CONFIRM, {"code": wrong_code(technician)})

    assert browser.post(CONFIRM, {"code": second_factor_code(technician)}).status_code == 429
    assert signed_in_with_app("kythuat")[1].url == "/desk/"


def test_a_change_by_a_strict_client_still_needs_the_forms_token(browser, technician, device):
    carry = browser.post(address(device), {"volume_pct": "35"}).url.partition("=")[2]
    browser.post(CONFIRM, {"code": second_factor_code(technician), "carry": carry})
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies

    assert strict.post(address(device), {"volume_pct": "35"}).status_code == 403
    assert volume(device) != 35
