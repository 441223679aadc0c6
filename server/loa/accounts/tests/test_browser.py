"""Passkeys, step-up and the pages of factors in a real Chromium with a virtual authenticator."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.test import override_settings
from playwright.sync_api import expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from loa.accounts.models import Passkey, User, UserSession
from loa.accounts.tests.proofs import give_app, second_factor_code, use_next_code
from loa.devices.models import Device
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.orgs.tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def live_server(tmp_path_factory):
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        server = LiveServer("localhost")
        yield server
        server.stop()


@pytest.fixture
def origin(world, live_server, settings):
    settings.LOA_PUBLIC_URL = live_server.url
    return live_server.url


@pytest.fixture
def chromium():
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def device(world):
    return make_devices(world.commune, count=1)[0]


@pytest.fixture
def open_page(origin, device, chromium):
    contexts = []

    def opened(*, width=390, scheme="light", script=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, color_scheme=scheme, java_script_enabled=script, base_url=origin
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error on {page.url}: {error}"))
        return page

    yield opened
    for context in contexts:
        context.close()


def beside(work):
    """Ask the database in a thread of its own: Playwright holds this one."""

    def run():
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def volume_of(device):
    return beside(lambda: Device.objects.unscoped("test").get(pk=device.pk).volume_pct)


def long_ago():
    beside(lambda: UserSession.objects.update(confirmed_at=clock.now().replace(year=2020)))


def authenticator(page):
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]


def sign_in(page, username):
    page.goto("/desk/sign-in/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.primary")


def complaints(page):
    found = [
        f"{page.url}: {violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in Axe().run(page, options=RULES).response["violations"]
    ]
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, f"{page.url}: {overflow} px too wide"] if overflow > 0 else found


def test_a_passkey_is_made_signs_in_alone_and_confirms(origin, world, device, open_page):
    page = open_page()
    authenticator(page)
    sign_in(page, "kythuat")
    page.goto("/desk/me/factors/passkey/")
    page.fill("[name=name]", "Điện thoại của tôi")
    page.click("form[data-passkey] button.primary")
    expect(page.locator(".codes li")).to_have_count(10)
    assert beside(lambda: Passkey.objects.get().user_id) == world.technician_user.pk

    page.click(".me summary")
    page.click("form[action='/desk/sign-out/'] button")
    page.click("form[data-passkey] button")
    page.wait_for_url(f"{origin}/desk/")
    assert beside(lambda: UserSession.objects.get().factor) == "passkey"

    long_ago()
    page.goto(f"/desk/devices/{device.pk}/")
    page.fill("[name=volume_pct]", "40")
    page.click("form[action$='/volume/'] button")
    page.wait_for_url("**/desk/confirm/**")
    page.click("form[data-passkey] button")
    page.click("form[action$='/volume/'] button.primary")
    page.wait_for_url(f"{origin}/desk/devices/{device.pk}/")
    assert volume_of(device) == 40


def test_an_authenticator_that_is_not_unlocked_opens_nothing_and_the_page_says_so(world, open_page):
    page = open_page()
    session, name = authenticator(page)
    sign_in(page, "kythuat")
    page.goto("/desk/me/factors/passkey/")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": name, "isUserVerified": False})
    page.click("form[data-passkey] button.primary")

    expect(page.locator("[data-trouble]")).to_be_visible()
    assert not beside(Passkey.objects.exists)


def test_without_script_the_app_is_set_up_and_a_form_survives_confirming(origin, world, device, open_page):
    beside(lambda: give_app(world.technician_user))
    page = open_page(script=False)
    sign_in(page, "kythuat")
    page.fill("[name=code]", beside(lambda: second_factor_code(world.technician_user)))
    page.click("main form.card button.primary")
    long_ago()
    beside(lambda: use_next_code(world.technician_user))

    page.goto(f"/desk/devices/{device.pk}/")
    page.fill("[name=volume_pct]", "45")
    page.click("form[action$='/volume/'] button")
    page.fill("[name=code]", beside(lambda: second_factor_code(world.technician_user)))
    page.click("main form.card button.primary")
    page.click("main form.card button.primary")

    assert page.url == f"{origin}/desk/devices/{device.pk}/"
    assert volume_of(device) == 45


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_the_pages_of_factors_are_accessible_and_fit(world, open_page, settings, width, scheme):
    settings.LOA_DEMO = True
    beside(lambda: User.objects.update(is_demo=True))
    page = open_page(width=width, scheme=scheme)
    authenticator(page)
    said = []

    sign_in(page, "lanhdao")
    for address in ("factors/", "factors/passkey/", "factors/app/"):
        page.goto(f"/desk/me/{address}")
        said += complaints(page)
    page.goto("/desk/me/factors/passkey/")
    page.fill("[name=name]", "Điện thoại")
    page.click("form[data-passkey] button.primary")
    expect(page.locator(".codes li")).to_have_count(10)
    said += complaints(page)
    beside(lambda: give_app(world.leader_user))
    for address in ("me/", "confirm/"):
        page.goto(f"/desk/{address}")
        said += complaints(page)
    page.fill("[name=code]", "000000")
    page.click("main form.card button.primary")
    said += complaints(page)
    page.context.clear_cookies()
    sign_in(page, "lanhdao")
    page.wait_for_url("**/second/")
    said += complaints(page)

    assert said == []
