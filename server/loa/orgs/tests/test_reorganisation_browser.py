"""The desk of changes of units in a real browser, at the width of a phone and of a desk, and without script."""

import pytest

from loa.orgs import tasks
from loa.orgs.tests.reorganising import DAY, in_force, merge, propose
from loa.orgs.tests.test_browser import complaints, live_server, machine
from loa.orgs.tests.test_reorganisation_pages import DECISION, browser_of

__all__ = ["live_server", "machine"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLACE = "/desk/reorganisations/"


def signed_in(client, origin, context):
    name, cookie = next((name, kept.value) for name, kept in client.cookies.items() if "session" in name)
    context.add_cookies([{"name": name, "value": cookie, "url": origin}])
    return context.new_page()


@pytest.fixture
def admin(world):
    return browser_of(world.administrator_user)


@pytest.fixture
def waiting(world):
    made = propose(world, merge("09043", "09037", name="Xã Tam Hồng Mới"))
    tasks.rehearse(str(made.pk))
    return made


@pytest.fixture
def done(world):
    return in_force(world, merge("09043", "09037", name="Xã Tam Hồng Mới"))


@pytest.mark.parametrize("look", [(390, "light"), (1280, "dark")])
def test_the_pages_are_accessible_and_fit(live_server, admin, waiting, machine, look):
    width, scheme = look
    context = machine.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = signed_in(admin, live_server.url, context)
    said = []

    for address in ("", "new/", "new/merge/", "new/split/?unit=09043", "new/abolish/", "reform/", f"{waiting.pk}/"):
        page.goto(f"{live_server.url}{PLACE}{address}")
        said += complaints(page)

    assert said == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_of_what_is_in_force_is_accessible_and_fits(live_server, admin, done, machine, width):
    page = signed_in(admin, live_server.url, machine.new_context(viewport={"width": width, "height": 844}))

    page.goto(f"{live_server.url}{PLACE}{done.pk}/")

    assert complaints(page) == []


def test_units_are_merged_with_the_keyboard_and_without_script(live_server, admin, machine):
    page = signed_in(admin, live_server.url, machine.new_context(java_script_enabled=False))
    page.goto(f"{live_server.url}{PLACE}new/merge/")
    for code in ("09043", "09037"):
        page.locator(f"[name=units][value='{code}']").focus()
        page.keyboard.press("Space")
    page.select_option("[name=heir]", "09043")
    for name in ("title", "basis_number", "basis_title", "basis_issuer"):
        page.fill(f"[name={name}]", DECISION[name])
    page.fill("[name=effective_on]", DAY.isoformat())
    page.keyboard.press("Enter")

    page.wait_for_url("**/desk/reorganisations/*-*/")
    assert "Nhập xã" in page.inner_text("h1")
