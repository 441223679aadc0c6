"""The record's pages in a real browser, at the width of a phone and of a desk, without script too."""

import pytest

from loa.audit.models import Entry
from loa.audit.tests.making import append
from loa.audit.tests.test_pages import browser_of
from loa.bulletins.tests.making import make_submitted
from loa.kernel import clock
from loa.kernel.command import Place
from loa.orgs.tests.test_browser import complaints, live_server, machine

__all__ = ["live_server", "machine"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def changed(world):
    """An entry with changed rows, beside refused ones; made before the browser starts, which allows none later."""
    make_submitted(world, now=clock.now())
    append(1, place=Place(scope_path="26/251/09043", audit_name="thing:1"), result="denied", words="rất dài " * 30)
    append(2, place=Place(scope_path="26/251/09037", audit_name="thing:2"))
    return Entry.objects.filter(changes__gt=0, action__startswith="bulletins.").latest("pk").pk


@pytest.fixture
def key(world):
    """The session of an administrator who showed a second factor."""
    return browser_of(world.administrator_user).cookies["loa_session"].value


def page_of(machine, origin, key, **about):
    context = machine.new_context(**about)
    context.add_cookies([{"name": "loa_session", "value": key, "url": origin}])
    return context.new_page()


@pytest.mark.parametrize("look", [(390, "light"), (1280, "dark"), (390, "dark"), (1280, "light")])
def test_the_records_pages_are_accessible_and_fit(live_server, changed, key, machine, look):
    width, scheme = look
    page = page_of(machine, live_server.url, key, viewport={"width": width, "height": 844}, color_scheme=scheme)
    said = []

    for address in ("record/", "record/?q=không-có-gì", f"record/{changed}/", "record/keep/"):
        page.goto(f"{live_server.url}/desk/{address}")
        said += complaints(page)

    assert said == []


def test_the_record_is_looked_through_without_script(live_server, changed, key, machine):
    page = page_of(machine, live_server.url, key, java_script_enabled=False, viewport={"width": 390, "height": 844})

    page.goto(f"{live_server.url}/desk/record/")
    page.fill("[name=unit]", "09043")
    page.select_option("[name=result]", "refused")
    page.click("form.filter button")

    assert page.locator("tbody tr").count() == 1
    assert "thing:1" in page.inner_text("tbody")
