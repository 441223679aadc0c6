"""Signing in with a real provider, through Chromium: unknown, invited, bound, strong, left again."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import override_settings
from playwright.sync_api import expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from loa.accounts import commands
from loa.accounts.models import ExternalIdentity, UserSession
from loa.accounts.oidc import asking
from loa.accounts.tests import provider
from loa.accounts.tests.proofs import give_app, second_factor_code
from loa.kernel import clock
from loa.orgs.tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def live_server(tmp_path_factory):
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        server = LiveServer("localhost")
        yield server
        server.stop()


@pytest.fixture(scope="module")
def issuer(live_server):
    with provider.running(loa=live_server.url, slug="tinh") as issuer:
        yield issuer


@pytest.fixture
def loa(world, live_server, issuer, settings, tmp_path):
    settings.LOA_PUBLIC_URL = live_server.url
    settings.LOA_OIDC_PROVIDERS_FILE = provider.file_of(tmp_path, ("tinh", issuer, {}))
    asking.forget()
    return live_server.url


@pytest.fixture
def page(loa):
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser.new_context(viewport={"width": 390, "height": 844}, base_url=loa).new_page()
        browser.close()


def beside(work):
    def run():
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def at_the_provider(page, subject):
    """Sign in on the provider's own pages and agree that it tells us."""
    page.fill("[name=login]", subject)
    page.fill("[name=password]", "any")
    page.click("button[type=submit]")
    page.get_by_role("button", name="Continue").click()


def known(user, issuer, subject):
    beside(lambda: ExternalIdentity.objects.create(user=user, issuer=issuer, subject=subject, created_at=clock.now()))


def test_an_unknown_identity_is_told_so_and_an_invitation_binds_it_for_the_next_time(page, loa, issuer, world):
    code = beside(lambda: commands.invite(world.administrator, world.officer_user, now=clock.now()))
    page.goto("/desk/sign-in/")
    page.get_by_role("link", name="Cổng tỉnh").click()
    at_the_provider(page, "nguoi-la")
    page.wait_for_url(f"{loa}/desk/sign-in/invitation/")
    assert not beside(UserSession.objects.exists)

    page.fill("[name=code]", "sai-sai-sai")
    page.click("form.card button")
    expect(page.locator(".field-error")).to_be_visible()
    page.fill("[name=code]", code)
    page.click("form.card button")
    page.wait_for_url(f"{loa}/desk/")

    kept = beside(ExternalIdentity.objects.get)
    assert (kept.user_id, kept.issuer, kept.subject) == (world.officer_user.pk, issuer, "nguoi-la")
    page.click(".me summary")
    page.click("form[action='/desk/sign-out/'] button")
    expect(page.get_by_role("link", name="Đăng xuất cả ở đó")).to_be_visible()
    page.get_by_role("link", name="Về trang đăng nhập").click()
    page.get_by_role("link", name="Cổng tỉnh").click()
    page.wait_for_url(f"{loa}/desk/")


def test_leaving_the_provider_too_comes_back_to_the_door(page, loa, issuer, world):
    known(world.officer_user, issuer, "can-bo")
    page.goto("/desk/sign-in/with/tinh/")
    at_the_provider(page, "can-bo")
    page.wait_for_url(f"{loa}/desk/")
    page.click(".me summary")
    page.click("form[action='/desk/sign-out/'] button")

    page.get_by_role("link", name="Đăng xuất cả ở đó").click()
    page.get_by_role("button", name="Yes").click()

    page.wait_for_url(f"{loa}/desk/sign-in/**")
    page.get_by_role("link", name="Cổng tỉnh").click()
    expect(page.locator("[name=login]")).to_be_visible()


def test_who_has_a_factor_here_shows_it_after_the_provider(page, loa, issuer, world):
    known(world.leader_user, issuer, "lanh-dao")
    beside(lambda: give_app(world.leader_user))

    page.goto("/desk/sign-in/with/tinh/?next=/desk/me/")
    at_the_provider(page, "lanh-dao")
    page.wait_for_url(f"{loa}/desk/sign-in/second/")
    page.fill("[name=code]", beside(lambda: second_factor_code(world.leader_user)))
    page.click("form.card button")

    page.wait_for_url(f"{loa}/desk/me/")
    session = beside(UserSession.objects.get)
    assert (session.factor, session.provider) == ("totp", issuer)


def test_an_account_is_bound_by_its_owner_after_a_fresh_factor_and_a_last_look(page, loa, issuer, world):
    beside(lambda: give_app(world.officer_user))
    page.goto("/desk/sign-in/")
    page.fill("[name=username]", "canbo")
    page.fill("[name=password]", PASSWORD)
    page.click("main form.card button")
    page.fill("[name=code]", beside(lambda: second_factor_code(world.officer_user)))
    page.click("form.card button")
    page.goto("/desk/me/")
    page.get_by_role("link", name="Cổng tỉnh").click()
    at_the_provider(page, "can-bo-moi")

    page.wait_for_url(f"{loa}/desk/me/identities/bind/")
    assert not beside(ExternalIdentity.objects.exists)
    assert "can-bo-moi" in page.inner_text("dl")
    page.click("form.card button")

    page.wait_for_url(f"{loa}/desk/me/")
    assert beside(ExternalIdentity.objects.get).user_id == world.officer_user.pk


def test_stopping_at_the_provider_opens_nothing(page, loa, issuer, world):
    page.goto("/desk/sign-in/with/tinh/")
    page.get_by_role("link", name="Cancel").click()

    page.wait_for_url(f"{loa}/desk/sign-in/back/tinh/**")
    expect(page.get_by_role("alert")).to_be_visible()
    assert not beside(UserSession.objects.exists)
