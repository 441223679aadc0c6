"""The pages of units in a real browser, at the width of a phone and of a desk."""

import pytest

from loa.kernel.scope import system
from loa.orgs import commands, gazetteer
from loa.orgs.models import Unit
from loa.orgs.rules import Role
from loa.orgs.tests.signing import browser_of
from loa.orgs.tests.test_browser import complaints, live_server, machine
from loa.orgs.tests.world import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["live_server", "machine"]

LIST = """code;name;level;parent;valid_from;predecessors
25;Tỉnh Phú Thọ;tỉnh;;01/01/2027;
08707;Phường Vĩnh Yên Mới;phường;25;01/01/2027;08707 08716
"""


@pytest.fixture
def phu_tho(transactional_db):
    commands.import_units(system("test"), as_of=gazetteer.EFFECTIVE_ON)
    top = Unit.objects.unscoped("test").get(code="25")
    make_user("phutho", "Trần Thị Phú", unit=top, role=Role.ADMINISTRATOR)
    return browser_of("phutho").cookies["loa_session"].value


def opened(machine, live_server, session, *, width, scheme="light", **how):
    context = machine.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme, **how)
    context.add_cookies([{"name": "loa_session", "value": session, "url": live_server.url}])
    return context.new_page()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_the_pages_of_units_are_accessible_and_fit(live_server, phu_tho, machine, width, scheme):
    page = opened(machine, live_server, phu_tho, width=width, scheme=scheme)
    said = []
    for address in (
        "units/",
        "units/?on=2025-06-30",
        "units/?on=2025-06-30&q=tich+son",
        "units/?q=khong-co",
        "units/25/",
        "units/08707/",
        "units/08713/",
        "units/levels/",
        "units/import/",
    ):
        page.goto(f"{live_server.url}/desk/{address}")
        said += complaints(page)

    assert said == []


@pytest.mark.parametrize("width", [390, 1280])
def test_a_list_is_brought_explained_and_proposed_without_script(live_server, phu_tho, machine, width):
    page = opened(machine, live_server, phu_tho, width=width, java_script_enabled=False)
    page.goto(f"{live_server.url}/desk/units/import/")
    page.select_option("[name=unit]", "25")
    page.set_input_files("[name=file]", {"name": "xa.csv", "mimeType": "text/csv", "buffer": LIST.encode()})
    page.click("main button.primary")

    for select in page.locator("select[name^=heir-]").all():
        select.select_option("08707")
    page.click("main form button.primary")
    page.fill("[name=basis_number]", "1/NQ-HĐND")
    page.fill("[name=basis_title]", "Sắp xếp đơn vị")
    page.fill("[name=basis_issuer]", "Hội đồng nhân dân tỉnh")
    page.click("main form button.primary")

    assert "/desk/reorganisations/" in page.url
    assert "Phường Vĩnh Yên Mới" in page.inner_text("main")
