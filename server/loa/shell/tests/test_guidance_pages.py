from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from loa.bulletins import queries
from loa.bulletins.models import Addressee, Guidance
from loa.bulletins.tests.guiding import addressee_at, make_guidance
from loa.kernel import clock
from loa.media.tests.papers import make_document
from loa.shell.tests.desk import browser_of, text_of


def publish(browser, **about):
    form = {"title": "An toàn mùa mưa", "text": "Kiểm tra dây điện của mọi cụm.", "reach": "all"} | about
    return browser.post("/desk/guidance/new/", form)


def test_a_province_publishes_and_a_commune_reads_and_reports_on_pages(world):
    due = (localdate(clock.now()) + timedelta(days=9)).isoformat()
    answer = publish(browser_of("bientap"), due_on=due)
    guidance = Guidance.objects.unscoped("test").get()
    address = f"/desk/guidance/received/{addressee_at(world, guidance).pk}/"
    officer = browser_of("canbo")

    listed = text_of(officer.get("/desk/guidance/"))
    page = text_of(officer.get(address))
    done = officer.post(f"{address}done/", {"words": "Đã kiểm tra 14 cụm."})
    told = text_of(browser_of("bientap").get(f"/desk/guidance/{guidance.pk}/"))

    assert (answer.status_code, answer["Location"]) == (302, f"/desk/guidance/{guidance.pk}/")
    assert {one.unit for one in Addressee.objects.unscoped("test")} == {world.commune, world.other_commune}
    assert address in listed
    assert "Chưa đọc" in listed
    assert "Kiểm tra dây điện" in page
    assert (done.status_code, done["Location"]) == (302, address)
    assert "Đã kiểm tra 14 cụm." in told
    assert "1 người ở đơn vị đã đọc" in told
    assert "nobody" not in told


def test_opening_it_counts_once_and_only_for_people_of_the_unit(world):
    addressee = addressee_at(world, make_guidance(world, due_on=None, now=clock.now()))
    browser = browser_of("canbo")

    for _ in range(2):
        assert browser.get(f"/desk/guidance/received/{addressee.pk}/").status_code == 200
    above = browser_of("giamsat").get(f"/desk/guidance/received/{addressee.pk}/")
    beside = browser_of("canbo2").get(f"/desk/guidance/received/{addressee.pk}/")

    assert (above.status_code, beside.status_code) == (404, 404)
    readings = queries.heeded([addressee], now=clock.now())[0].readings
    assert [one.person for one in readings] == [world.officer_user]


def test_what_is_missing_stands_by_its_field_and_what_was_typed_stays(world):
    answer = publish(browser_of("bientap"), text="", reach="chosen")

    page = text_of(answer)
    assert answer.status_code == 422
    assert "An toàn mùa mưa" in page
    assert "Vui lòng chọn ít nhất một đơn vị" in page or "ít nhất một đơn vị" in page
    assert not Guidance.objects.unscoped("test").exists()


def test_a_day_that_has_passed_is_refused_with_a_sentence(world):
    answer = publish(browser_of("bientap"), due_on="2020-01-01")

    assert answer.status_code == 422
    assert "Hạn thực hiện đã qua." in text_of(answer)


def test_the_paper_is_read_by_units_it_was_sent_to_and_by_no_others(world):
    paper = make_document(world, scope=world.province_editor, unit=world.province)
    make_guidance(world, document_id=paper.pk, due_on=None, now=clock.now())
    address = f"/desk/files/{paper.pk}/"

    assert browser_of("canbo").get(address).status_code == 200
    assert browser_of("canbo").get(f"{address}download").getvalue().startswith(b"%PDF")
    assert browser_of("canbo2").get(address).status_code == 404
    assert browser_of("nguoingoai").get(f"{address}download").status_code == 404
    assert paper.name not in text_of(browser_of("canbo").get("/desk/files/"))


def test_a_reminder_and_an_end_are_read_below(world):
    guidance = make_guidance(world, due_on=None, now=clock.now())
    editor = browser_of("bientap")

    assert editor.post(f"/desk/guidance/{guidance.pk}/remind/").status_code == 302
    assert "nhắc" in text_of(browser_of("canbo").get("/desk/guidance/"))
    refused = editor.post(f"/desk/guidance/{guidance.pk}/end/", {"reason": " "})
    assert refused.status_code == 409
    assert editor.post(f"/desk/guidance/{guidance.pk}/end/", {"reason": "Đã có văn bản mới"}).status_code == 302
    page = text_of(browser_of("canbo").get(f"/desk/guidance/received/{addressee_at(world, guidance).pk}/"))
    assert "Đã có văn bản mới" in page
    assert "/done/" not in page


@pytest.mark.parametrize("name", ["canbo", "lanhdao", "giamsat", "bientap"])
def test_guidance_costs_a_fixed_number_of_questions(world, name, django_assert_max_num_queries):
    for _ in range(12):
        make_guidance(world, world.commune, world.other_commune, due_on=None, now=clock.now())
    browser = browser_of(name)

    with django_assert_max_num_queries(40):
        assert browser.get("/desk/guidance/").status_code == 200


def test_home_shows_what_is_to_read_or_do_until_it_is_done(world):
    guidance = make_guidance(world, due_on=None, title="Chỉ cần biết", now=clock.now())
    due = make_guidance(world, due_on=localdate(clock.now()) + timedelta(days=9), title="Cần làm", now=clock.now())
    browser = browser_of("canbo")

    before = text_of(browser.get("/desk/"))
    for one in (guidance, due):
        browser.get(f"/desk/guidance/received/{addressee_at(world, one).pk}/")
    read = text_of(browser.get("/desk/"))
    browser.post(f"/desk/guidance/received/{addressee_at(world, due).pk}/done/", {"words": "Xong"})
    done = text_of(browser.get("/desk/"))

    assert ["Chỉ cần biết" in page for page in (before, read, done)] == [True, False, False]
    assert ["Cần làm" in page for page in (before, read, done)] == [True, True, False]
    assert "Cần làm" not in text_of(browser_of("canbo2").get("/desk/"))
