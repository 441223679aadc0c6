import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.templatetags.static import static
from django.test import Client, RequestFactory

from loa.bulletins.tests.making import make_bulletin
from loa.devices import keys
from loa.devices.models import Device
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.kernel.models import OutboxEntry
from loa.shell import errors
from loa.shell.finders import FILES
from loa.shell.tests.desk import browser_of, make_waiting, text_of


def test_the_first_address_leads_to_the_desk_and_strangers_to_sign_in(world):
    assert Client().get("/").url == "/desk/"
    assert Client().get("/desk/bulletins/").url.startswith("/desk/sign-in/")


def test_home_says_what_needs_each_person(world):
    make_devices(world.commune, connected=False)
    make_waiting(world)
    make_bulletin(world, text="Bản nháp.")

    leader, officer = browser_of("lanhdao").get("/desk/"), browser_of("canbo").get("/desk/")

    assert (len(leader.context["waiting"]), len(officer.context["waiting"])) == (1, 0)
    assert (len(officer.context["drafts"]), len(officer.context["submitted"])) == (1, 1)
    assert (leader.context["silent"], leader.context["enrolled"]) == (3, 3)


@pytest.mark.parametrize("name", ["canbo", "lanhdao", "bientap", "giamsat", "kythuat", "quantri", "congdan"])
def test_home_opens_for_every_role(world, name):
    assert browser_of(name).get("/desk/").status_code == 200


def test_home_warns_when_nothing_can_be_signed(world):
    browser = browser_of("canbo")
    assert browser.get("/desk/").context["signing_broken"]

    keys.ensure_box_keys(now=clock.now())

    assert not browser.get("/desk/").context["signing_broken"]


@pytest.mark.parametrize(
    ("offsets_ms", "is_told"),
    [((61_000, 3_600_000, 2**31 - 1), True), ((-90_000, -90_000, -90_000), True), ((90_000, -90_000, 90_000), False),
     ((90_000, 90_000, 0), False), ((1_000, 59_000, 500), False)],
)  # fmt: skip
def test_home_warns_when_most_devices_tell_another_time(world, offsets_ms, is_told):
    devices = make_devices(world.commune, count=3)
    for device, offset_ms in zip(devices, offsets_ms, strict=True):
        Device.objects.unscoped("test").filter(pk=device.pk).update(connected=True, clock_offset_ms=offset_ms)

    page = text_of(browser_of("canbo").get("/desk/"))

    assert ("Đồng hồ của hệ thống có thể đang sai." in page) is is_told
    assert f"loa_clock_disputed {int(is_told)}" in text_of(Client().get("/metrics")).splitlines()


def test_pages_are_vietnamese_whatever_the_browser_wishes_and_english_by_choice(world):
    browser = Client()
    assert '<html lang="vi"' in text_of(browser.get("/desk/sign-in/", headers={"accept-language": "en"}))

    answer = browser.post("/desk/language/", {"language": "en", "next": "/desk/sign-in/"})

    assert answer.url == "/desk/sign-in/"
    page = browser.get("/desk/sign-in/")
    assert '<html lang="en"' in text_of(page)
    assert (page.headers["Content-Language"], "Cookie" in page.headers["Vary"]) == ("en", True)
    browser.post("/desk/language/", {"language": "xx"})
    assert '<html lang="en"' in text_of(browser.get("/desk/sign-in/"))


def test_the_theme_is_kept_and_painted_without_script(world):
    browser = Client()
    assert 'data-theme="auto"' in text_of(browser.get("/desk/sign-in/"))

    browser.post("/desk/theme/", {"theme": "dark", "next": "/desk/sign-in/"})
    assert 'data-theme="dark"' in text_of(browser.get("/desk/sign-in/"))
    browser.post("/desk/theme/", {"theme": '"><script>'})
    assert 'data-theme="dark"' in text_of(browser.get("/desk/sign-in/"))


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_a_choice_never_leads_to_another_site(world, target):
    assert Client().post("/desk/theme/", {"theme": "dark", "next": target}).url == "/desk/"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("get", "/desk/none/", 404), ("get", "/desk/theme/", 405), ("get", "/desk/bulletins/new/", 403)],
)
def test_refusals_are_pages_with_a_way_on(world, method, path, status):
    answer = getattr(browser_of("giamsat"), method)(path)

    assert answer.status_code == status
    assert 'class="error-page"' in text_of(answer)
    assert 'href="/desk/"' in text_of(answer)


def test_machines_get_refusals_as_json(world):
    answer = Client().get("/media/" + "0" * 64)

    assert answer.status_code == 404
    assert json.loads(Client().get("/device/v1/none").content)["error"] == "not_found"


def test_a_form_without_its_token_is_told_to_reload(world):
    answer = Client(enforce_csrf_checks=True).post("/desk/theme/", {"theme": "dark"})

    assert answer.status_code == 403
    assert 'class="error-page"' in text_of(answer)


def test_too_much_is_too_large_and_a_bug_is_ours():
    request = RequestFactory().get("/desk/")

    assert errors.bad_request(request, RequestDataTooBig()).status_code == 413
    assert errors.bad_request(request, None).status_code == 400
    assert errors.broken(request).status_code == 500


def test_no_page_carries_style_or_script_of_its_own(world):
    make_devices(world.commune)
    bulletin = make_waiting(world)
    browser = browser_of("lanhdao")

    for address in (
        "/desk/",
        "/desk/bulletins/",
        f"/desk/bulletins/{bulletin.pk}/",
        "/desk/timeline/",
        "/desk/devices/",
    ):
        page = text_of(browser.get(address))
        assert "style=" not in page, address
        assert "<style" not in page, address
        assert "onclick" not in page, address
        assert page.count("<script") == page.count("<script src=") + page.count('<script type="module" src='), address
        policy = browser.get(address).headers["Content-Security-Policy"]
        assert "script-src 'self'" in [part.strip() for part in policy.split(";")]


def test_a_font_has_one_address_in_the_page_and_in_the_sheet():
    sheet = Path(finders.find("loa/tokens.css")).read_text("utf-8")

    named = re.findall(r'url\("\.\./(fonts/[^"]+)"\)', sheet)

    assert len(named) == len(FILES)
    assert [f"/static/{name}" for name in named] == [static(name.partition("?")[0]) for name in named]


def test_fonts_and_sheets_are_served_by_us_under_an_address_that_changes_with_them(world):
    page = text_of(Client().get("/desk/sign-in/"))

    assert "/static/fonts/BeVietnamPro-SemiBold.ttf?v=" in page
    assert finders.find("fonts/BeVietnamPro-Bold.ttf")
    assert not finders.find("fonts/BeVietnamPro-BlackItalic.ttf")
    assert not finders.find("fonts/../__init__.py")
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_liveness_asks_nobody(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert Client().get("/healthz").content == b"ok\n"


def test_readiness_names_what_is_missing(world):
    assert json.loads(Client().get("/readyz").content) == {"database": True, "migrations": True, "signing": False}
    assert Client().get("/readyz").status_code == 503

    keys.ensure_box_keys(now=clock.now())

    assert Client().get("/readyz").status_code == 200


def test_readiness_sees_a_migration_that_was_not_run(world):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'orgs'")

    assert json.loads(Client().get("/readyz").content)["migrations"] is False


def test_metrics_tell_figures_and_no_names(world):
    make_devices(world.commune, count=3)
    OutboxEntry.objects.create(name="x", key="x", body={})

    lines = text_of(Client().get("/metrics")).splitlines()

    assert "loa_devices_enrolled 3" in lines
    assert "loa_outbox_waiting 1" in lines
    assert not any("Cụm" in line for line in lines)
