"""The pages of people, rights, record and sign-in in a real browser, at the width of a phone and of a desk."""

import re
import shutil
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.orgs import commands, queries
from loa.orgs.tests import supporting
from loa.orgs.tests.world import PASSWORD, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def live_server(tmp_path_factory):
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        server = LiveServer("localhost")
        yield server
        server.stop()


@pytest.fixture
def machine():
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


def sign_in(page, origin, username, password=PASSWORD):
    page.goto(f"{origin}/desk/sign-in/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.click("main button.primary")


def complaints(page):
    found = [
        f"{page.url}: {violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in Axe().run(page, options=RULES).response["violations"]
    ]
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, f"{page.url}: {overflow} px too wide"] if overflow > 0 else found


@pytest.fixture(autouse=True)
def _password_is_enough(settings):
    """What leads people to a second factor is tried where it is made."""
    settings.LOA_SECOND_FACTOR = "offered"


@pytest.fixture
def office(world):
    """An agency with a post that is held, a role of its own, a delegation and a support session; their addresses."""
    now = clock.now()
    make_devices(world.commune, count=2)
    deputy = make_user("phochutich", "Phó Thị Chủ", unit=world.commune)
    held = queries.grants_of([world.leader_user.pk])[0]
    commands.delegate(world.leader, held, to=deputy, until=now + timedelta(days=3), reason="Đi họp", now=now)
    agency = commands.open_agency(world.administrator, world.province, kind="department", name="Sở Văn hoá")
    post = commands.open_post(
        world.administrator, world.commune, title="Chủ tịch UBND xã", role="leader", agency=agency
    )
    commands.appoint(world.administrator, post, user=world.monitor_user, now=now)
    words = commands.RoleWords(name_vi="Phát thanh viên", name_en="Announcer", permissions={"media.add"})
    commands.define_role(world.administrator, world.province, code="announcer", words=words)
    session = supporting.open_support(
        world.administrator, world.commune, supporter=world.outsider_user, role="editor", reason="Xem lịch phát",
        minutes=60, now=now,
    )  # fmt: skip
    supporting.offer(
        world.administrator, world.commune, supporter="ten.dang.nhap.rat.dai.khong.cua.ai", role="editor",
        reason="Xem lại lịch phát và cách đặt giờ cho cụm loa của thôn " * 3, minutes=60, now=now,
        helped=world.leader_user,
    )  # fmt: skip
    person = f"people/{world.leader_user.pk}/"
    return (
        person, f"{person}grant/?unit=09043", f"{person}rights/", f"{person}leave/", "roles/", "roles/announcer/",
        "roles/announcer/change/", "roles/add/", "agencies/", "agencies/add/", f"agencies/{agency.pk}/",
        f"agencies/{agency.pk}/posts/", f"posts/{post.pk}/", "rights/?permission=bulletins.approve&unit=09043",
        "support/", "support/add/", f"support/{session.pk}/", "stand-ins/",
    )  # fmt: skip


@pytest.mark.parametrize("half", [slice(None, 9), slice(9, None)], ids=["first", "second"])
@pytest.mark.parametrize("look", [(390, "light"), (1280, "dark")])
def test_the_pages_of_rights_are_accessible_and_fit(live_server, office, machine, look, half):
    width, scheme = look
    page = machine.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme).new_page()
    said = []

    sign_in(page, live_server.url, "quantri")
    page.wait_for_url(f"{live_server.url}/desk/")
    for address in office[half]:
        page.goto(f"{live_server.url}/desk/{address}")
        said += complaints(page)

    assert said == []


@pytest.mark.parametrize("username", ["lanhdao", "phochutich", "nguoingoai"])
def test_who_lends_stands_in_or_helps_finds_accessible_pages(live_server, office, machine, username):
    page = machine.new_context(viewport={"width": 390, "height": 844}).new_page()
    said = []

    sign_in(page, live_server.url, username)
    page.wait_for_url(f"{live_server.url}/desk/")
    for address in ("", "stand-ins/", "support/", "people/"):
        page.goto(f"{live_server.url}/desk/{address}")
        said += complaints(page)

    assert said == []


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_the_pages_are_accessible_and_fit(live_server, world, machine, width, scheme):
    page = machine.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme).new_page()
    said = []

    page.goto(f"{live_server.url}/desk/sign-in/")
    said += complaints(page)
    sign_in(page, live_server.url, "quantri", "sai mật khẩu")
    said += complaints(page)
    sign_in(page, live_server.url, "quantri")
    page.wait_for_url(f"{live_server.url}/desk/")
    person = f"people/{world.officer_user.pk}/"
    for address in ("me/", "password/", "people/", "people/?q=không-có-ai", "people/add/", person, "record/"):
        page.goto(f"{live_server.url}/desk/{address}")
        said += complaints(page)

    assert said == []


def test_a_newcomer_is_added_signs_in_and_chooses_a_password_without_script(live_server, world, machine):
    page = machine.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    sign_in(page, live_server.url, "quantri")
    page.goto(f"{live_server.url}/desk/people/add/")
    page.fill("[name=full_name]", "Lý Thị Mới")
    page.fill("[name=username]", "moi")
    page.select_option("[name=unit]", "09043")
    page.select_option("[name=role]", "officer")
    page.click("main button.primary")
    once = page.inner_text("code")

    page.context.clear_cookies()
    sign_in(page, live_server.url, "moi", once)
    assert re.search(r"/desk/password/$", page.url)
    page.fill("[name=old]", once)
    page.fill("[name=new]", "mua-he-ruc-ro-2025")
    page.fill("[name=again]", "mua-he-ruc-ro-2025")
    page.click("main button.primary")

    assert page.url == f"{live_server.url}/desk/"


@pytest.fixture
def newcomer(world):
    return make_user("moi", "Lý Thị Mới", must_change=True)


def test_the_first_page_a_newcomer_sees_is_accessible(live_server, newcomer, machine):
    page = machine.new_context(viewport={"width": 390, "height": 844}).new_page()
    sign_in(page, live_server.url, "moi")
    page.wait_for_url(f"{live_server.url}/desk/password/")

    assert complaints(page) == []
