"""The write page in a real browser: it saves by itself, outlives a lost line, and shows both texts when two write."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection
from playwright.sync_api import expect, sync_playwright

from loa.bulletins.models import Bulletin
from loa.bulletins.tests.making import make_bulletin
from loa.kernel import clock
from loa.orgs.rules import Role
from loa.orgs.tests.world import make_user
from loa.shell.tests.browsing import complaints, live_server, password_is_enough, sign_in  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STATE = "[data-autosave-state]"
OFFER = "[data-autosave-offer]"
SAVED = "Đã lưu bản nháp lúc"
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('loa:draft:')).length"


@contextmanager
def chromium():
    """A browser whose phones are opened by what it gives."""
    with sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield lambda **options: browser.new_context(viewport={"width": 390, "height": 844}, **options).new_page()
        browser.close()


def texts():
    """What is kept, asked in a thread of its own: Playwright's loop lets nobody ask in this one."""

    def ask():
        try:
            return list(Bulletin.objects.unscoped("test").values_list("title", "current__text"))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(ask).result()


def test_what_is_typed_is_saved_by_itself_and_is_there_after_a_reload(live_server, world):  # noqa: F811 - as above
    with chromium() as phone:
        page = phone()
        sign_in(page, live_server.url, "canbo")
        page.goto(f"{live_server.url}/desk/bulletins/new/")

        page.fill("[name=title]", "Lịch cấp nước")
        page.fill("[name=text]", "Sáng mai có nước.")
        expect(page.locator(STATE)).to_contain_text(SAVED, timeout=20_000)

        assert page.url.endswith("/edit/")
        assert texts() == [("Lịch cấp nước", "Sáng mai có nước.")]
        assert page.evaluate(KEPT) == 0
        page.fill("[name=text]", "Chiều mai có nước.")
        expect(page.locator("[name=edition]")).to_have_value("2", timeout=20_000)
        page.reload()
        assert page.input_value("[name=text]") == "Chiều mai có nước."
        assert complaints(page, "edit") == []


def test_a_lost_line_costs_no_word_and_signing_out_leaves_none_behind(live_server, world):  # noqa: F811 - as above
    with chromium() as phone:
        page = phone()
        sign_in(page, live_server.url, "canbo")
        page.goto(f"{live_server.url}/desk/bulletins/new/")
        page.context.set_offline(True)
        page.fill("[name=title]", "Bão số 3")
        page.fill("[name=text]", "Đề nghị bà con chằng chống nhà cửa.")
        expect(page.locator(STATE)).to_contain_text("Mất kết nối", timeout=20_000)
        assert page.evaluate(KEPT) == 1
        context = page.context
        page.close()

        context.set_offline(False)
        page = context.new_page()
        page.goto(f"{live_server.url}/desk/bulletins/new/")
        expect(page.locator(OFFER)).to_be_visible()
        assert complaints(page, "offer") == []
        page.click("[data-autosave-take]")
        assert page.input_value("[name=text]") == "Đề nghị bà con chằng chống nhà cửa."
        expect(page.locator(STATE)).to_contain_text(SAVED, timeout=20_000)
        assert texts() == [("Bão số 3", "Đề nghị bà con chằng chống nhà cửa.")]

        context.set_offline(True)
        page.fill("[name=text]", "Thêm một câu nữa.")
        expect(page.locator(STATE)).to_contain_text("Mất kết nối", timeout=20_000)
        page.close()
        context.set_offline(False)
        page = context.new_page()
        page.goto(f"{live_server.url}/desk/")
        assert page.evaluate(KEPT) == 1
        page.click(".me summary")
        page.click("form[action='/desk/sign-out/'] button")
        page.wait_for_url("**/sign-in/**")
        assert page.evaluate(KEPT) == 0


def test_what_was_typed_before_the_script_had_come_is_saved_too(live_server, world):  # noqa: F811 - as above
    with chromium() as phone:
        page = phone()
        sign_in(page, live_server.url, "canbo")

        def type_first(route):
            page.fill("[name=title]", "Lịch cấp nước")
            page.fill("[name=text]", "Sáng mai có nước.")
            route.continue_()

        page.route("**/autosave.js*", type_first)
        page.goto(f"{live_server.url}/desk/bulletins/new/")
        expect(page.locator(STATE)).to_contain_text(SAVED, timeout=20_000)

        assert texts() == [("Lịch cấp nước", "Sáng mai có nước.")]


def test_another_person_on_the_same_device_is_not_offered_the_words(live_server, world):  # noqa: F811 - as above
    with chromium() as phone:
        page = phone()
        sign_in(page, live_server.url, "canbo")
        page.goto(f"{live_server.url}/desk/bulletins/new/")
        kept = json.dumps({"at": 1, "values": {"title": "x", "text": "y"}})
        page.evaluate(
            "([user, kept]) => localStorage.setItem(`loa:draft:${user}:new`, kept)", [str(world.leader_user.pk), kept]
        )
        page.reload()

        expect(page.locator(OFFER)).to_be_hidden()


def test_two_who_edit_at_once_are_shown_both_texts(live_server, world):  # noqa: F811 - as above
    make_user("canbo3", "Ngô Thị Ba", unit=world.commune, role=Role.OFFICER)
    bulletin = make_bulletin(world, now=clock.now())
    address = f"{live_server.url}/desk/bulletins/{bulletin.pk}/edit/"
    with chromium() as phone:
        first, second = phone(), phone(java_script_enabled=False)
        for page, name in ((first, "canbo"), (second, "canbo3")):
            sign_in(page, live_server.url, name)
            page.goto(address)

        first.fill("[name=text]", "Lịch cấp nước tuần này: sáng thứ hai.")
        expect(first.locator(STATE)).to_contain_text(SAVED, timeout=20_000)
        second.fill("[name=text]", "Lịch cấp nước tuần này: chiều thứ ba.")
        second.click("button[value=hear]")

        assert second.locator("mark.gone").count() >= 1
        assert second.locator("mark.new").count() >= 1
        assert "Trần Văn Cán" in second.inner_text("main")
        second.fill("#id_merged_text", "Lịch cấp nước tuần này: sáng thứ hai, chiều thứ ba.")
        second.click("button.primary")
        assert second.locator("#listen audio").count() == 1
        assert texts()[0][1] == "Lịch cấp nước tuần này: sáng thứ hai, chiều thứ ba."

        first.fill("[name=text]", "Lịch cấp nước.")
        expect(first.locator(STATE)).to_contain_text("Người khác đã sửa", timeout=20_000)
        first.click("button[value=hear]")
        expect(first.locator("h1")).to_contain_text("Hai người cùng sửa")
        assert complaints(first, "conflict") == []


def test_a_press_while_a_saving_is_under_way_is_no_conflict_with_oneself(live_server, world):  # noqa: F811 - as above
    with chromium() as phone:
        page, held = phone(), []
        sign_in(page, live_server.url, "canbo")
        page.goto(f"{live_server.url}/desk/bulletins/new/")
        page.route("**/autosave/", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it is given
        for words, edition in (("Sáng mai có nước.", "2"), ("Chiều mai có nước.", "4")):
            page.fill("[name=title]", "Lịch cấp nước")
            page.fill("[name=text]", words)
            expect(page.locator(STATE)).to_contain_text("Đang lưu", timeout=20_000)
            page.evaluate("document.querySelector('button[value=hear]').click()")
            held.pop().continue_()
            expect(page.locator("[name=edition]")).to_have_value(edition, timeout=60_000)

            assert page.input_value("[name=text]") == words
            assert texts() == [("Lịch cấp nước", words)]
